package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameSignal is the time in which a second signal counts as the first: timeout(1) sends one to the process and one to its
// group.
const sameSignal = time.Second

// untilSignal returns a context that ends on SIGINT or SIGTERM. A second signal, [sameSignal] later, kills the process.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
			return
		}
		time.Sleep(sameSignal)
		signal.Stop(signals)
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}
