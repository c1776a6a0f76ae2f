package connectorsecrets_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestNew_RefusesBadOptions(t *testing.T) {
	const planted = "planted-password"
	tests := []struct {
		name   string
		option connectorsecrets.Option
		want   string
	}{
		{"no scheme", connectorsecrets.WithBaseURL("api.supermetrics.com"), "base URL: must start with https://"},
		{"another scheme", connectorsecrets.WithBaseURL("ftp://api.supermetrics.com"), "base URL: must start with https://"},
		{"no host", connectorsecrets.WithBaseURL("https://"), "base URL: must name a host"},
		{"port without host", connectorsecrets.WithBaseURL("https://:8080"), "base URL: must name a host"},
		{"not a URL", connectorsecrets.WithBaseURL("https://" + planted + ":port"), "base URL: is not a URL"},
		{"user info", connectorsecrets.WithBaseURL("https://user:" + planted + "@example.com"), "base URL: must not hold a user name"},
		{"query", connectorsecrets.WithBaseURL("https://example.com?key=" + planted), "base URL: must not have a query"},
		{"empty query", connectorsecrets.WithBaseURL("https://example.com?"), "base URL: must not have a query"},
		{"fragment", connectorsecrets.WithBaseURL("https://example.com#" + planted), "base URL: must not have a query or fragment"},
		{"empty fragment", connectorsecrets.WithBaseURL("https://example.com#"), "base URL: must not have a query or fragment"},
		{"clear text", connectorsecrets.WithBaseURL("http://example.com"), "base URL: must be https://"},
		{"clear text to a private address", connectorsecrets.WithBaseURL("http://192.168.0.1"), "base URL: must be https://"},
		{"clear text to everywhere", connectorsecrets.WithBaseURL("http://0.0.0.0:80"), "base URL: must be https://"},
		{"clear text to a name like loopback", connectorsecrets.WithBaseURL("http://localhost.example.com"), "base URL: must be https://"},
		{"clear text to a name like an address", connectorsecrets.WithBaseURL("http://127.0.0.1.example.com"), "base URL: must be https://"},
		{"negative timeout", connectorsecrets.WithTimeout(-1), "timeout: must not be negative"},
		{"negative attempts", connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: -1}), "retry policy: MaxAttempts"},
		{"negative base delay", connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: -1}), "retry policy: its delays"},
		{"negative longest delay", connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxDelay: -1}), "retry policy: its delays"},
		{"negative longest wait", connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxRetryAfter: -1}), "retry policy: its delays"},
		{"delays the wrong way round", connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 2, MaxDelay: 1}), "retry policy: MaxDelay"},
		{"negative rate", connectorsecrets.WithPace(-1), "pace: must be a number"},
		{"rate that is no number", connectorsecrets.WithPace(math.NaN()), "pace: must be a number"},
		{"endless rate", connectorsecrets.WithPace(math.Inf(1)), "pace: must be a number"},
		{"user agent of two lines", connectorsecrets.WithHeader("User-Agent", "a\r\nX: "+planted), "header: the value of User-Agent must have no control"},
		{"header without a name", connectorsecrets.WithHeader("", "x"), "header: its name"},
		{"header name of two words", connectorsecrets.WithHeader("X Y", planted), "header: its name"},
		{"header of two lines", connectorsecrets.WithHeader("X-Y", planted+"\nZ: 1"), "header: the value of X-Y"},
		{"authorization as a header", connectorsecrets.WithHeader("authorization", planted), "header: Authorization can't be set this way: use a Credential"},
		{"host as a header", connectorsecrets.WithHeader("Host", "example.com"), "header: Host can't be set this way: use WithBaseURL"},
		{"encoding as a header", connectorsecrets.WithHeader("Accept-Encoding", "gzip"), "header: Accept-Encoding can't be set"},
		{"length as a header", connectorsecrets.WithHeader("Content-Length", "5"), "header: Content-Length can't be set"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), test.option)
			var argument *connectorsecrets.ArgumentError
			if !errors.As(err, &argument) || argument.Credential || client != nil {
				t.Fatalf("client %v, error %v; want an ArgumentError", client, err)
			}
			mustContain(t, err.Error(), test.want)
			if strings.Contains(err.Error(), planted) {
				t.Errorf("%q repeats what was refused", err)
			}
		})
	}
}

func TestNew_TakesGoodOptions(t *testing.T) {
	tests := map[string]connectorsecrets.Option{
		"nil option":           nil,
		"default base URL":     connectorsecrets.WithBaseURL(""),
		"base URL with path":   connectorsecrets.WithBaseURL(" https://gateway.example.com/supermetrics/ "),
		"IPv4 loopback":        connectorsecrets.WithBaseURL("http://127.8.9.10:8080"),
		"IPv6 loopback":        connectorsecrets.WithBaseURL("http://[::1]:8080"),
		"IPv4 loopback as v6":  connectorsecrets.WithBaseURL("http://[::ffff:127.0.0.1]:8080"),
		"loopback by name":     connectorsecrets.WithBaseURL("http://LOCALHOST:8080"),
		"default HTTP client":  connectorsecrets.WithHTTPClient(nil),
		"no logger":            connectorsecrets.WithLogger(nil),
		"default timeout":      connectorsecrets.WithTimeout(0),
		"default retry":        connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{}),
		"short longest delay":  connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxDelay: time.Millisecond}),
		"long first delay":     connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: time.Minute}),
		"no rate limit":        connectorsecrets.WithPace(0),
		"default user agent":   connectorsecrets.WithHeader("User-Agent", ""),
		"header with no value": connectorsecrets.WithHeader("X-Empty", ""),
	}
	for name, option := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), option); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWithInsecureHTTP(t *testing.T) {
	_, err := connectorsecrets.New(connectorsecrets.APIKey(testKey),
		connectorsecrets.WithInsecureHTTP(), connectorsecrets.WithBaseURL("http://sandbox.internal:8080"))
	if err != nil {
		t.Error(err)
	}
}

func TestOptions_ReachTheRequest(t *testing.T) {
	var got http.Header
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		_, _ = w.Write([]byte(oneSecret))
	})
	client := newClient(t, server.URL, connectorsecrets.WithHeader("User-Agent", "audit/1.0"),
		connectorsecrets.WithHeader("x-team", "client"), connectorsecrets.WithHeader("X-Other", "client"))

	call := func(options ...connectorsecrets.CallOption) {
		t.Helper()
		if _, err := client.List(context.Background(), testTeam, testConnector, options...); err != nil {
			t.Fatal(err)
		}
	}
	check := func(name, want string) {
		t.Helper()
		if got := got.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	call(nil, connectorsecrets.WithHeader("X-Team", "call"), connectorsecrets.WithCredential(connectorsecrets.BearerToken("fake-token")))
	check("User-Agent", "audit/1.0")
	check("X-Team", "call")
	check("X-Other", "client")
	check("Authorization", "Bearer fake-token")

	call()
	check("X-Team", "client")
	check("Authorization", "Bearer "+testKey)
}

// TestWithHTTPClient_ItsTimeoutIsACeiling: a call can ask for less, and not for more.
func TestWithHTTPClient_ItsTimeoutIsACeiling(t *testing.T) {
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := newClient(t, silent.URL, connectorsecrets.WithHTTPClient(&http.Client{Timeout: 20 * time.Millisecond}))
	_, err := client.List(context.Background(), testTeam, testConnector, connectorsecrets.WithTimeout(time.Hour))
	if err == nil || !strings.Contains(err.Error(), "within 20ms") {
		t.Errorf("error %v", err)
	}
}

func TestWithTimeout_OfACall(t *testing.T) {
	blocked := make(chan struct{})
	server := serve(t, func(http.ResponseWriter, *http.Request) { <-blocked })
	defer close(blocked)
	_, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector,
		connectorsecrets.WithTimeout(20*time.Millisecond))
	var transport *connectorsecrets.TransportError
	if !errors.As(err, &transport) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v, want a TransportError for the timeout", err)
	}
	mustContain(t, err.Error(), "no complete answer within 20ms")
}
