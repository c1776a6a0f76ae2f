package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

const (
	redraw = 100 * time.Millisecond
	// quiet is the time before the line appears: most commands are done by then.
	quiet     = 500 * time.Millisecond
	clearLine = "\r\x1b[K"
)

// watch is the client's logger. It writes the log of --verbose, knows how long requests have waited for a response, and shows
// on a terminal how far a run is and what it waits for, in one line that it removes at the end.
type watch struct {
	slog.Handler // writes the log, or discards it
	command      *cobra.Command
	total        int // number of connectors
	drawing      sync.WaitGroup
	end          context.CancelFunc

	mu      sync.Mutex
	summary audit.Summary
	retry   time.Time // when the next attempt is due
	// since is the time of the first of the attempts without a response, for each path.
	since map[string]time.Time
	// longest is how long a request had waited when the command was interrupted.
	longest time.Duration
}

func newWatch(command *cobra.Command, total int, format string, verbose bool) *watch {
	ctx, cancel := context.WithCancel(command.Context())
	w := &watch{Handler: slog.DiscardHandler, command: command, total: total, end: cancel, since: map[string]time.Time{}}
	if verbose {
		w.Handler = slog.NewTextHandler(command.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: printable})
	}
	// No line where nothing can rewrite it, or something else writes at any time.
	streams := format != formatTable && format != formatJSON && terminal(command.OutOrStdout()) != nil
	if file := terminal(command.ErrOrStderr()); file != nil && os.Getenv("TERM") != "dumb" && !verbose && !streams {
		w.drawing.Go(func() { w.draw(ctx, file) })
	}
	return w
}

func (w *watch) draw(ctx context.Context, file *os.File) {
	for pause := quiet; ; pause = redraw {
		select {
		case <-time.After(pause):
			line := w.line()
			if width, _, err := term.GetSize(int(file.Fd())); err == nil && len(line) >= width {
				line = line[:max(width-1, 0)]
			}
			_, _ = file.WriteString(clearLine + line)
		case <-ctx.Done():
			if pause == redraw {
				_, _ = file.WriteString(clearLine)
			}
			return
		}
	}
}

func (w *watch) line() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := "waiting for the API"
	if w.total > 1 {
		line = fmt.Sprintf("%d/%d, missing %d, failed %d", w.summary.Total, w.total, w.summary.Missing, w.summary.Failed)
	}
	if wait := time.Until(w.retry); wait > 0 {
		line += fmt.Sprintf(", retrying in %d s", int((wait+time.Second-1)/time.Second))
	}
	return line
}

// add counts a connector.
func (w *watch) add(state audit.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.summary.AddState(state, "")
}

// stop removes the line from the terminal. It may be called again.
func (w *watch) stop() {
	w.end()
	w.drawing.Wait()
}

// Enabled reports true: every attempt counts.
func (w *watch) Enabled(context.Context, slog.Level) bool { return true }

// Handle notes the end of an attempt, or the beginning of a wait for the next one.
func (w *watch) Handle(ctx context.Context, record slog.Record) error {
	values := map[string]slog.Value{}
	record.Attrs(func(attribute slog.Attr) bool {
		values[attribute.Key] = attribute.Value
		return true
	})
	path, now := values["path"].String(), record.Time
	w.mu.Lock()
	defer w.mu.Unlock()
	if wait, ok := values["wait"]; ok {
		w.retry = now.Add(wait.Duration())
	} else if values["status"].Int64() > 0 {
		delete(w.since, path)
	} else {
		if _, ok := w.since[path]; !ok {
			w.since[path] = now.Add(-values["duration"].Duration())
		}
		if w.command.Context().Err() != nil {
			w.longest = max(w.longest, now.Sub(w.since[path]))
		}
	}
	return w.Handler.Handle(ctx, record)
}

// printable makes a text in the log safe to print: a request ID is text of the server.
func printable(_ []string, attribute slog.Attr) slog.Attr {
	if attribute.Value.Kind() == slog.KindString {
		attribute.Value = slog.StringValue(safetext.Printable(attribute.Value.String()))
	}
	return attribute
}
