package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestHTTP2_AConnectionThatDied without a word, as behind a NAT that has forgotten it, is found within an attempt. All times are
// a twentieth of the real ones.
func TestHTTP2_AConnectionThatDied(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, oneSecret) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	var relayed atomic.Int64
	var isDead atomic.Bool
	relay := serveRaw(t, func(conn net.Conn) {
		first := relayed.Add(1) == 1
		to, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			return
		}
		defer to.Close()
		pass := func(into io.Writer, from io.Reader) {
			buffer := make([]byte, 1<<16)
			for {
				n, err := from.Read(buffer)
				if err != nil {
					return
				}
				if !first || !isDead.Load() {
					_, _ = into.Write(buffer[:n])
				}
			}
		}
		go pass(conn, to)
		pass(to, conn)
	})
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.HTTP2.SendPingTimeout /= 20
	transport.HTTP2.PingTimeout /= 20
	client := newClient(t, "https://"+relay, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
		connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 1}), connectorsecrets.WithTimeout(30*time.Second/20))
	for range 2 {
		if list, err := client.List(t.Context(), testTeam, testConnector); err != nil || list.Response.Attempts > 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		isDead.Store(true)
	}
	if relayed.Load() != 2 {
		t.Errorf("%d connections, want 2", relayed.Load())
	}
}

// TestNewTransport_ConnectsWithin10Seconds, whatever dials, so that the error names the connection and not a slow API.
func TestNewTransport_ConnectsWithin10Seconds(t *testing.T) {
	standard := http.DefaultTransport.(*http.Transport)
	dial := standard.DialContext
	defer func() { standard.DialContext = dial }()
	synctest.Test(t, func(t *testing.T) {
		standard.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		}
		client := retryClient(t, connectorsecrets.WithHTTPClient(&http.Client{Transport: connectorsecrets.NewTransport()}), connectorsecrets.WithoutRetry())
		_, took, err := timed(t.Context(), client)
		var op *net.OpError
		if took != 10*time.Second || !errors.As(err, &op) || op.Op != "dial" {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// TestTransportError_BlamesWhatHadItsTurn: the text names the phase in the words of net/http, and what to check.
func TestTransportError_BlamesWhatHadItsTurn(t *testing.T) {
	closed := serveRaw(t, func(net.Conn) {})
	noHTTP := serveRaw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n")
		time.Sleep(50 * time.Millisecond)
	})
	silent := serveRaw(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := listener.Addr().String()
	_ = listener.Close()
	httpsProxy := httptest.NewUnstartedServer(nil)
	httpsProxy.Config.ErrorLog = log.New(io.Discard, "", 0)
	httpsProxy.StartTLS()
	defer httpsProxy.Close()

	const api, proxied = "https://api.example.invalid", "through the proxy "
	const checkNetwork, checkProxy = "; check the network", "; check the proxy's address, user name, password and certificate"
	for _, test := range []struct {
		name, baseURL, proxy string
		want                 []string
		attempts             int
	}{
		{"DNS", api, "", []string{"lookup api.example.invalid", "; check the host name of the base URL"}, 2},
		{"connect", "http://" + refusing, "", []string{"dial tcp " + refusing + ": connect: connection refused", checkNetwork}, 2},
		{"closed", "http://" + closed, "", []string{checkNetwork}, 2},
		{"no response", "http://" + silent, "", []string{"no complete response within 200ms, the limit of one attempt", checkNetwork, "or allow more time"}, 2},
		{"DNS of the proxy", api, "http://proxy.example.invalid:3128", []string{"lookup proxy.example.invalid", checkProxy}, 2},
		{"a proxy that is down", api, "http://" + refusing, []string{proxied + refusing, "connection refused", checkProxy}, 2},
		{"a proxy that speaks no HTTP", api, "http://" + noHTTP, []string{proxied + noHTTP, "malformed HTTP response"}, 2},
		{"a proxy that closes", api, "http://" + closed, []string{proxied + closed}, 2},
		{"a proxy that is silent", api, "http://" + silent, []string{proxied + silent, "no complete response within 200ms"}, 2},
		{"the certificate of a proxy", api, httpsProxy.URL, []string{proxied + httpsProxy.Listener.Addr().String(), "certificate", checkProxy}, 1},
		{"a proxy that is no URL", api, "bad", []string{"the address of the proxy, such as that in HTTPS_PROXY, is not a URL"}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			transport := connectorsecrets.NewTransport()
			defer transport.CloseIdleConnections()
			if test.proxy != "" {
				address, err := url.Parse(test.proxy)
				transport.Proxy = http.ProxyURL(address)
				if test.proxy == "bad" {
					transport = proxyOfTheEnvironment(t, errors.Join(err, errors.New("invalid proxy address planted-password")))
				}
			}
			client := newClient(t, test.baseURL, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
				connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 2, BaseDelay: 1}), connectorsecrets.WithTimeout(200*time.Millisecond))
			_, err := client.List(t.Context(), testTeam, testConnector)
			var lost *connectorsecrets.TransportError
			if !errors.As(err, &lost) || lost.Attempts != test.attempts {
				t.Fatalf("%v, want an error after %d attempts", err, test.attempts)
			}
			mustContain(t, err.Error(), test.want...)
			if strings.Contains(renderings(err), "planted") || strings.Contains(err.Error(), "->") {
				t.Error(err)
			}
		})
	}
}

// proxyOfTheEnvironment returns a transport that NewTransport makes where the proxy's address can't be read.
func proxyOfTheEnvironment(t *testing.T, err error) *http.Transport {
	t.Helper()
	standard := http.DefaultTransport.(*http.Transport)
	proxy := standard.Proxy
	defer func() { standard.Proxy = proxy }()
	standard.Proxy = func(*http.Request) (*url.URL, error) { return nil, err }
	return connectorsecrets.NewTransport()
}

// TestTransport_NoProxyForLoopback: http:// is allowed for loopback hosts only because nothing leaves the machine.
func TestTransport_NoProxyForLoopback(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	proxyURL, _ := url.Parse(proxy.URL)
	standard := http.DefaultTransport.(*http.Transport)
	before := standard.Proxy
	defer func() { standard.Proxy = before }()
	standard.Proxy = http.ProxyURL(proxyURL)
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(answer(t, 200, oneSecret).URL, "http://"))
	for _, host := range []string{"localhost", "LOCALHOST", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		client := newClient(t, "http://"+host+":"+port, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
		if _, err := client.List(context.Background(), testTeam, testConnector); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if target, err := transport.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: "example.com"}}); target != proxyURL || err != nil {
		t.Errorf("%v, %v for another host", target, err)
	}
}

// TestTLS_TwoAlertsMayPass: they come from a fault of the server or the network, the others from a refusal.
func TestTLS_TwoAlertsMayPass(t *testing.T) {
	for alert, attempts := range map[byte]int{80: 2, 20: 2, 40: 1, 70: 1, 116: 1} {
		address := serveRaw(t, func(conn net.Conn) {
			_, _ = io.ReadFull(conn, make([]byte, 100)) // of the client's hello
			_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, alert})
		})
		client := newClient(t, "https://"+address, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 2, BaseDelay: 1}))
		_, err := client.List(t.Context(), testTeam, testConnector)
		var lost *connectorsecrets.TransportError
		if !errors.As(err, &lost) || lost.Attempts != attempts || !strings.Contains(err.Error(), "remote error: tls: ") {
			t.Errorf("alert %d: %v", alert, err)
		}
	}
}

// TestHTTP2_CodesStayInTheText, and the numbers of streams do not.
func TestHTTP2_CodesStayInTheText(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{}
	server.StartTLS()
	defer server.Close()
	client := newClient(t, server.URL, connectorsecrets.WithHTTPClient(server.Client()))
	texts := map[string]bool{}
	for range 3 {
		_, err := client.List(t.Context(), testTeam, testConnector)
		texts[err.Error()] = true
		mustContain(t, err.Error(), "INTERNAL_ERROR")
	}
	if len(texts) != 1 {
		t.Errorf("%v", texts)
	}
}
