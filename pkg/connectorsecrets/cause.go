package connectorsecrets

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
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
	case path == "net", path == "os", path == "syscall", path == "crypto/tls":
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

// tlsError says why TLS refuses a server.
type tlsError struct {
	text, advice string
	// cause is of the standard library's type, without anything that the server has written.
	cause error
}

func (e *tlsError) Error() string { return e.text }
func (e *tlsError) Unwrap() error { return e.cause }

// refusedByTLS returns an error of our own if TLS refuses the server, and else nil. A certificate is the server's text:
// names, dates and all.
func refusedByTLS(err error) error {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		const text = "the server does not speak TLS"
		return &tlsError{text, "check the scheme and the port of the base URL", tls.RecordHeaderError{Msg: text}}
	}
	text := "the server's certificate can't be verified"
	var cause error
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	unknown, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	hostname, isHostname := errors.AsType[x509.HostnameError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case isUnknown:
		unknown = x509.UnknownAuthorityError{}
		text, cause = "the server's certificate is signed by an authority that this machine does not know", unknown
	case isHostname:
		text = "the server's certificate is not for " + hostname.Host
		cause = x509.HostnameError{Certificate: new(x509.Certificate), Host: hostname.Host}
	case isInvalid && invalid.Reason == x509.Expired:
		text = "the server's certificate has expired, or is not valid yet"
		fallthrough
	case isInvalid:
		cause = x509.CertificateInvalidError{Cert: new(x509.Certificate), Reason: invalid.Reason}
	case isCertificate:
		cause = errors.New(text)
	default:
		return nil
	}
	const advice = "check the server's certificate and its authority; NewTransport can be given one of your own"
	return &tlsError{text, advice, &tls.CertificateVerificationError{Err: cause}}
}
