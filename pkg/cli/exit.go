package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
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

// codedError is an error with its exit code.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// silentError is an error that the user has been shown already.
type silentError struct{}

func (*silentError) Error() string { return "told already" }

func usageError(err error) error { return &codedError{code: exitUsage, err: err} }

func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// exitCode returns the exit code of the command. If its context has ended, the command was interrupted, whatever the error.
func exitCode(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return errorExitCode(err)
}

// errorExitCode maps an error to its exit code. Nothing else does.
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
	case errors.Is(err, audit.ErrNothingToCompare):
		return exitUsage
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
