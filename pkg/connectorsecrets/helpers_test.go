package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const (
	testTeam      = int64(936506)
	testConnector = "T3S70"
	testKey       = "not-a-real-api-key"
	oneSecret     = `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id"}]}`
	requestID     = "BXaEFVtjc7TXaJxgZhmFgSUD9edqq_CN"
	// plantedCredential is looked for wherever a credential must not come out.
	plantedCredential = "planted-credential-0123456789"
)

// TestMain fails if a test leaves a goroutine behind. Idle connections are kept on purpose, so it closes them first.
func TestMain(m *testing.M) {
	code := m.Run()
	connectorsecrets.CloseSharedConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// newClient returns a client for a test server, without retries unless options say otherwise.
func newClient(t testing.TB, baseURL string, options ...connectorsecrets.Option) *connectorsecrets.Client {
	t.Helper()
	return retryClient(t, append([]connectorsecrets.Option{connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry()}, options...)...)
}

// retryClient returns a client for localhost with the default retry policy, unless options say otherwise.
func retryClient(t testing.TB, options ...connectorsecrets.Option) *connectorsecrets.Client {
	t.Helper()
	options = append([]connectorsecrets.Option{connectorsecrets.WithBaseURL("http://localhost")}, options...)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// list makes one call, without retries unless options say otherwise.
func list(t testing.TB, baseURL string, options ...connectorsecrets.Option) (*connectorsecrets.SecretList, error) {
	t.Helper()
	return newClient(t, baseURL, options...).List(t.Context(), testTeam, testConnector)
}

// listError makes a call that gets a response, and must return an error only.
func listError(t *testing.T, status int, body string, headers ...string) error {
	t.Helper()
	got, err := list(t, answer(t, status, body, headers...).URL)
	if err == nil || got != nil {
		t.Fatalf("list %v, error %v; want an error only", got, err)
	}
	return err
}

// timed makes a call and measures the time.
func timed(ctx context.Context, client *connectorsecrets.Client, options ...connectorsecrets.CallOption) (
	*connectorsecrets.SecretList, time.Duration, error,
) {
	begin := time.Now()
	list, err := client.List(ctx, testTeam, testConnector, options...)
	return list, time.Since(begin), err
}

// as returns the error of type E in the chain of err, or ends the test.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	got, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("error %v (%[1]T), want a %T", err, got)
	}
	return got
}

func retry(attempts int) connectorsecrets.Option {
	return connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: attempts, BaseDelay: 1})
}

// tokens returns a source that returns each of the tokens once, and then the last one for ever. An empty one is errNoToken.
func tokens(all ...string) connectorsecrets.Credential {
	var asked atomic.Int64
	return connectorsecrets.TokenSource(func(context.Context) (string, error) {
		token := all[min(int(asked.Add(1)), len(all))-1]
		if token == "" {
			return "", errNoToken
		}
		return token, nil
	})
}

var errNoToken = errors.New("no token today")

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// via sends requests through a transport.
func via(transport http.RoundTripper) connectorsecrets.Option {
	return connectorsecrets.WithHTTPClient(&http.Client{Transport: transport})
}

// through sends requests to a function.
func through(roundTrip roundTripper) connectorsecrets.Option { return via(roundTrip) }

// response is one of a transport that needs no server.
func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func envelope(code, message string) string {
	return `{"meta":{"request_id":"` + requestID + `"},"error":{"code":"` + code + `","message":"` + message + `"}}`
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
}
