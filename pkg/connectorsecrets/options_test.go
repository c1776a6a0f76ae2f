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
		{"negative workers", connectorsecrets.WithWorkers(-1), "workers: must be from 0 to 10000"},
		{"too many workers", connectorsecrets.WithWorkers(10_001), "workers: must be from 0 to 10000"},
		{"negative time for a call", connectorsecrets.WithConnectorTimeout(-1), "connector timeout: must not be negative"},
		{"negative rate", connectorsecrets.WithPace(-1), "pace: must be a number"},
		{"rate that is no number", connectorsecrets.WithPace(math.NaN()), "pace: must be a number"},
		{"endless rate", connectorsecrets.WithPace(math.Inf(1)), "pace: must be a number"},
		{"user agent of two lines", connectorsecrets.WithHeader("User-Agent", "a\r\nX: "+planted), "header: the value of User-Agent must have no control"},
		{"header without a name", connectorsecrets.WithHeader("", "x"), "header: its name"},
		{"header name of two words", connectorsecrets.WithHeader("X Y", planted), "header: its name"},
		{"header of two lines", connectorsecrets.WithHeader("X-Y", planted+"\nZ: 1"), "header: the value of X-Y"},
		{"authorization as a header", connectorsecrets.WithHeader("authorization", planted), "header: Authorization can't be set this way"},
		{"host as a header", connectorsecrets.WithHeader("Host", "example.com"), "header: Host can't be set this way"},
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

// TestNew_TakesGoodOptions: each option has its effect on a request.
func TestNew_TakesGoodOptions(t *testing.T) {
	const path = "/v1/teams/1/connector_builder/connectors/x/secrets"
	url := func(want string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.URL.String() == want+path }
	}
	header := func(name, want string) func(*http.Request) bool {
		return func(r *http.Request) bool { return len(r.Header[name]) == 1 && r.Header[name][0] == want }
	}
	within := func(want time.Duration) func(*http.Request) bool {
		return func(r *http.Request) bool {
			deadline, ok := r.Context().Deadline()
			return ok && time.Until(deadline).Round(time.Second) == want
		}
	}
	tests := map[string]struct {
		option connectorsecrets.Option
		does   func(*http.Request) bool
	}{
		"nil option":             {nil, url("https://api.supermetrics.com")},
		"default base URL":       {connectorsecrets.WithBaseURL(""), url("https://api.supermetrics.com")},
		"base URL with path":     {connectorsecrets.WithBaseURL(" https://gateway.example.com/supermetrics/ "), url("https://gateway.example.com/supermetrics")},
		"IPv4 loopback":          {connectorsecrets.WithBaseURL("http://127.8.9.10:8080"), url("http://127.8.9.10:8080")},
		"IPv6 loopback":          {connectorsecrets.WithBaseURL("http://[::1]:8080"), url("http://[::1]:8080")},
		"IPv4 loopback as v6":    {connectorsecrets.WithBaseURL("http://[::ffff:127.0.0.1]:8080"), url("http://[::ffff:127.0.0.1]:8080")},
		"loopback by name":       {connectorsecrets.WithBaseURL("http://LOCALHOST:8080"), url("http://localhost:8080")},
		"no logger":              {connectorsecrets.WithLogger(nil), url("https://api.supermetrics.com")},
		"a timeout":              {connectorsecrets.WithTimeout(7 * time.Second), within(7 * time.Second)},
		"default timeout":        {connectorsecrets.WithTimeout(0), within(30 * time.Second)},
		"a time for the call":    {connectorsecrets.WithConnectorTimeout(9 * time.Second), within(9 * time.Second)},
		"no time for the call":   {connectorsecrets.WithConnectorTimeout(0), within(30 * time.Second)},
		"the most workers":       {connectorsecrets.WithWorkers(10_000), url("https://api.supermetrics.com")},
		"a very slow pace":       {connectorsecrets.WithPace(math.SmallestNonzeroFloat64), url("https://api.supermetrics.com")},
		"a very fast pace":       {connectorsecrets.WithPace(math.MaxFloat64), url("https://api.supermetrics.com")},
		"default retry":          {connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{}), url("https://api.supermetrics.com")},
		"equal delays":           {connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 5, MaxDelay: 5}), url("https://api.supermetrics.com")},
		"short longest delay":    {connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxDelay: time.Millisecond}), url("https://api.supermetrics.com")},
		"long first delay":       {connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: time.Minute}), url("https://api.supermetrics.com")},
		"default user agent":     {connectorsecrets.WithHeader("User-Agent", ""), header("User-Agent", "")},
		"header with no value":   {connectorsecrets.WithHeader("X-Empty", ""), header("X-Empty", "")},
		"header of two words":    {connectorsecrets.WithHeader("x-two", "two words,\tand a tab"), header("X-Two", "two words,\tand a tab")},
		"header beyond ASCII":    {connectorsecrets.WithHeader("X-Name", "Käse"), header("X-Name", "Käse")},
		"name of all characters": {connectorsecrets.WithHeader("!#$%&'*+-.^_`|~09", "x"), header("!#$%&'*+-.^_`|~09", "x")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sent := 0
			httpClient := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if sent++; !test.does(r) {
					t.Errorf("%s with %v", r.URL, r.Header)
				}
				return &http.Response{StatusCode: 404}, nil
			})}
			client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), test.option, connectorsecrets.WithHTTPClient(httpClient))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.List(context.Background(), 1, "x"); !errors.Is(err, connectorsecrets.ErrNotFound) || sent != 1 {
				t.Errorf("%v after %d requests", err, sent)
			}
		})
	}
}

// TestNew_LeavesTheDefaultTransport: without an http.Client, or with one that has no Transport, the client uses its own.
func TestNew_LeavesTheDefaultTransport(t *testing.T) {
	for _, httpClient := range []*http.Client{nil, {}} {
		server := answer(t, 200, oneSecret)
		if list, err := newClient(t, server.URL, connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector); err != nil || list.Count != 1 {
			t.Errorf("%v, %v", list, err)
		}
	}
}

// TestWithHeader_Reserved: every field that the client or HTTP itself needs is refused, in upper and lower case.
func TestWithHeader_Reserved(t *testing.T) {
	for _, name := range []string{
		"Authorization", "Proxy-Authorization", "Accept", "Accept-Encoding", "Host", "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade",
		"Content-Length", "Content-Type", "Expect", "Trailer", "Transfer-Encoding",
	} {
		for _, name := range []string{name, strings.ToLower(name)} {
			_, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHeader(name, "x"))
			var argument *connectorsecrets.ArgumentError
			if !errors.As(err, &argument) || !strings.Contains(argument.Reason, " can't be set this way: ") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, c := range []byte("\x00\x1f \x7f\x80\"(),/:;<=>?@[\\]{}") {
		if _, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHeader("X"+string(rune(c)), "x")); err == nil {
			t.Errorf("a name with %q was accepted", c)
		}
		if _, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHeader("X", "x"+string(rune(c)))); (err == nil) != (c >= ' ' && c != 0x7f) {
			t.Errorf("a value with %q: %v", c, err)
		}
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

// TestWithHTTPClient_ItsTimeoutIsACeiling: a call can set a shorter timeout, but not a longer one.
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
	mustContain(t, err.Error(), "no complete response within 20ms")
}
