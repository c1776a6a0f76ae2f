package connectorsecrets

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
)

// showableCause returns err if its text can be shown, and else an error with a text of our own, through which errors.Is
// and errors.As still reach err. The texts of HTTP's parsers quote what the server sent, and that can be anything: a
// credential that it repeats, a value that it should not have sent.
func showableCause(err error, redact redactor) error {
	if refused := refusedByTLS(err); refused != nil {
		return refused
	}
	leaf := err
	for next := errors.Unwrap(leaf); next != nil; next = errors.Unwrap(leaf) {
		leaf = next
	}
	hidden := func() error { return err }
	switch clean := redact.text(err.Error()); {
	case isShowable(leaf) && clean == err.Error():
		return err
	case isShowable(leaf):
		return &opaqueError{clean, hidden}
	case strings.Contains(err.Error(), "response header"):
		// The transport has no error value for it. Its text for this quotes nothing, but others that match might.
		return &opaqueError{"the header of the answer is not HTTP, or larger than the client reads", hidden}
	default:
		return &opaqueError{"the connection broke, or what came is not HTTP", hidden}
	}
}

func isShowable(leaf error) bool {
	for _, known := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.Canceled, context.DeadlineExceeded,
		gzip.ErrHeader, gzip.ErrChecksum,
	} {
		if errors.Is(leaf, known) {
			return true
		}
	}
	var timeout interface{ Timeout() bool }
	var corrupt flate.CorruptInputError
	if errors.As(leaf, &timeout) && timeout.Timeout() || errors.As(leaf, &corrupt) {
		return true
	}
	kind := reflect.TypeOf(leaf)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch path := kind.PkgPath(); {
	case path == "net", path == "syscall", path == "crypto/tls":
		return true
	default:
		// An error type of a RoundTripper that the caller brought is of package main, or of one whose path has a dot
		// in its first element, which none of the standard library's has.
		first, _, _ := strings.Cut(path, "/")
		return (first == "main" || strings.Contains(first, ".")) && !strings.HasPrefix(path, "golang.org/x/net")
	}
}

// opaqueError keeps its cause in a function, where no formatting verb gets at it.
type opaqueError struct {
	text  string
	cause func() error
}

func (e *opaqueError) Error() string        { return e.text }
func (e *opaqueError) Is(target error) bool { return errors.Is(e.cause(), target) }
func (e *opaqueError) As(target any) bool   { return errors.As(e.cause(), target) }
