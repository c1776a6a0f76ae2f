package connectorsecrets_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestTransportError_BlamesWhatHadItsTurn: the text names the phase in the words of net/http, and what to check.
func TestTransportError_BlamesWhatHadItsTurn(t *testing.T) {
	closed := serveRaw(t, func(net.Conn) {})
	noHTTP := serveRaw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n")
		time.Sleep(50 * time.Millisecond)
	})
	silent := serveRaw(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	down := answer(t, 200, "")
	down.Close()
	refusing := down.URL[len("http://"):]
	httpsProxy, _ := start(t, nil, true, nil)

	noTLS := strings.Replace(answer(t, 200, oneSecret).URL, "http", "https", 1)
	const api, proxied, tooLate = "https://api.example.invalid", "through the proxy ", "no complete response within 200ms"
	const checkNetwork, checkProxy = "; check the network", "; check the proxy's address, user name, password and certificate"
	for _, test := range []struct {
		name, baseURL, proxy string
		attempts             int
		want                 []string
	}{
		{"DNS", api, "", 2, []string{"lookup api.example.invalid", "; check the host name of the base URL"}},
		{"connect", "http://" + refusing, "", 2, []string{"dial tcp " + refusing + ": connect: connection refused", checkNetwork}},
		{"closed", "http://" + closed, "", 2, []string{checkNetwork}},
		{"no TLS", noTLS, "", 1, []string{"does not look like a TLS handshake; check the base URL"}},
		{"no response", "http://" + silent, "", 2, []string{tooLate + ", the limit of one attempt", checkNetwork, "or allow more time"}},
		{"DNS of the proxy", api, "http://proxy.example.invalid:3128", 2, []string{"lookup proxy.example.invalid", checkProxy}},
		{"a proxy that is down", api, "http://" + refusing, 2, []string{proxied + refusing, "connection refused", checkProxy}},
		{"a proxy that speaks no HTTP", api, "http://" + noHTTP, 2, []string{proxied + noHTTP, "malformed HTTP response"}},
		{"a proxy that closes", api, "http://" + closed, 2, []string{proxied + closed}},
		{"a proxy that is silent", api, "http://" + silent, 2, []string{proxied + silent, tooLate}},
		{"the certificate of a proxy", api, httpsProxy.URL, 1, []string{proxied + httpsProxy.URL[8:], "certificate", checkProxy}},
		{"a proxy that is no URL", api, "bad", 2, []string{"the address of the proxy, such as that in HTTPS_PROXY, is not a URL"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			standard := &http.Transport{}
			if test.proxy != "" {
				standard.Proxy = func(*http.Request) (*url.URL, error) {
					if test.proxy == "bad" {
						return nil, errors.New("invalid proxy address planted-password")
					}
					return url.Parse(test.proxy)
				}
			}
			withStandard(t, standard)
			transport := connectorsecrets.NewTransport()
			defer transport.CloseIdleConnections()
			timeout := 20 * time.Second
			if strings.Contains(strings.Join(test.want, ""), tooLate) {
				timeout = 200 * time.Millisecond
			}
			_, err := list(t, test.baseURL, via(transport), retry(2), connectorsecrets.WithTimeout(timeout))
			if lost := as[*connectorsecrets.TransportError](t, err); lost.Attempts != test.attempts {
				t.Fatalf("%v, want an error after %d attempts", err, test.attempts)
			}
			mustContain(t, err.Error(), append(test.want, "no response from the API: ")...)
			if strings.Contains(renderings(err), "planted") || strings.Contains(err.Error(), "->") {
				t.Error(err)
			}
		})
	}
}

// TestNewTransport_NamesAProxyThatRefuses, without its password, and repeats what may pass. A wrapper hides no such refusal.
func TestNewTransport_NamesAProxyThatRefuses(t *testing.T) {
	for status, attempts := range map[int]int{302: 1, 403: 1, 407: 1, 501: 1, 408: 1, 429: 1, 500: 2, 502: 2, 503: 2} {
		address, _ := url.Parse(answer(t, status, "<html>").URL)
		address.User = url.UserPassword("planted-user", "planted-password")
		transport := connectorsecrets.NewTransport()
		transport.Proxy = http.ProxyURL(address)
		wrapped := roundTripper(func(r *http.Request) (*http.Response, error) {
			response, err := transport.RoundTrip(r)
			return response, fmt.Errorf("traced:\u00a0\n%w", err)
		})
		for _, transport := range []http.RoundTripper{transport, wrapped} {
			_, err := list(t, "https://api.example.invalid", via(transport), retry(2))
			lost, refused := as[*connectorsecrets.TransportError](t, err), as[*connectorsecrets.ProxyError](t, err)
			isNamed := refused.StatusCode == status && refused.Proxy == address.Host
			if lost.Attempts != attempts || !isNamed || strings.Contains(renderings(err), "planted") {
				t.Errorf("%d: %v", status, err)
			}
			mustContain(t, err.Error(), "the proxy "+address.Host+" refused to connect, with status ", "; check the proxy's address")
			if strings.Contains(err.Error(), "through the proxy") {
				t.Errorf("names the proxy twice: %v", err)
			}
		}
	}
}

// TestNewTransport_WithAProxy gets through one that connects.
func TestNewTransport_WithAProxy(t *testing.T) {
	server, _ := start(t, ok, true, nil)
	proxy := serveRaw(t, func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil || request.Method != http.MethodConnect || request.Host != "example.com:443" {
			t.Errorf("%+v, %v", request, err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connected\r\n\r\n")
		if to, err := net.Dial("tcp", server.Listener.Addr().String()); err == nil {
			defer to.Close()
			go func() { _, _ = io.Copy(conn, to) }()
			_, _ = io.Copy(to, conn)
		}
	})
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy})
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	if list, err := list(t, "https://example.com", via(transport)); err != nil || list.Count != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestTLS_InvalidCertificateIsNotTriedAgain: the error says why, and what to do. errors.As finds the standard library's types.
func TestTLS_InvalidCertificateIsNotTriedAgain(t *testing.T) {
	server, listener := start(t, ok, true, nil)
	trusting := server.Client().Transport.(*http.Transport).TLSClientConfig
	for _, test := range []struct {
		host     string
		config   *tls.Config
		want     string
		cause    any
		accepted int32
	}{
		{"127.0.0.1", nil, "certificate signed by unknown authority", new(x509.UnknownAuthorityError), 1},
		{"localhost", trusting, "certificate is valid for example.com, ", new(x509.HostnameError), 2},
		{"127.0.0.1", trusting, "", nil, 3},
	} {
		transport := connectorsecrets.NewTransport()
		defer transport.CloseIdleConnections()
		transport.TLSClientConfig = test.config
		list, err := list(t, strings.Replace(server.URL, "127.0.0.1", test.host, 1), via(transport), retry(4))
		if listener.accepted.Load() != test.accepted || (test.cause == nil) != (err == nil) {
			t.Errorf("%d connections, list %v, error %v", listener.accepted.Load(), list, err)
		}
		if err == nil {
			continue
		}
		lost, invalid := as[*connectorsecrets.TransportError](t, err), as[*tls.CertificateVerificationError](t, err)
		if lost.Attempts != 1 || len(invalid.UnverifiedCertificates) == 0 || !errors.As(err, test.cause) {
			t.Errorf("%s: %#v", test.want, err)
		}
		mustContain(t, err.Error(), test.want, "; check the base URL, the server's certificate and its authority")
	}
}

// TestTLS_AnAlertIsNotTriedAgain: neither that of the server nor that of a proxy, in any version of TLS.
func TestTLS_AnAlertIsNotTriedAgain(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		server, _ := start(t, nil, true, func(server *httptest.Server) {
			server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: version}
		})
		address, _ := url.Parse(server.URL)
		for baseURL, proxy := range map[string]*url.URL{server.URL: nil, "https://api.example.invalid": address} {
			transport := connectorsecrets.NewTransport()
			transport.Proxy = http.ProxyURL(proxy)
			transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
			_, err := list(t, baseURL, via(transport), retry(4))
			if lost := as[*connectorsecrets.TransportError](t, err); lost.Attempts != 1 || !strings.Contains(err.Error(), "remote error: tls: ") {
				t.Errorf("TLS %x, proxy %v: %v", version, proxy, err)
			}
		}
	}
}

// TestTLS_TwoAlertsMayPass: they come from a fault of the server or the network, the others from a refusal.
func TestTLS_TwoAlertsMayPass(t *testing.T) {
	answers := map[string]int{"\x16\x03\x03\x00\x04\x63\x00\x00\x00": 1} // a handshake message that does not exist
	for alert, attempts := range map[byte]int{80: 2, 20: 2, 40: 1, 70: 1, 116: 1} {
		answers[string([]byte{21, 3, 3, 0, 2, 2, alert})] = attempts
	}
	for answer, attempts := range answers {
		address := serveRaw(t, func(conn net.Conn) {
			_, _ = io.ReadFull(conn, make([]byte, 100)) // of the client's hello
			_, _ = io.WriteString(conn, answer)
			_, _ = io.Copy(io.Discard, conn)
		})
		_, err := list(t, "https://"+address, retry(2))
		if lost := as[*connectorsecrets.TransportError](t, err); lost.Attempts != attempts || !strings.Contains(err.Error(), " error: tls: ") {
			t.Errorf("%q: %v", answer, err)
		}
	}
}
