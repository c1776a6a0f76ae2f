package connectorsecrets

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Client lists the secrets of connectors. Make one with [New] and reuse it: it is safe for concurrent use and keeps
// connections open between calls.
type Client struct {
	baseURL   *url.URL
	transport http.RoundTripper
	retry     RetryPolicy
	logger    *slog.Logger
	// gate paces all calls of the client. Paced is set if the caller has set a pace.
	gate  *gate
	paced bool
	// call holds the settings that one call may override.
	call callSettings
	// send is the whole chain of steps.
	send step
}

// New returns a client that authenticates with credential. It checks all its arguments and sends nothing. It does not
// change or keep anything that belongs to the caller. Its errors are [*ArgumentError]s.
//
// Without options, the client talks to the API's production server, limits each attempt to 30 seconds, and retries by the
// default [RetryPolicy].
func New(credential Credential, options ...Option) (*Client, error) {
	s := settings{call: callSettings{
		credential: credential,
		header:     http.Header{"Accept": {"application/json"}, "User-Agent": {defaultUserAgent}},
		timeout:    defaultTimeout,
		pace:       noPace,
	}}
	s.retry, _ = RetryPolicy{}.withDefaults()
	if err := credential.check(); err != nil {
		return nil, err
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option.apply(&s); err != nil {
			return nil, err
		}
	}
	baseURL, err := checkBaseURL(cmp.Or(s.baseURL, secretsapi.ServerURL), s.insecureHTTP)
	if err != nil {
		return nil, err
	}
	c := &Client{baseURL: baseURL, transport: sharedTransport(), retry: s.retry, logger: s.logger, call: s.call}
	if theirs := s.httpClient; theirs != nil {
		if theirs.Transport != nil {
			c.transport = theirs.Transport
		}
		c.call.ceiling = theirs.Timeout
	}
	c.gate, c.paced = newGate(s.call.pace, 0), s.call.pace != noPace
	c.call.pace = noPace
	c.send = c.chain()
	return c, nil
}

// Format writes the base URL and nothing else of the client, whatever the verb.
func (c Client) Format(state fmt.State, _ rune) {
	server := ""
	if c.baseURL != nil {
		server = c.baseURL.String()
	}
	_, _ = fmt.Fprintf(state, "connectorsecrets.Client(%s)", server)
}
