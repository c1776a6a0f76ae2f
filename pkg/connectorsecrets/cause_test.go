package connectorsecrets_test

import (
	"compress/flate"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestTransportError_ShowsWhatCanBeShown: texts that tell a person what to do, and quote nothing of the server's.
func TestTransportError_ShowsWhatCanBeShown(t *testing.T) {
	silent := "http://" + serveRaw(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	failing := func(err error) http.RoundTripper {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
	}
	for _, test := range []struct {
		name      string
		transport http.RoundTripper
		want      string
	}{
		{"no such host", failing(&net.DNSError{Err: "no such host", Name: "api.invalid", IsNotFound: true}), "lookup api.invalid: no such host"},
		{"a timeout of the transport's", &http.Transport{ResponseHeaderTimeout: time.Millisecond}, "net/http: timeout awaiting response headers"},
		{"refused", failing(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}), "dial tcp: connect: connection refused"},
		{"corrupt", failing(flate.CorruptInputError(5)), "flate: corrupt input before offset 5"},
		{"closed", failing(net.ErrClosed), "use of closed network connection"},
		{"an error of the caller's", failing(failure{"no way to " + testKey + "\x1b[0m"}), "no way to REDACTED [0m"},
		{"an error without a type of its own", failing(errors.New("with " + testKey)), "the connection broke, or the response is not HTTP"},
		{"an alert", failing(&net.OpError{Op: "remote error", Err: tls.AlertError(40)}), "remote error: tls: handshake failure"},
	} {
		_, err := newClient(t, silent, connectorsecrets.WithHTTPClient(&http.Client{Transport: test.transport})).List(context.Background(), testTeam, testConnector)
		want := "no response from the API: " + test.want
		if !errors.Is(err, context.DeadlineExceeded) {
			want += "; check the network, the proxy settings and the base URL"
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestTransportError_ShowsATimeoutOfTLS.
func TestTransportError_ShowsATimeoutOfTLS(t *testing.T) {
	silent := "https://" + serveRaw(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	httpClient := &http.Client{Transport: &http.Transport{TLSHandshakeTimeout: time.Millisecond}}
	_, err := newClient(t, silent, connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
	if want := "no response from the API: net/http: TLS handshake timeout; check the network, the proxy settings and the base URL"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
