package connectorsecrets_test

import (
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
	base, header, policy := connectorsecrets.WithBaseURL, connectorsecrets.WithHeader, connectorsecrets.WithRetry
	for _, test := range []struct {
		name   string
		option connectorsecrets.Option
		want   string
	}{
		{"no scheme", base("api.supermetrics.com"), "base URL: must start with https://"},
		{"another scheme", base("ftp://api.supermetrics.com"), "base URL: must start with https://"},
		{"no host", base("https://"), "base URL: must name a host"},
		{"port without host", base("https://:8080"), "base URL: must name a host"},
		{"not a URL", base("https://" + planted + ":port"), "base URL: is not a URL"},
		{"user info", base("https://user:" + planted + "@example.com"), "base URL: must not hold a user name"},
		{"query", base("https://example.com?key=" + planted), "base URL: must not have a query"},
		{"empty query", base("https://example.com?"), "base URL: must not have a query"},
		{"fragment", base("https://example.com#" + planted), "base URL: must not have a query or fragment"},
		{"empty fragment", base("https://example.com#"), "base URL: must not have a query or fragment"},
		{"path of the API", base("https://example.com/v1/"), "base URL: must not end in /v1"},
		{"clear text", base("http://example.com"), "base URL: must be https://"},
		{"clear text to everywhere", base("http://0.0.0.0:80"), "base URL: must be https://"},
		{"clear text to a name like loopback", base("http://localhost.example.com"), "base URL: must be https://"},
		{"clear text to a name like an address", base("http://127.0.0.1.example.com"), "base URL: must be https://"},
		{"negative timeout", connectorsecrets.WithTimeout(-1), "timeout: must not be negative"},
		{"negative attempts", policy(connectorsecrets.RetryPolicy{MaxAttempts: -1}), "retry policy: MaxAttempts"},
		{"negative base delay", policy(connectorsecrets.RetryPolicy{BaseDelay: -1}), "retry policy: its delays"},
		{"negative longest delay", policy(connectorsecrets.RetryPolicy{MaxDelay: -1}), "retry policy: its delays"},
		{"negative longest wait", policy(connectorsecrets.RetryPolicy{MaxRetryAfter: -1}), "retry policy: its delays"},
		{"delays the wrong way round", policy(connectorsecrets.RetryPolicy{BaseDelay: 2, MaxDelay: 1}), "retry policy: MaxDelay"},
		{"negative workers", connectorsecrets.WithWorkers(-1), "workers: must be from 0 to 10000"},
		{"too many workers", connectorsecrets.WithWorkers(10_001), "workers: must be from 0 to 10000"},
		{"negative time for a call", connectorsecrets.WithConnectorTimeout(-1), "connector timeout: must not be negative"},
		{"negative rate", connectorsecrets.WithPace(-1), "pace: must be a number"},
		{"rate that is no number", connectorsecrets.WithPace(math.NaN()), "pace: must be a number"},
		{"endless rate", connectorsecrets.WithPace(math.Inf(1)), "pace: must be a number"},
		{"header without a name", header("", "x"), "header: its name"},
		{"header of two lines", header("X-Y", planted+"\r\nZ: 1"), "header: the value of X-Y must have no control"},
		{"authorization as a header", header("authorization", planted), "header: Authorization can't be set this way"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), test.option)
			if argument := as[*connectorsecrets.ArgumentError](t, err); argument.Credential || client != nil {
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
	const path, api = "/v1/teams/936506/connector_builder/connectors/T3S70/secrets", "https://api.supermetrics.com"
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
	for name, test := range map[string]struct {
		option connectorsecrets.Option
		does   func(*http.Request) bool
	}{
		"nil option":             {nil, url(api)},
		"default base URL":       {connectorsecrets.WithBaseURL(""), url(api)},
		"base URL with path":     {connectorsecrets.WithBaseURL(" https://gateway.example.com/a/ "), url("https://gateway.example.com/a")},
		"IPv4 loopback":          {connectorsecrets.WithBaseURL("http://127.8.9.10:8080"), url("http://127.8.9.10:8080")},
		"IPv6 loopback":          {connectorsecrets.WithBaseURL("http://[::1]:8080"), url("http://[::1]:8080")},
		"IPv4 loopback as v6":    {connectorsecrets.WithBaseURL("http://[::ffff:127.0.0.1]:80"), url("http://[::ffff:127.0.0.1]:80")},
		"loopback by name":       {connectorsecrets.WithBaseURL("http://LOCALHOST:8080"), url("http://localhost:8080")},
		"no logger":              {connectorsecrets.WithLogger(nil), url(api)},
		"a timeout":              {connectorsecrets.WithTimeout(7 * time.Second), within(7 * time.Second)},
		"default timeout":        {connectorsecrets.WithTimeout(0), within(30 * time.Second)},
		"a time for the call":    {connectorsecrets.WithConnectorTimeout(9 * time.Second), within(9 * time.Second)},
		"no time for the call":   {connectorsecrets.WithConnectorTimeout(0), within(30 * time.Second)},
		"the most workers":       {connectorsecrets.WithWorkers(10_000), url(api)},
		"a very slow pace":       {connectorsecrets.WithPace(math.SmallestNonzeroFloat64), url(api)},
		"a very fast pace":       {connectorsecrets.WithPace(math.MaxFloat64), url(api)},
		"equal delays":           {connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 5, MaxDelay: 5}), url(api)},
		"default user agent":     {connectorsecrets.WithHeader("User-Agent", ""), header("User-Agent", "")},
		"header with no value":   {connectorsecrets.WithHeader("X-Empty", ""), header("X-Empty", "")},
		"header of two words":    {connectorsecrets.WithHeader("x-two", "two words,\tand a tab"), header("X-Two", "two words,\tand a tab")},
		"header beyond ASCII":    {connectorsecrets.WithHeader("X-Name", "Käse"), header("X-Name", "Käse")},
		"name of all characters": {connectorsecrets.WithHeader("!#$%&'*+-.^_`|~09", "x"), header("!#$%&'*+-.^_`|~09", "x")},
	} {
		t.Run(name, func(t *testing.T) {
			sent := 0
			client := retryClient(t, connectorsecrets.WithBaseURL(""), test.option, through(func(r *http.Request) (*http.Response, error) {
				if sent++; !test.does(r) {
					t.Errorf("%s with %v", r.URL, r.Header)
				}
				return response(404, ""), nil
			}))
			if _, _, err := timed(t.Context(), client); !errors.Is(err, connectorsecrets.ErrNotFound) || sent != 1 {
				t.Errorf("%v after %d requests", err, sent)
			}
		})
	}
}

// TestWithHeader_Reserved: every field that the client or HTTP itself needs is refused, in upper and lower case.
func TestWithHeader_Reserved(t *testing.T) {
	set := func(name, value string) error {
		_, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHeader(name, value))
		return err
	}
	for _, name := range []string{
		"Authorization", "Proxy-Authorization", "Accept", "Accept-Encoding", "Host", "Connection", "Keep-Alive", "Proxy-Connection", "TE",
		"Upgrade", "Content-Length", "Content-Type", "Expect", "Trailer", "Transfer-Encoding",
	} {
		for _, name := range []string{name, strings.ToLower(name)} {
			mustContain(t, as[*connectorsecrets.ArgumentError](t, set(name, "x")).Reason, " can't be set this way: ")
		}
	}
	for _, c := range []byte("\x00\x1f \x7f\x80\"(),/:;<=>?@[\\]{}") {
		if set("X"+string(rune(c)), "x") == nil {
			t.Errorf("a name with %q was accepted", c)
		}
		if err := set("X", "x"+string(rune(c))); (err == nil) != (c >= ' ' && c != 0x7f) {
			t.Errorf("a value with %q: %v", c, err)
		}
	}
}

func TestWithInsecureHTTP(t *testing.T) {
	for baseURL, want := range map[string]string{"http://sandbox.internal:8080": "http", "https://sandbox.internal": "https"} {
		_, err := list(t, baseURL, connectorsecrets.WithInsecureHTTP(), through(func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme != want {
				t.Error(r.URL)
			}
			return response(200, oneSecret), nil
		}))
		if err != nil {
			t.Error(err)
		}
	}
}

// TestOptions_OfACall replace those of the client for that call alone.
func TestOptions_OfACall(t *testing.T) {
	var got http.Header
	client := retryClient(t, connectorsecrets.WithHeader("User-Agent", "audit/1.0"), connectorsecrets.WithHeader("x-team", "client"),
		connectorsecrets.WithHeader("X-Other", "client"), through(func(r *http.Request) (*http.Response, error) {
			got = r.Header
			return response(200, oneSecret), nil
		}))
	call := func(want map[string]string, options ...connectorsecrets.CallOption) {
		t.Helper()
		if _, _, err := timed(t.Context(), client, options...); err != nil {
			t.Fatal(err)
		}
		for name, want := range want {
			if got := got.Get(name); got != want {
				t.Errorf("%s %q, want %q", name, got, want)
			}
		}
	}
	call(map[string]string{"User-Agent": "audit/1.0", "X-Team": "call", "X-Other": "client", "Authorization": "Bearer fake-token"},
		nil, connectorsecrets.WithHeader("X-Team", "call"), connectorsecrets.WithCredential(connectorsecrets.BearerToken("fake-token")))
	call(map[string]string{"X-Team": "client", "Authorization": "Bearer " + testKey})
	_, _, err := timed(t.Context(), client, connectorsecrets.WithCredential(connectorsecrets.APIKey("")))
	if !as[*connectorsecrets.ArgumentError](t, err).Credential {
		t.Errorf("error %v, want an ArgumentError for the credential", err)
	}
}
