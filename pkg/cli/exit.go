package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// Exit codes, after sysexits.h.
const (
	exitOK          = 0
	exitMissing     = 1
	exitUsage       = 64
	exitAuth        = 65
	exitNotFound    = 66
	exitUnavailable = 69
	exitFailure     = 70
	exitTryLater    = 75
	exitProtocol    = 76
	exitInterrupted = 130
)

// codedError is an error that knows its exit code.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// silentError has been told to the user in another way.
type silentError struct{}

func (*silentError) Error() string { return "told already" }

func isIncomplete(err error) bool {
	var incomplete *incompleteError
	return errors.As(err, &incomplete)
}

func usageError(err error) error { return &codedError{code: exitUsage, err: err} }

func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// exitCode returns the exit code of the command. The end of its context is an interruption, whatever came of it.
func exitCode(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return errorExitCode(err)
}

// errorExitCode is the one place that turns an error into an exit code.
func errorExitCode(err error) int {
	var (
		coded      *codedError
		argument   *connectorsecrets.ArgumentError
		answer     *connectorsecrets.APIError
		unexpected *connectorsecrets.UnexpectedResponseError
		transport  *connectorsecrets.TransportError
	)
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &argument) && argument.Credential:
		return exitAuth
	case errors.As(err, &argument):
		return exitUsage
	case errors.As(err, &answer):
		return statusExitCode(answer.Response.StatusCode)
	case errors.As(err, &unexpected):
		return exitProtocol
	case errors.As(err, &transport):
		return exitUnavailable
	default:
		return exitFailure
	}
}

func statusExitCode(status int) int {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return exitAuth
	case status == http.StatusNotFound:
		return exitNotFound
	case status == http.StatusTooManyRequests:
		return exitTryLater
	case status >= 500:
		return exitUnavailable
	default:
		return exitFailure
	}
}

// newProblem puts an error into the form that JSON has for it.
func newProblem(err error) *problem {
	if err == nil {
		return nil
	}
	p := &problem{ExitCode: errorExitCode(err), Message: oneLine(err.Error())}
	if answer, ok := errors.AsType[*connectorsecrets.APIError](err); ok {
		p.Status, p.Code, p.RequestID = answer.Response.StatusCode, string(answer.ErrorDetail.Code), answer.ErrorMeta.RequestID
	}
	return p
}

// flagError says what is wrong with a flag without repeating its value, which may be a credential in the wrong place.
func flagError(command *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	help := fmt.Sprintf("see %q", command.CommandPath()+" --help")
	switch {
	case errors.As(err, &unknown):
		flag := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			flag = "-" + unknown.GetSpecifiedName()
		}
		switch flag {
		case "--api-key", "--token", "--bearer-token", "--key":
			return fmt.Errorf("no flag takes a credential, because other processes could see it: set %s or %s instead",
				connectorsecrets.EnvAPIKey, connectorsecrets.EnvBearerToken)
		}
		return fmt.Errorf("unknown flag %s; %s", flag, help)
	case errors.As(err, &missing):
		return fmt.Errorf("--%s needs a value; %s", missing.GetSpecifiedName(), help)
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s takes a %s; %s", invalid.GetFlag().Name, valueForm(invalid.GetFlag()), help)
	default:
		return fmt.Errorf("a flag can't be read; %s", help)
	}
}

// valueForm describes what a flag takes.
func valueForm(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "duration":
		return "duration with its unit, such as 30s or 2m"
	case "int", "int64":
		return "whole number"
	case "float64":
		return "number"
	case "bool":
		return "yes or no as true or false"
	default:
		return flag.Value.Type()
	}
}
