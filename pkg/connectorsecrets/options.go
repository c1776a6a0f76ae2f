package connectorsecrets

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Defaults of the options.
const (
	// DefaultBaseURL is the API's production server.
	DefaultBaseURL = "https://api.supermetrics.com"
	// DefaultTimeout is how long one attempt may take, from the connection to the last byte of the body.
	DefaultTimeout = 30 * time.Second
)

// Option sets something for all calls of a [Client]. [New] refuses a bad one with an [*ArgumentError].
type Option interface{ applyToClient(*settings) error }

// CallOption sets something for one call of [Client.List], in place of what the client has.
type CallOption interface{ applyToCall(*callSettings) error }

// SharedOption can be given to [New] for all calls, or to [Client.List] for one.
type SharedOption interface {
	Option
	CallOption
}

// settings are a client's, gathered by New.
type settings struct {
	baseURL      string
	httpClient   *http.Client
	insecureHTTP bool
	userAgent    string
	retry        RetryPolicy
	limiter      *rate.Limiter
	logger       *slog.Logger
	call         callSettings
}

// callSettings are those that a call can have in its own way.
type callSettings struct {
	credential Credential
	header     http.Header
	timeout    time.Duration
}

type clientOption func(*settings) error

func (o clientOption) applyToClient(s *settings) error { return o(s) }

type callOption func(*callSettings) error

func (o callOption) applyToCall(s *callSettings) error { return o(s) }

type sharedOption func(*callSettings) error

func (o sharedOption) applyToClient(s *settings) error   { return o(&s.call) }
func (o sharedOption) applyToCall(s *callSettings) error { return o(s) }

// WithBaseURL sends requests to another server that speaks the API, such as the sandbox or a gateway. A path is kept as
// a prefix; user info, query and fragment are refused. Empty means [DefaultBaseURL].
func WithBaseURL(baseURL string) Option {
	return clientOption(func(s *settings) error {
		s.baseURL = strings.TrimSpace(baseURL)
		return nil
	})
}

// WithInsecureHTTP allows a base URL with http:// for hosts other than the loopback ones. The credential then crosses the
// network in clear text.
func WithInsecureHTTP() Option {
	return clientOption(func(s *settings) error {
		s.insecureHTTP = true
		return nil
	})
}

// WithHTTPClient sends requests through the Transport of httpClient, for a proxy, a private certificate authority or
// instrumentation, and limits attempts to its Timeout if that is shorter than [WithTimeout]. Its Jar and CheckRedirect are
// not used: the API sets no cookies, and redirects are never followed. If httpClient or its Transport is nil, the
// package's own transport is used; of another one, the client bounds the body and the time, and cannot bound the header.
func WithHTTPClient(httpClient *http.Client) Option {
	return clientOption(func(s *settings) error {
		s.httpClient = httpClient
		return nil
	})
}

// WithUserAgent replaces the User-Agent header. Empty means "connectorsecrets-go/" and the version.
func WithUserAgent(userAgent string) Option {
	return clientOption(func(s *settings) error {
		if !isHeaderValue(userAgent) {
			return &ArgumentError{Argument: "user agent", Reason: "must have no control characters"}
		}
		s.userAgent = strings.TrimSpace(userAgent)
		return nil
	})
}

// WithRetry sets how failed attempts are repeated. The zero value of each field means its default.
func WithRetry(policy RetryPolicy) Option {
	return clientOption(func(s *settings) error {
		policy, err := policy.withDefaults()
		s.retry = policy
		return err
	})
}

// WithoutRetry makes one attempt a call.
func WithoutRetry() Option { return WithRetry(RetryPolicy{MaxAttempts: 1}) }

// WithRateLimit lets at most perSecond requests a second leave this client, retries included, evenly spaced. The vendor
// suggests no more than 20. 0 means no limit, which is the default.
func WithRateLimit(perSecond float64) Option {
	return clientOption(func(s *settings) error {
		if !(perSecond >= 0) || math.IsInf(perSecond, 1) {
			return &ArgumentError{Argument: "rate limit", Reason: "must be a number of requests a second, 0 or more"}
		}
		s.limiter = nil
		if perSecond > 0 {
			s.limiter = rate.NewLimiter(rate.Limit(perSecond), 1)
		}
		return nil
	})
}

// WithLogger logs every attempt (at debug level) and every wait before a retry (at info level). Logged are the method,
// the path's template, team, connector, attempt, status, duration, request ID and wait, and nothing else: no header, no
// body, no name of a secret. Nil means no logging, which is the default.
func WithLogger(logger *slog.Logger) Option {
	return clientOption(func(s *settings) error {
		s.logger = logger
		return nil
	})
}

// WithTimeout limits each attempt, from the connection to the last byte of the body. The context limits the call as a
// whole. 0 means [DefaultTimeout].
func WithTimeout(timeout time.Duration) SharedOption {
	return sharedOption(func(s *callSettings) error {
		if timeout < 0 {
			return &ArgumentError{Argument: "timeout", Reason: "must not be negative"}
		}
		if timeout == 0 {
			timeout = DefaultTimeout
		}
		s.timeout = timeout
		return nil
	})
}

// WithHeader adds a header field to requests, replacing an earlier one of the same name. Fields that the client itself
// sets or that HTTP needs for itself are refused.
func WithHeader(name, value string) SharedOption {
	return sharedOption(func(s *callSettings) error {
		name := http.CanonicalHeaderKey(name)
		if !isToken(name) {
			return &ArgumentError{Argument: "header", Reason: "its name must be a token of RFC 9110, such as X-Team"}
		}
		if instead, reserved := reservedHeaders[name]; reserved {
			return &ArgumentError{Argument: "header", Reason: fmt.Sprintf("%s can't be set this way: %s", name, instead)}
		}
		if !isHeaderValue(value) {
			return &ArgumentError{Argument: "header", Reason: "the value of " + name + " must have no control characters"}
		}
		s.header.Set(name, value)
		return nil
	})
}

// WithCredential authenticates one call with another credential than the client's.
func WithCredential(credential Credential) CallOption {
	return callOption(func(s *callSettings) error {
		s.credential = credential
		return credential.check()
	})
}

// reservedHeaders may not be set with WithHeader; the value tells what to do instead.
var reservedHeaders = map[string]string{
	"Authorization":       "use a Credential",
	"Proxy-Authorization": "give the proxy's credential to the transport",
	"User-Agent":          "use WithUserAgent",
	"Accept":              "only JSON can be read",
	"Accept-Encoding":     "the transport decompresses by itself",
	"Host":                "use WithBaseURL",
	"Connection":          "it belongs to the transport",
	"Content-Length":      "the request has no body",
	"Content-Type":        "the request has no body",
	"Expect":              "the request has no body",
	"Keep-Alive":          "it belongs to the transport",
	"Proxy-Connection":    "it belongs to the transport",
	"Te":                  "it belongs to the transport",
	"Trailer":             "the request has no body",
	"Transfer-Encoding":   "the request has no body",
	"Upgrade":             "it belongs to the transport",
}

// isToken reports whether s is a token (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		if b := s[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, b) >= 0 {
			return false
		}
	}
	return s != ""
}

// isHeaderValue reports whether s can be sent as a header's value (RFC 9110, section 5.5).
func isHeaderValue(s string) bool {
	for i := range len(s) {
		if b := s[i]; b < ' ' && b != '\t' || b == 0x7f {
			return false
		}
	}
	return true
}
