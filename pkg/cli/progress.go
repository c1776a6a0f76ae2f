package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far a long run is, on a terminal only. The zero value shows nothing.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(stderr io.Writer, all int) *progress {
	file, ok := stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || all < 2 {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(all,
		progressbar.OptionSetWriter(file),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("connectors"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionUseANSICodes(true),
	)}
}

// add counts one more connector.
func (p *progress) add(missing, failed int) {
	if p.bar == nil {
		return
	}
	p.bar.Describe(fmt.Sprintf("missing %d, failed %d", missing, failed))
	_ = p.bar.Add(1)
}

// finish takes the bar off the terminal.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
