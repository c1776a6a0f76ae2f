package cli

import (
	"context"
	"errors"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

// Variables that GitHub Actions sets.
const (
	envWorkspace   = "GITHUB_WORKSPACE"
	envStepSummary = "GITHUB_STEP_SUMMARY"
)

// checkOutput writes a report to stdout. In GitHub Actions, it also writes a table into the job's summary.
type checkOutput struct {
	audit.Reporter
	command *cobra.Command
	job     audit.Reporter // nil elsewhere
	file    *os.File
}

func newCheckOutput(command *cobra.Command, format audit.Format) (*checkOutput, error) {
	stdout := command.OutOrStdout()
	reporter, err := audit.NewReporter(stdout, format, audit.Style{Colour: coloured(stdout), Root: os.Getenv(envWorkspace)})
	if err != nil {
		return nil, err
	}
	out := &checkOutput{Reporter: reporter, command: command}
	path := os.Getenv(envStepSummary)
	if path == "" {
		return out, nil
	}
	// Without O_NONBLOCK, a pipe that nobody reads would block the command, deaf to signals.
	if out.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o600); err == nil {
		out.job, err = audit.NewReporter(out.file, audit.Markdown, audit.Style{})
	}
	if err != nil {
		say(command, "warning: "+envStepSummary+": "+err.Error())
	}
	return out, nil
}

// Write writes a finding to both.
func (o *checkOutput) Write(finding *audit.Finding) error {
	if o.job != nil {
		_ = o.job.Write(finding) // keeps it for the end
	}
	return o.Reporter.Write(finding)
}

// Close ends both. If the job's summary can't be written, Close only warns.
func (o *checkOutput) Close(summary *audit.Summary) error {
	if o.job != nil {
		if err := errors.Join(o.job.Close(summary), o.file.Close()); err != nil {
			say(o.command, "warning: "+envStepSummary+": "+err.Error())
		}
	}
	return o.Reporter.Close(summary)
}

// errFailFast is the reason of connectors that were not asked after a problem.
var errFailFast = errors.New("stopped at the first problem, as --fail-fast asks")

// withStop returns the context of a run, and a function to call with each problem. With --fail-fast, the problem ends the
// context; without, nothing happens. Called with nil, the function frees the context.
func withStop(command *cobra.Command, failFast bool) (context.Context, func(error)) {
	ctx, cancel := context.WithCancelCause(command.Context())
	return ctx, func(cause error) {
		if cause == nil || failFast {
			cancel(cause)
		}
	}
}
