package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// maxFailures is how many errors a command prints. The result on stdout has all of them.
const maxFailures = 10

// failures are the errors of single connectors. They wait for the end of the result, which may go to the same terminal.
type failures struct {
	// told is set if the result shows them to the user.
	told  bool
	code  int // of the first error, or of the first that is not of usage
	lines []string
	more  int
}

func (f *failures) add(connector string, problem *audit.Problem) {
	if f.code == exitOK || f.code == exitUsage {
		f.code = problem.ExitCode
	}
	switch {
	case f.told:
	case len(f.lines) < maxFailures:
		f.lines = append(f.lines, connector+": "+problem.Message)
	default:
		f.more++
	}
}

// end says on stderr what failed and what was not asked, and returns the error that decides the exit code: that of an
// interruption, of a failure, or nil.
func (f *failures) end(command *cobra.Command, summary *audit.Summary) error {
	for _, line := range f.lines {
		say(command, line)
	}
	if f.more > 0 {
		say(command, fmt.Sprintf("%d more connectors failed: the result has them all", f.more))
	}
	for _, reason := range summary.Reasons {
		say(command, reason.String())
	}
	if command.Context().Err() != nil {
		if summary.Complete() {
			say(command, "interrupted")
		}
		f.code = exitInterrupted
	}
	if f.code != exitOK {
		return &codedError{code: f.code, err: &silentError{}}
	}
	return nil
}

// say writes a line to stderr.
func say(command *cobra.Command, text string) {
	_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s: %s\n", name, safetext.Line(text))
}
