package connectorsecrets

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/time/rate"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Client lists the secrets of connectors. Make one with [New] and reuse it, also concurrently: it keeps connections open.
type Client struct {
	server       string // as given to WithBaseURL
	insecureHTTP bool
	baseURL      *url.URL
	transport    http.RoundTripper
	retry        RetryPolicy
	logger       *slog.Logger
	credential   Credential
	header       http.Header
	timeout      time.Duration // of an attempt
	ceiling      time.Duration // of an attempt, too, from WithHTTPClient, or 0
	total        time.Duration // of the whole call, or 0
	workers      int
	limiter      *rate.Limiter // of the requests of all calls together
	pace         float64       // of one ListEach, beside that of the client
}

// New returns a client that authenticates with credential. It checks all its arguments, sends nothing, and changes nothing that
// belongs to the caller. Its errors are [*ArgumentError]s. Without options, the client talks to the API's production server,
// limits each attempt to 30 seconds and has the default [RetryPolicy].
func New(credential Credential, options ...Option) (*Client, error) {
	c := &Client{
		header:  http.Header{"Accept": {"application/json"}, "User-Agent": {"connectorsecrets-go/" + Version}},
		timeout: defaultTimeout,
		pace:    noPace,
	}
	options = append([]Option{WithCredential(credential), WithRetry(RetryPolicy{})}, options...)
	if err := applyAll(options, c); err != nil {
		return nil, err
	}
	if c.transport == nil {
		c.transport = sharedTransport()
	}
	if c.limiter = newLimiter(c.pace); c.pace == noPace {
		c.pace = defaultPace
	} else {
		c.pace = 0 // that of the client is enough
	}
	var err error
	c.baseURL, err = checkBaseURL(cmp.Or(c.server, secretsapi.ServerURL), c.insecureHTTP)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// with returns the client for one call: c itself, or a copy that options have changed.
func (c *Client) with(ctx context.Context, options []CallOption) (*Client, error) {
	switch {
	case c == nil || c.baseURL == nil:
		return nil, &ArgumentError{Argument: "client", Reason: "must be made with New"}
	case ctx == nil:
		return nil, &ArgumentError{Argument: "context", Reason: "must not be nil"}
	case len(options) == 0:
		return c, nil
	}
	changed := *c
	return &changed, applyAll(options, &changed)
}

// Format writes the base URL and nothing else of the client, whatever the verb.
func (c Client) Format(state fmt.State, _ rune) {
	_, _ = fmt.Fprintf(state, "connectorsecrets.Client(%v)", c.baseURL)
}
