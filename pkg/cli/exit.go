package cli

import (
	"context"
	"errors"
	"fmt"

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

// errTold is an error that the user has been shown already.
var errTold = errors.New("told already")

func usageError(err error) error { return &codedError{code: exitUsage, err: err} }

func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// exitCode maps an error to its exit code. Nothing else does.
func exitCode(err error) int {
	coded, isCoded := errors.AsType[*codedError](err)
	argument, isArgument := errors.AsType[*connectorsecrets.ArgumentError](err)
	_, isResponse := errors.AsType[*connectorsecrets.APIError](err)
	_, isUnexpected := errors.AsType[*connectorsecrets.UnexpectedResponseError](err)
	_, isTransport := errors.AsType[*connectorsecrets.TransportError](err)
	switch {
	case isCoded:
		return coded.code
	case isArgument && argument.Credential, errors.Is(err, connectorsecrets.ErrUnauthorized), errors.Is(err, connectorsecrets.ErrForbidden):
		return exitAuth
	case isArgument, errors.Is(err, audit.ErrNothingToCompare):
		return exitUsage
	case errors.Is(err, connectorsecrets.ErrNotFound):
		return exitNotFound
	case errors.Is(err, connectorsecrets.ErrRateLimited):
		return exitTryLater
	case isResponse && errors.Is(err, connectorsecrets.ErrServer):
		return exitUnavailable
	case isUnexpected:
		return exitProtocol
	case isTransport && errors.Is(err, context.Canceled):
		return exitInterrupted
	case isTransport:
		return exitUnavailable
	}
	return exitFailure
}
