package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// some keeps the first of many lines, as many as a command prints, and counts the others.
type some struct {
	lines []string
	more  int
}

func (s *some) add(line string) {
	if len(s.lines) < 10 {
		s.lines = append(s.lines, line)
	} else {
		s.more++
	}
}

// failures collects the errors of single connectors. They are printed after the result, which may go to the same terminal.
type failures struct {
	// told means that the result shows the errors to the user.
	told bool
	code int // of the first error that is not a usage error, else of the first error
	some
	// waited counts the connectors whose response had not come when the command was interrupted.
	waited int
}

func (f *failures) add(connector string, problem *audit.Problem) {
	if f.code == exitOK || f.code == exitUsage {
		f.code = problem.ExitCode
	}
	if problem.ExitCode == exitInterrupted {
		f.waited++
	} else if !f.told {
		f.some.add(connector + ": " + problem.Message)
	}
}

// end prints on stderr which connectors failed, which waited and which were not asked. It returns the error that decides the
// exit code. An interruption comes before a failure; without either, the error is nil.
func (f *failures) end(command *cobra.Command, summary *audit.Summary, watch *watch) error {
	for _, line := range f.lines {
		say(command, line)
	}
	if f.more > 0 {
		say(command, fmt.Sprintf("%d more connectors failed: the result lists them all", f.more))
	}
	if f.waited > 0 {
		say(command, fmt.Sprintf("%d connector%s waited for a response, the longest for %v: interrupted",
			f.waited, "s"[:min(f.waited-1, 1)], watch.longest.Round(time.Second/10)))
	}
	for _, reason := range summary.Reasons {
		say(command, reason.String())
	}
	if command.Context().Err() != nil {
		if summary.Complete() && f.waited == 0 {
			say(command, "interrupted")
		}
		f.code = exitInterrupted
	}
	if f.code != exitOK {
		return &codedError{code: f.code, err: errTold}
	}
	return nil
}

// say writes a line to stderr.
func say(command *cobra.Command, text string) {
	_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s: %s\n", name, safetext.Line(text))
}
