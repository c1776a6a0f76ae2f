package connectorsecrets_test

import (
	"context"
	"errors"
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

// withStandard runs test with another http.DefaultTransport.
func withStandard(t *testing.T, standard http.RoundTripper) {
	t.Helper()
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = standard
}

// TestRedirect_IsFollowedNowhere: neither to another host, port or scheme nor on the same host.
func TestRedirect_IsFollowedNowhere(t *testing.T) {
	followed := func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed to %s with %q", r.Host, r.Header["Authorization"])
	}
	otherPort := serve(t, followed)
	otherScheme, _ := start(t, followed, true, nil)
	clients := []*http.Client{nil, {}, {CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}}
	for target, want := range map[string]string{
		otherPort.URL + "/x?key=x": otherPort.URL, otherScheme.URL + "/x": otherScheme.URL, "/x": "same",
		"//localhost/x": "http://localhost", "HTTPS://EXAMPLE.com:8443/x": "https://EXAMPLE.com:8443",
		"": "", "::not a URL": "", "ftp://example.com/x": "", "mailto:a@b.com": "",
	} {
		for i, status := range []int{301, 302, 303, 307, 308} {
			requests := 0
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if requests++; requests > 1 {
					followed(w, r)
				}
				write(w, status, "", "Location", target)
			})
			_, err := list(t, server.URL, connectorsecrets.WithHTTPClient(clients[i%len(clients)]))
			got, want := as[*connectorsecrets.UnexpectedResponseError](t, err), strings.Replace(want, "same", server.URL, 1)
			if got.StatusCode != status || got.Location != want {
				t.Errorf("%s: %d to %s, want %d to %s", target, got.StatusCode, got.Location, status, want)
			}
			mustContain(t, err.Error(), "redirect", want)
		}
	}
}

// TestTransport_KeepsConnectionsOpen for the next call, whatever the result of the last one.
func TestTransport_KeepsConnectionsOpen(t *testing.T) {
	handlers, requests := script{ok, status(404), ok}, 0
	server, listener := start(t, func(w http.ResponseWriter, r *http.Request) { requests++; handlers[requests-1](w, r) }, false, nil)
	for range handlers {
		_, _ = list(t, server.URL)
	}
	if got := listener.accepted.Load(); got != 1 || requests != len(handlers) {
		t.Errorf("%d connections for %d calls, want 1", got, requests)
	}
}

// TestWithHTTPClient_ItsTimeoutIsACeiling: a call can set a shorter timeout, but not a longer one.
func TestWithHTTPClient_ItsTimeoutIsACeiling(t *testing.T) {
	for _, test := range []struct{ ofTheirs, ofTheCall, want time.Duration }{
		{time.Second, time.Hour, time.Second}, {time.Hour, time.Second, time.Second}, {0, time.Second, time.Second}, {time.Second, 0, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			silent := roundTripper(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
			client := retryClient(t, connectorsecrets.WithoutRetry(),
				connectorsecrets.WithHTTPClient(&http.Client{Timeout: test.ofTheirs, Transport: silent}))
			_, took, err := timed(t.Context(), client, connectorsecrets.WithTimeout(test.ofTheCall))
			lost := as[*connectorsecrets.TransportError](t, err)
			if took != test.want || lost.Limit != test.want || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%+v: %v after %v", test, err, took)
			}
		})
	}
}

// TestTransport_ThatAnswersNothing breaks the rules of a RoundTripper in two ways.
func TestTransport_ThatAnswersNothing(t *testing.T) {
	for want, response := range map[string]*http.Response{"transport": nil, "unexpected 200": {StatusCode: 200}} {
		list, err := list(t, "http://localhost", through(func(*http.Request) (*http.Response, error) { return response, nil }))
		if kind, _, _ := outcome(list, err); kind != want {
			t.Errorf("%s, want %s: %v", kind, want, err)
		}
	}
}

// TestNewTransport_Bounds what http.DefaultTransport bounds, also where a program has put another in its place.
func TestNewTransport_Bounds(t *testing.T) {
	theirs := &http.Transport{IdleConnTimeout: 7, TLSHandshakeTimeout: 7}
	for _, standard := range []http.RoundTripper{http.DefaultTransport, roundTripper(nil), theirs} {
		withStandard(t, standard)
		transport := connectorsecrets.NewTransport()
		idle, handshake := transport.IdleConnTimeout, transport.TLSHandshakeTimeout
		if (idle != 90*time.Second || handshake != 10*time.Second) && (idle != 7 || handshake != 7) {
			t.Errorf("%T: %v for idle connections, %v for TLS", standard, idle, handshake)
		}
		if silence := transport.HTTP2.SendPingTimeout + transport.HTTP2.PingTimeout; silence != 15*time.Second {
			t.Errorf("%T: %v of silence on HTTP/2", standard, silence)
		}
		if transport.MaxIdleConnsPerHost != 100 || transport.MaxResponseHeaderBytes != 64<<10 {
			t.Errorf("%T: %d idle connections, or the header's size", standard, transport.MaxIdleConnsPerHost)
		}
		if _, isStandard := standard.(*http.Transport); !isStandard && (transport.Proxy == nil || !transport.ForceAttemptHTTP2) {
			t.Errorf("%+v", transport)
		}
		if _, err := list(t, answer(t, 200, oneSecret).URL, via(transport)); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
	}
}

// TestNewTransport_ConnectsWithin10Seconds, whatever dials, so that the error names the connection and not a slow API.
func TestNewTransport_ConnectsWithin10Seconds(t *testing.T) {
	withStandard(t, &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}})
	synctest.Test(t, func(t *testing.T) {
		_, took, err := timed(t.Context(), retryClient(t, via(connectorsecrets.NewTransport()), connectorsecrets.WithoutRetry()))
		if op := as[*net.OpError](t, err); took != 10*time.Second || op.Op != "dial" {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// mortal is a connection that can die without a word, as behind a NAT that has forgotten it.
type mortal struct {
	net.Conn
	isDead *atomic.Bool
}

func (m mortal) Read(p []byte) (n int, err error) {
	for n, err = m.Conn.Read(p); err == nil && m.isDead.Load(); {
		n, err = m.Conn.Read(p)
	}
	return n, err
}

func (m mortal) Write(p []byte) (int, error) {
	if m.isDead.Load() {
		return len(p), nil
	}
	return m.Conn.Write(p)
}

// TestHTTP2_AConnectionThatDied is found within an attempt. All times are a twentieth of the real ones.
func TestHTTP2_AConnectionThatDied(t *testing.T) {
	server, listener := start(t, ok, true, func(server *httptest.Server) { server.EnableHTTP2 = true })
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.HTTP2.SendPingTimeout /= 20
	transport.HTTP2.PingTimeout /= 20
	latest := new(atomic.Bool)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		latest = new(atomic.Bool)
		return mortal{conn, latest}, err
	}
	client := newClient(t, server.URL, via(transport), retry(4), connectorsecrets.WithTimeout(30*time.Second/20))
	for range 2 {
		if list, err := client.List(t.Context(), testTeam, testConnector); err != nil || list.Response.Attempts > 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		latest.Store(true)
	}
	if got := listener.accepted.Load(); got != 2 {
		t.Errorf("%d connections, want 2", got)
	}
}

// TestTransport_NoProxyForLoopback: http:// is allowed for loopback hosts only because nothing leaves the machine.
func TestTransport_NoProxyForLoopback(t *testing.T) {
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	proxyURL, _ := url.Parse(proxy.URL)
	withStandard(t, &http.Transport{Proxy: http.ProxyURL(proxyURL)})
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(answer(t, 200, oneSecret).URL, "http://"))
	for _, host := range []string{"localhost", "LOCALHOST", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		if _, err := list(t, "http://"+host+":"+port, via(transport)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if target, err := transport.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: "example.com"}}); target != proxyURL || err != nil {
		t.Errorf("%v, %v for another host", target, err)
	}
}
