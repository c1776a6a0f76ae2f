package connectorsecrets_test

import (
	"context"
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
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// countingListener counts the connections that reach a server.
type countingListener struct {
	net.Listener
	accepted atomic.Int32
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return conn, err
}

func startTLS(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *countingListener) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	listener := &countingListener{Listener: server.Listener}
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the test causes errors on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, listener
}

// TestRedirect_IsFollowedNowhere: neither to another host, port or scheme nor on the same host.
func TestRedirect_IsFollowedNowhere(t *testing.T) {
	followed := func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed to %s with %q", r.Host, r.Header["Authorization"])
	}
	otherPort := serve(t, followed)
	otherScheme, _ := startTLS(t, followed)
	for name, target := range map[string]string{
		"other port": otherPort.URL + "/x", "other scheme": otherScheme.URL + "/x", "same host": "/x", "other host": "//localhost/x",
	} {
		for _, httpClient := range []*http.Client{nil, {}, {CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}} {
			first := true
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if !first {
					followed(w, r)
				}
				first = false
				w.Header().Set("Location", target)
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
			_, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
			var unexpected *connectorsecrets.UnexpectedResponseError
			want := strings.TrimSuffix(target, "/x")
			if !strings.HasPrefix(want, "http") {
				want = strings.TrimSuffix(server.URL[:len("http:")]+want, "http:")
			}
			if name == "same host" {
				want = server.URL
			}
			if !errors.As(err, &unexpected) || unexpected.Location != want {
				t.Errorf("%s: error %v, want a redirect to %s", name, err, want)
			}
		}
	}
}

// failure is an error type of the caller's own transport.
type failure struct{ text string }

func (f failure) Error() string { return f.text }

func TestTransport_ErrorsOfTheCallersOwn(t *testing.T) {
	cause := failure{"no cassette for this request"}
	static := errors.New("static")
	for _, want := range []error{cause, static} {
		httpClient := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, want })}
		_, err := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
		if !errors.Is(err, want) {
			t.Errorf("%v does not reach %v", err, want)
		}
		var got failure
		if errors.As(err, &got) != (want == error(cause)) {
			t.Errorf("%v as the caller's type: %v", err, got)
		}
	}
}

// TestTransport_KeepsConnectionsOpen: the standard transport would close all but two of them.
func TestTransport_KeepsConnectionsOpen(t *testing.T) {
	const workers = 16
	release := make(chan struct{})
	var waiting atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if waiting.Add(1) == workers {
			close(release)
			waiting.Add(-workers)
		}
		<-release
		_, _ = w.Write([]byte(oneSecret))
	}))
	listener := &countingListener{Listener: server.Listener}
	server.Listener = listener
	server.Start()
	defer server.Close()
	client := newClient(t, server.URL)
	for round := range 3 {
		if round > 0 {
			release = make(chan struct{})
		}
		done := make(chan error, workers)
		for range workers {
			go func() {
				_, err := client.List(context.Background(), testTeam, testConnector)
				done <- err
			}()
		}
		for range workers {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
	}
	// A connection may return to the pool just after its call has returned. The standard transport needs 44.
	if got := listener.accepted.Load(); got < workers || got >= 2*workers {
		t.Errorf("%d connections for three rounds of %d calls at once, want about as many as calls", got, workers)
	}
}

func TestWithHTTPClient_ItsTimeoutCounts(t *testing.T) {
	release := make(chan struct{})
	server := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	_, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(&http.Client{Timeout: 20 * time.Millisecond})).
		List(context.Background(), testTeam, testConnector)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the timeout", err)
	}
}

// TestWithHTTPClient_TransportThatAnswersNothing breaks the rules of a RoundTripper in two ways.
func TestWithHTTPClient_TransportThatAnswersNothing(t *testing.T) {
	for name, response := range map[string]*http.Response{"no response": nil, "no body": {StatusCode: 200}} {
		httpClient := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return response, nil })}
		list, err := newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
		if kind, _, _ := outcome(list, err); kind != "transport" && kind != "unexpected 200" {
			t.Errorf("%s: %s, %v", name, kind, err)
		}
	}
}

// TestNewTransport_CanBeWrapped: the wrapper sees every request, and the transport's bounds still hold.
func TestNewTransport_CanBeWrapped(t *testing.T) {
	requests := 0
	inner := connectorsecrets.NewTransport()
	wrapped := roundTripper(func(r *http.Request) (*http.Response, error) { requests++; return inner.RoundTrip(r) })
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Large", strings.Repeat("x", 1<<17))
		_, _ = w.Write([]byte(oneSecret))
	})
	defer inner.CloseIdleConnections()
	_, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(&http.Client{Transport: wrapped})).
		List(context.Background(), testTeam, testConnector)
	var transport *connectorsecrets.TransportError
	if !errors.As(err, &transport) || requests != 1 {
		t.Errorf("%d requests, error %v; want one, and an error for the size of the header", requests, err)
	}
}

// TestBaseURL_LoopbackIsInLowerCase: proxy rules know localhost only in lower case.
func TestBaseURL_LoopbackIsInLowerCase(t *testing.T) {
	for baseURL, want := range map[string]string{"http://LOCALHOST:1/A": "localhost:1", "https://EXAMPLE.com": "EXAMPLE.com"} {
		var host string
		httpClient := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) { host = r.URL.Host; return nil, io.EOF })}
		_, _ = newClient(t, baseURL, connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
		if host != want {
			t.Errorf("%s: %s", baseURL, host)
		}
	}
}

// TestNewTransport_WithoutTheStandardOne, where a program has put another into http.DefaultTransport.
func TestNewTransport_WithoutTheStandardOne(t *testing.T) {
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = roundTripper(nil)
	transport := connectorsecrets.NewTransport()
	defer transport.CloseIdleConnections()
	if transport.Proxy == nil || !transport.ForceAttemptHTTP2 {
		t.Errorf("%+v", transport)
	}
	server := answer(t, 200, oneSecret)
	if _, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport})).List(context.Background(), testTeam, testConnector); err != nil {
		t.Error(err)
	}
}

// TestNewTransport_HTTP2WithoutTLS, as between containers: a connection carries many requests at once, so data that arrives
// before a request is the response to another one.
func TestNewTransport_HTTP2WithoutTLS(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the request is %s", r.Proto)
		}
		time.Sleep(time.Duration(requests.Add(1)%7) * time.Millisecond)
		_, _ = io.WriteString(w, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n"}]}`)
	}))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server.Config.Protocols = protocols
	server.Start()
	defer server.Close()
	transport := connectorsecrets.NewTransport()
	transport.Protocols = protocols
	defer transport.CloseIdleConnections()
	client, err := connectorsecrets.New(connectorsecrets.APIKey("fake-key-of-test"), connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithoutRetry(), connectorsecrets.WithPace(0))
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for result := range client.ListEach(t.Context(), numbered(300)) {
		if result.Err != nil {
			failed++
			err = result.Err
		}
	}
	if failed > 0 || requests.Load() != 300 {
		t.Errorf("%d of 300 failed, with %d requests: %v", failed, requests.Load(), err)
	}
}

// TestNewTransport_NamesAProxyThatRefuses, without its password, and repeats what may pass.
func TestNewTransport_NamesAProxyThatRefuses(t *testing.T) {
	for status, attempts := range map[int]int{302: 1, 403: 1, 407: 1, 501: 1, 408: 1, 429: 1, 500: 2, 502: 2, 503: 2} {
		proxy := answer(t, status, "<html>")
		address, _ := url.Parse(proxy.URL)
		address.User = url.UserPassword("planted-user", "planted-password")
		transport := connectorsecrets.NewTransport()
		transport.Proxy = http.ProxyURL(address)
		policy := connectorsecrets.RetryPolicy{MaxAttempts: 2, BaseDelay: time.Millisecond}
		_, err := newClient(t, "https://api.example.invalid", connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithRetry(policy)).
			List(t.Context(), testTeam, testConnector)
		var lost *connectorsecrets.TransportError
		var refused *connectorsecrets.ProxyError
		if !errors.As(err, &lost) || lost.Attempts != attempts || !errors.As(err, &refused) || refused.StatusCode != status || refused.Proxy != address.Host || strings.Contains(renderings(err), "planted") {
			t.Errorf("%d: %v", status, err)
		}
	}
}
