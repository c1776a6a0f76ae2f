package connectorsecrets

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// tlsError says why TLS refused the server.
type tlsError struct {
	text, advice string
	// cause has the standard library's type, but nothing that the server wrote.
	cause error
}

func (e *tlsError) Error() string { return e.text }
func (e *tlsError) Unwrap() error { return e.cause }

// refusedByTLS returns an error with our own text if TLS refused the server, and nil otherwise. The original errors may
// quote the certificate, which is text of the server.
func refusedByTLS(err error) error {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		const text = "the server does not speak TLS"
		return &tlsError{text, "check the scheme and the port of the base URL", tls.RecordHeaderError{Msg: text}}
	}
	text := "the server's certificate can't be verified"
	var cause error
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	hostname, isHostname := errors.AsType[x509.HostnameError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case isUnknown:
		text = "the server's certificate is signed by an authority that this machine does not know"
		cause = x509.UnknownAuthorityError{}
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
