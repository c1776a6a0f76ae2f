package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestTLS_InvalidCertificateIsNotTriedAgain(t *testing.T) {
	server, listener := startTLS(t, func(http.ResponseWriter, *http.Request) { t.Error("was sent") })
	_, err := newClient(t, server.URL, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{})).
		List(context.Background(), testTeam, testConnector)
	var transport *connectorsecrets.TransportError
	var certificate *tls.CertificateVerificationError
	if !errors.As(err, &transport) || transport.Attempts != 1 || !errors.As(err, &certificate) || listener.accepted.Load() != 1 {
		t.Errorf("error %v after %d connections, want one that names the certificate after one", err, listener.accepted.Load())
	}
}

func TestTLS_ToAServerWithoutItIsNotTriedAgain(t *testing.T) {
	server := answer(t, 200, oneSecret)
	_, err := newClient(t, strings.Replace(server.URL, "http://", "https://", 1), connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{})).
		List(context.Background(), testTeam, testConnector)
	var transport *connectorsecrets.TransportError
	var record tls.RecordHeaderError
	if !errors.As(err, &transport) || transport.Attempts != 1 || !errors.As(err, &record) {
		t.Fatalf("error %v, want one attempt", err)
	}
	if record.Conn != nil || record.RecordHeader != [5]byte{} {
		t.Errorf("%+v has what the server wrote", record)
	}
	mustContain(t, err.Error(), "the server does not speak TLS; check the scheme and the port of the base URL")
}

func TestTLS_WithTheCallersCertificateAuthority(t *testing.T) {
	server, _ := startTLS(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(oneSecret)) })
	client := newClient(t, server.URL, connectorsecrets.WithHTTPClient(server.Client()))
	if list, err := client.List(context.Background(), testTeam, testConnector); err != nil || list.Count != 1 {
		t.Errorf("list %v, error %v", list, err)
	}
}

// TestTLS_SaysWhyAServerIsRefused: the error says why, in our own words, and what to do. errors.As finds the standard
// library's types.
func TestTLS_SaysWhyAServerIsRefused(t *testing.T) {
	const authority = "; check the server's certificate and its authority; NewTransport can be given one of your own"
	for _, test := range []struct {
		name    string
		change  func(*x509.Certificate)
		unknown bool
		want    string
		cause   any
	}{
		{"unknown authority", nil, true, "the server's certificate is signed by an authority that this machine does not know" + authority, new(x509.UnknownAuthorityError)},
		{"another host", func(c *x509.Certificate) { c.IPAddresses = nil }, false, "the server's certificate is not for 127.0.0.1" + authority, new(x509.HostnameError)},
		{"expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, false, "the server's certificate has expired, or is not valid yet" + authority, new(x509.CertificateInvalidError)},
		{"for another use", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }, false, "the server's certificate can't be verified" + authority, new(x509.CertificateInvalidError)},
		{"with an unknown extension", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: true}}
		}, false, "the server's certificate can't be verified" + authority, new(*tls.CertificateVerificationError)},
	} {
		serve, trusting := withTLS(certificate(t, test.change), "http/1.1", http1(func(int, *http.Request) string { return message(200, oneSecret) }))
		if test.unknown {
			trusting = nil
		}
		transport := connectorsecrets.NewTransport()
		transport.TLSClientConfig = trusting
		client := newClient(t, "https://"+serveRaw(t, serve), connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{}))
		_, err := client.List(context.Background(), testTeam, testConnector)
		var verification *tls.CertificateVerificationError
		if err == nil || err.Error() != "no response from the API: "+test.want || !errors.As(err, test.cause) || !errors.As(err, &verification) {
			t.Errorf("%s: %v", test.name, err)
		} else if verification.UnverifiedCertificates != nil || strings.Contains(verification.Error(), "nil") {
			t.Errorf("%s: %v", test.name, verification.Error())
		}
	}
}
