package connectorsecrets

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	defaultTimeout = 30 * time.Second
	noPace         = -1 // the caller has set none; 0 means that the caller wants none
)

// Option configures a [Client] for all its calls. If an option is bad, [New] returns an [*ArgumentError].
type Option interface{ apply(*Client) error }

// CallOption overrides a setting of the client for one call of [Client.List] or [Client.ListEach], where the call has use for it.
// If it is passed to [New], it applies to all calls.
type CallOption interface {
	Option
	ofOneCall()
}

// setting is every option: only their types say which of them a call can have.
type setting func(*Client) error

func (s setting) apply(c *Client) error { return s(c) }
func (setting) ofOneCall()              {}

func applyAll[O Option](options []O, c *Client) error {
	for _, option := range options {
		if any(option) == nil {
			continue
		}
		if err := option.apply(c); err != nil {
			return err
		}
	}
	return nil
}

// WithBaseURL sends requests to another server, such as the sandbox or a gateway. A path in baseURL becomes a prefix. User
// info, a query or a fragment is refused. Empty means the API's production server, which is the default.
func WithBaseURL(baseURL string) Option {
	return setting(func(c *Client) error { c.server = strings.TrimSpace(baseURL); return nil })
}

// WithInsecureHTTP allows http:// for hosts other than loopback. The credential then crosses the network in clear text.
func WithInsecureHTTP() Option {
	return setting(func(c *Client) error { c.insecureHTTP = true; return nil })
}

// WithHTTPClient sends requests through the Transport of httpClient, such as one of [NewTransport] that you have changed. Its
// Timeout limits each attempt if it is shorter than [WithTimeout]. Its Jar and CheckRedirect are not used. If httpClient or its
// Transport is nil, the client uses its own transport.
func WithHTTPClient(httpClient *http.Client) Option {
	return setting(func(c *Client) error {
		from := cmp.Or(httpClient, &http.Client{})
		c.transport, c.ceiling = from.Transport, max(0, from.Timeout)
		return nil
	})
}

// WithRetry sets how failed attempts are repeated. A zero field of policy means its default.
func WithRetry(policy RetryPolicy) Option {
	reason := policy.problem()
	return checked("retry policy", reason == "", reason, func(c *Client) { c.retry = policy.withDefaults() })
}

// WithoutRetry limits each call to one attempt.
func WithoutRetry() Option { return WithRetry(RetryPolicy{MaxAttempts: 1}) }

// WithLogger logs every attempt at debug level, and every wait before a retry at info level. It logs the operation, the
// method, the host and path as sent, the attempt, status, duration, request ID and wait, and nothing else: no header field, no
// body, no name of a secret. Nil means no logging, which is the default.
func WithLogger(logger *slog.Logger) Option {
	return setting(func(c *Client) error { c.logger = logger; return nil })
}

// WithTimeout limits each attempt, from the request for a credential to the last byte of the body. 0 means 30 seconds,
// which is the default. To limit the whole call, use the context or [WithConnectorTimeout].
func WithTimeout(timeout time.Duration) CallOption {
	return checked("timeout", timeout >= 0, "must not be negative", func(c *Client) { c.timeout = cmp.Or(timeout, defaultTimeout) })
}

// WithConnectorTimeout limits the total time for each connector, from the start of its first request. It includes retries,
// the waits before them and shared pauses. 0 means no limit, which is the default.
func WithConnectorTimeout(timeout time.Duration) CallOption {
	return checked("connector timeout", timeout >= 0, "must not be negative", func(c *Client) { c.total = timeout })
}

// WithPace limits requests to perSecond a second, evenly spaced and retries included. In [New], the pace is for all calls
// of the client together. In [Client.ListEach], it is for the requests of that call, and the client's pace applies too. 0
// means no limit. That is the default, except that ListEach keeps to 20 a second if neither it nor the client has a pace.
func WithPace(perSecond float64) CallOption {
	return checked("pace", perSecond >= 0 && !math.IsInf(perSecond, 1), "must be a number of requests a second, 0 or more",
		func(c *Client) { c.pace = perSecond })
}

// WithWorkers sets the number of workers of [Client.ListEach], at most 10,000. 0 means 8, which is the default.
func WithWorkers(workers int) CallOption {
	return checked("workers", 0 <= workers && workers <= maxWorkers, fmt.Sprintf("must be from 0 to %d", maxWorkers),
		func(c *Client) { c.workers = workers })
}

// WithHeader adds a header field to requests. It replaces an earlier field of the same name. Fields that the client or HTTP
// itself needs are refused. User-Agent can be replaced.
func WithHeader(name, value string) CallOption {
	name = http.CanonicalHeaderKey(name)
	reason := ""
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }):
		reason = "its name must be a token of RFC 9110, such as X-Team"
	case slices.Contains(reservedHeaders, name):
		reason = name + " can't be set this way: the client or its transport sets it"
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
		reason = "the value of " + name + " must have no control characters"
	}
	return checked("header", reason == "", reason, func(c *Client) {
		c.header = c.header.Clone() // it may be that of other calls
		c.header.Set(name, value)
	})
}

var reservedHeaders = []string{
	"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive",
	"Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// WithCredential authenticates with this credential instead of the client's.
func WithCredential(credential Credential) CallOption {
	return setting(func(c *Client) error { c.credential = credential; return credential.check() })
}

func checked(argument string, right bool, reason string, set func(*Client)) CallOption {
	return setting(func(c *Client) error {
		if !right {
			return &ArgumentError{Argument: argument, Reason: reason}
		}
		set(c)
		return nil
	})
}
