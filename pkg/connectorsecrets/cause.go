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

// showableCause returns err if its text is safe to show. If not, it returns an error with a text of our own; errors.Is and
// errors.As still find err in it. The texts of HTTP parsers are not safe: they quote what the server sent, which may be a
// credential or a secret's value.
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
		// The transport has no error value for this case. Its own text quotes nothing, but another text that matches might.
		return &opaqueError{"the response header is not HTTP, or too large", hidden}
	default:
		return &opaqueError{"the connection broke, or the response is not HTTP", hidden}
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
		// Show the error types of the caller's own transport. Their packages are main, or have a dot in the first element
		// of the path, which no package of the standard library has.
		first, _, _ := strings.Cut(path, "/")
		return (first == "main" || strings.Contains(first, ".")) && !strings.HasPrefix(path, "golang.org/x/net")
	}
}

// opaqueError keeps its cause in a function, so that no formatting verb can print it.
type opaqueError struct {
	text  string
	cause func() error
}

func (e *opaqueError) Error() string        { return e.text }
func (e *opaqueError) Is(target error) bool { return errors.Is(e.cause(), target) }
func (e *opaqueError) As(target any) bool   { return errors.As(e.cause(), target) }
