package connectorsecrets

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"golang.org/x/time/rate"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Client lists the secrets of connectors. Make one with [New] and keep it: it is safe for concurrent use, and it shares
// its connections between calls.
type Client struct {
	api     *secretsapi.Client
	retry   RetryPolicy
	limiter *rate.Limiter
	logger  *slog.Logger
	call    callSettings
}

// New returns a client that authenticates with credential. It checks everything that it is given, sends nothing, and
// keeps or changes nothing that belongs to the caller. Its errors are [*ArgumentError]s.
//
// Without options it talks to [DefaultBaseURL], allows each attempt [DefaultTimeout], and retries by the default
// [RetryPolicy].
func New(credential Credential, options ...Option) (*Client, error) {
	s := settings{call: callSettings{
		credential: credential,
		header:     http.Header{"Accept": {"application/json"}},
		timeout:    DefaultTimeout,
	}}
	s.retry, _ = RetryPolicy{}.withDefaults()
	if err := credential.check(); err != nil {
		return nil, err
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option.applyToClient(&s); err != nil {
			return nil, err
		}
	}
	if s.userAgent == "" {
		s.userAgent = defaultUserAgent
	}
	s.call.header.Set("User-Agent", s.userAgent)

	if s.baseURL == "" {
		s.baseURL = DefaultBaseURL
	}
	baseURL, err := checkBaseURL(s.baseURL, s.insecureHTTP)
	if err != nil {
		return nil, err
	}
	api, err := secretsapi.NewClient(baseURL, secretsapi.WithHTTPClient(newDoer(s.httpClient)))
	if err != nil {
		return nil, &ArgumentError{Argument: "base URL", Reason: "is refused by the generated client"}
	}
	if s.httpClient != nil && s.httpClient.Timeout > 0 {
		s.call.timeout = min(s.call.timeout, s.httpClient.Timeout)
	}
	return &Client{api: api, retry: s.retry, limiter: s.limiter, logger: s.logger, call: s.call}, nil
}

// Format writes the base URL and nothing else that the client holds, whatever the verb.
func (c Client) Format(state fmt.State, _ rune) {
	server := ""
	if c.api != nil {
		server = c.api.Server
	}
	_, _ = fmt.Fprintf(state, "connectorsecrets.Client(%s)", server)
}

// List returns all secrets of a connector: names and placeholders, never values.
//
// TeamID is at least 1. ConnectorID consists of 1 to 100 ASCII letters, digits, "_" and "-". Both are checked before
// anything is sent. The list is never nil without an error, and the error is one of
//
//   - [*ArgumentError]: an argument, option or credential was refused, and nothing was sent;
//   - [*APIError]: the API answered with a status from 400 to 599; errors.Is tells [ErrUnauthorized], [ErrForbidden],
//     [ErrNotFound], [ErrRateLimited] and [ErrServer] apart;
//   - [*UnexpectedResponseError]: the answer can't be right, or redirects;
//   - [*TransportError]: no complete answer arrived, or the context ended.
//
// Failed attempts are repeated by the client's [RetryPolicy].
func (c *Client) List(ctx context.Context, teamID int64, connectorID string, options ...CallOption) (*SecretList, error) {
	if c == nil || c.api == nil {
		return nil, &ArgumentError{Argument: "client", Reason: "must be made with New"}
	}
	if ctx == nil {
		return nil, &ArgumentError{Argument: "context", Reason: "must not be nil"}
	}
	if err := CheckConnector(teamID, connectorID); err != nil {
		return nil, err
	}
	r := run{client: c, teamID: teamID, connectorID: connectorID, call: c.call}
	if len(options) > 0 {
		// A header of the call's own must not reach the client's.
		r.call.header = c.call.header.Clone()
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option.applyToCall(&r.call); err != nil {
			return nil, err
		}
	}
	return r.retry(ctx)
}
