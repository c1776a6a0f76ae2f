package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

const (
	redraw = 100 * time.Millisecond
	// quiet is the time before the line appears: most commands are done by then.
	quiet    = 500 * time.Millisecond
	barWidth = 10
)

// progress shows one line on a terminal: how far a run is, and what it waits for. It removes the line at the end. A nil
// progress shows nothing.
type progress struct {
	terminal *os.File
	total    int
	end      context.CancelFunc
	drawing  sync.WaitGroup

	mu      sync.Mutex
	summary audit.Summary
	retry   time.Time // when the next attempt is due
	shown   int       // length of the line on the terminal
}

// newProgress returns nil if stderr is not a terminal that can rewrite a line, or if something else writes to the terminal.
func newProgress(command *cobra.Command, total int, format string, verbose bool) *progress {
	streams := format != formatTable && format != formatJSON // also to a terminal, at any time
	isShared := verbose || streams && terminal(command.OutOrStdout()) != nil
	file := terminal(command.ErrOrStderr())
	if file == nil || os.Getenv("TERM") == "dumb" || isShared {
		return nil
	}
	ctx, cancel := context.WithCancel(command.Context())
	p := &progress{terminal: file, total: total, end: cancel}
	p.drawing.Go(func() {
		select {
		case <-time.After(quiet):
		case <-ctx.Done():
			return
		}
		ticker := time.NewTicker(redraw)
		defer ticker.Stop()
		defer p.draw("")
		for {
			p.draw(p.line())
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return p
}

// add counts a connector.
func (p *progress) add(state audit.State) {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.summary.AddState(state, "")
	}
}

// stop removes the line from the terminal. It may be called again.
func (p *progress) stop() {
	if p != nil {
		p.end()
		p.drawing.Wait()
	}
}

func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var parts []string
	if wait := time.Until(p.retry); wait > 0 {
		parts = append(parts, fmt.Sprintf("retrying in %d s", int((wait+time.Second-1)/time.Second)))
	}
	if p.total == 1 {
		return strings.Join(append(parts, "waiting for the API"), ", ")
	}
	done := p.summary.Total
	filled := strings.Repeat("#", barWidth*done/p.total)
	bar := fmt.Sprintf("[%-*s] %d/%d", barWidth, filled, done, p.total)
	return strings.Join(append(append([]string{bar}, parts...), fmt.Sprintf("missing %d", p.summary.Missing), fmt.Sprintf("failed %d", p.summary.Failed)), ", ")
}

// draw replaces the line on the terminal, cut to the terminal's width.
func (p *progress) draw(line string) {
	if width, _, err := term.GetSize(int(p.terminal.Fd())); err == nil && len(line) >= width {
		line = line[:max(width-1, 0)]
	}
	rest := strings.Repeat(" ", max(p.shown-len(line), 0))
	if p.shown = len(line); line == "" {
		rest += "\r"
	}
	_, _ = p.terminal.WriteString("\r" + line + rest)
}

// Enabled, Handle, WithAttrs and WithGroup implement [slog.Handler]. The client logs its waits to it.
func (p *progress) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle notes when the next attempt is due.
func (p *progress) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(attribute slog.Attr) bool {
		if attribute.Value.Kind() == slog.KindDuration {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.retry = record.Time.Add(attribute.Value.Duration())
		}
		return true
	})
	return nil
}

// WithAttrs returns the handler as it is.
func (p *progress) WithAttrs([]slog.Attr) slog.Handler { return p }

// WithGroup returns the handler as it is.
func (p *progress) WithGroup(string) slog.Handler { return p }
