package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameSignal is how long after the first signal another one is taken for the same: timeout(1) sends one to the process and
// one to its group.
const sameSignal = time.Second

// untilSignal returns a context that ends on SIGINT or SIGTERM. What is known by then is still written; a second signal
// kills the process.
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
