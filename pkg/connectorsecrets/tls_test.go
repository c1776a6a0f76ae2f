package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	mustContain(t, err.Error(), "does not look like a TLS handshake; check the base URL")
}

func TestTLS_WithTheCallersCertificateAuthority(t *testing.T) {
	server, _ := startTLS(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(oneSecret)) })
	client := newClient(t, server.URL, connectorsecrets.WithHTTPClient(server.Client()))
	if list, err := client.List(context.Background(), testTeam, testConnector); err != nil || list.Count != 1 {
		t.Errorf("list %v, error %v", list, err)
	}
}

// TestTLS_SaysWhyAServerIsRefused: the error says why, and what to do. errors.As finds the standard library's types.
func TestTLS_SaysWhyAServerIsRefused(t *testing.T) {
	const authority = "; check the base URL, the server's certificate and its authority"
	for _, test := range []struct {
		name    string
		change  func(*x509.Certificate)
		unknown bool
		want    string
		cause   any
	}{
		{"unknown authority", nil, true, "certificate signed by unknown authority", new(x509.UnknownAuthorityError)},
		{"another host", func(c *x509.Certificate) { c.IPAddresses = nil }, false, "cannot validate certificate for 127.0.0.1", new(x509.HostnameError)},
		{"expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, false, "certificate has expired or is not yet valid", new(x509.CertificateInvalidError)},
		{"for another use", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }, false, "x509: ", new(x509.CertificateInvalidError)},
		{"with an unknown extension", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: true}}
		}, false, "x509: ", new(*tls.CertificateVerificationError)},
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
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), authority) || !errors.As(err, test.cause) || !errors.As(err, &verification) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestTLS_AnAlertIsNotTriedAgain: neither that of the server nor that of a proxy, in any version of TLS.
func TestTLS_AnAlertIsNotTriedAgain(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server := httptest.NewUnstartedServer(nil)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: version}
		server.StartTLS()
		defer server.Close()
		address, _ := url.Parse(server.URL)
		for baseURL, proxy := range map[string]*url.URL{server.URL: nil, "https://api.example.invalid": address} {
			transport := connectorsecrets.NewTransport()
			transport.Proxy = http.ProxyURL(proxy)
			transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
			_, err := newClient(t, baseURL, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{})).
				List(t.Context(), testTeam, testConnector)
			var lost *connectorsecrets.TransportError
			if !errors.As(err, &lost) || lost.Attempts != 1 || !strings.Contains(err.Error(), "remote error: tls: ") {
				t.Errorf("TLS %x, proxy %v: %v", version, proxy, err)
			}
		}
	}
}
