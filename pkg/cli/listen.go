package cli

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// listenError adds advice to an error of listening, and sets its exit code.
func listenError(err error) error {
	var operation *net.OpError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &codedError{code: exitUnavailable, err: fmt.Errorf("%w; choose another --addr, or port 0 for a free one", err)}
	case errors.Is(err, os.ErrPermission):
		return usagef("%w; choose an --addr with a port from 1024 on", err)
	case errors.As(err, &operation):
		return usagef("%w; --addr takes a host of this machine and a port, such as %s", err, defaultAddress)
	default:
		return err
	}
}
