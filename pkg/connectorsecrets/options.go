package connectorsecrets

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"time"
)

const (
	defaultTimeout = 30 * time.Second
	// noPace means that the caller set no pace. 0 means that the caller wants none.
	noPace = -1
)

// Option configures a [Client] for all its calls. If an option is bad, [New] returns an [*ArgumentError].
type Option interface{ apply(*settings) error }

// CallOption overrides a setting of the client for one call of [Client.List] or [Client.ListEach]. If it is passed to
// [New], it applies to all calls.
type CallOption interface {
	Option
	applyToCall(*callSettings) error
}

// settings are the settings of a client. New collects them.
type settings struct {
	baseURL      string
	httpClient   *http.Client
	insecureHTTP bool
	retry        RetryPolicy
	logger       *slog.Logger
	call         callSettings
}

// callSettings are the settings that one call may override.
type callSettings struct {
	credential Credential
	header     http.Header
	// timeout limits an attempt. Total, if not 0, limits the whole call from the start of its first attempt.
	timeout, total time.Duration
	workers        int
	pace           float64
	// ceiling, if not 0, is the longest timeout allowed: the Timeout of the caller's http.Client.
	ceiling time.Duration
}

// with returns the settings with options applied. Without options, the header is shared and not copied.
func (s callSettings) with(options []CallOption) (callSettings, error) {
	if len(options) > 0 {
		var err error
		if s, err = s.changed(options); err != nil {
			return callSettings{}, err
		}
	}
	if s.ceiling > 0 {
		s.timeout = min(s.timeout, s.ceiling)
	}
	return s, nil
}

func (s callSettings) changed(options []CallOption) (callSettings, error) {
	s.header = s.header.Clone()
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option.applyToCall(&s); err != nil {
			return callSettings{}, err
		}
	}
	return s, nil
}

type clientOption func(*settings) error

func (o clientOption) apply(s *settings) error { return o(s) }

type callOption func(*callSettings) error

func (o callOption) apply(s *settings) error           { return o(&s.call) }
func (o callOption) applyToCall(s *callSettings) error { return o(s) }

// WithBaseURL sends requests to another server, such as the sandbox or a gateway. A path in baseURL becomes a prefix. User
// info, a query or a fragment is refused. Empty means the API's production server, which is the default.
func WithBaseURL(baseURL string) Option {
	return clientOption(func(s *settings) error { s.baseURL = strings.TrimSpace(baseURL); return nil })
}

// WithInsecureHTTP allows a base URL with http:// for hosts other than loopback. The credential then crosses the network in
// clear text.
func WithInsecureHTTP() Option {
	return clientOption(func(s *settings) error { s.insecureHTTP = true; return nil })
}

// WithHTTPClient sends requests through the Transport of httpClient, for example for a proxy, a private certificate
// authority or tracing. Its Timeout limits each attempt if it is shorter than [WithTimeout]. Its Jar and CheckRedirect are
// not used: the API sets no cookies, and redirects are never followed. If httpClient or its Transport is nil, the client
// uses its own transport. With another transport, the client bounds the body and the time, but it can't bound the header.
//
// A call returns when its context ends, even if a Transport or a response body ignores the context. A response that arrives
// later is closed. For that, a Transport of any type other than [*http.Transport] runs on a goroutine of its own, which
// ends when the Transport or the body returns. A panic in it is passed on to the caller. An [*http.Transport] returns in time
// itself, if its Proxy and the protocols registered with it heed the context of the request.
func WithHTTPClient(httpClient *http.Client) Option {
	return clientOption(func(s *settings) error { s.httpClient = httpClient; return nil })
}

// WithRetry sets how failed attempts are repeated. A zero field of policy means its default.
func WithRetry(policy RetryPolicy) Option {
	return clientOption(func(s *settings) error {
		policy, err := policy.withDefaults()
		s.retry = policy
		return err
	})
}

// WithoutRetry limits each call to one attempt. A request on a kept connection that turns out to be dead is still repeated
// once.
func WithoutRetry() Option { return WithRetry(RetryPolicy{MaxAttempts: 1}) }

// WithLogger logs every attempt at debug level, and every wait before a retry at info level. It logs the operation, the
// method, the path template and its parameters, the attempt, status, duration, request ID and wait. It logs nothing else:
// no header field, no body, no name of a secret. Nil means no logging, which is the default.
func WithLogger(logger *slog.Logger) Option {
	return clientOption(func(s *settings) error { s.logger = logger; return nil })
}

// WithTimeout limits each attempt, from the request for a credential to the last byte of the body. 0 means 30 seconds,
// which is the default. To limit the whole call, use the context or [WithConnectorTimeout].
func WithTimeout(timeout time.Duration) CallOption {
	return limit("timeout", timeout, func(s *callSettings) { s.timeout = cmp.Or(timeout, defaultTimeout) })
}

// WithConnectorTimeout limits the total time for each connector, from the start of its first request. It includes retries,
// the waits before them and shared pauses. 0 means no limit, which is the default.
func WithConnectorTimeout(timeout time.Duration) CallOption {
	return limit("connector timeout", timeout, func(s *callSettings) { s.total = timeout })
}

func limit(name string, value time.Duration, set func(*callSettings)) CallOption {
	return callOption(func(s *callSettings) error {
		if value < 0 {
			return &ArgumentError{Argument: name, Reason: "must not be negative"}
		}
		set(s)
		return nil
	})
}

// WithPace limits requests to perSecond a second, evenly spaced and retries included. In [New], the pace is for all calls
// of the client together. In a call, it is for the requests of that call, and the client's pace applies too. 0 means no
// limit. That is the default, except that [Client.ListEach] keeps to 20 a second if neither the call nor the client has a
// pace.
func WithPace(perSecond float64) CallOption {
	return callOption(func(s *callSettings) error {
		if !(perSecond >= 0) || math.IsInf(perSecond, 1) {
			return &ArgumentError{Argument: "pace", Reason: "must be a number of requests a second, 0 or more"}
		}
		s.pace = perSecond
		return nil
	})
}

// WithWorkers sets the number of workers of [Client.ListEach], at most 10,000. 0 means 8, which is the default.
func WithWorkers(workers int) CallOption {
	return callOption(func(s *callSettings) error {
		if workers < 0 || workers > maxWorkers {
			return &ArgumentError{Argument: "workers", Reason: fmt.Sprintf("must be from 0 to %d", maxWorkers)}
		}
		s.workers = workers
		return nil
	})
}

// WithHeader adds a header field to requests. It replaces an earlier field of the same name. Fields that the client or HTTP
// itself needs are refused. User-Agent can be replaced.
func WithHeader(name, value string) CallOption {
	return callOption(func(s *callSettings) error {
		name := http.CanonicalHeaderKey(name)
		if !isToken(name) {
			return &ArgumentError{Argument: "header", Reason: "its name must be a token of RFC 9110, such as X-Team"}
		}
		if instead := reservedHeader(name); instead != "" {
			return &ArgumentError{Argument: "header", Reason: fmt.Sprintf("%s can't be set this way: %s", name, instead)}
		}
		if !isHeaderValue(value) {
			return &ArgumentError{Argument: "header", Reason: "the value of " + name + " must have no control characters"}
		}
		s.header.Set(name, value)
		return nil
	})
}

// WithCredential authenticates with this credential instead of the client's.
func WithCredential(credential Credential) CallOption {
	return callOption(func(s *callSettings) error {
		s.credential = credential
		return credential.check()
	})
}

// reservedHeader returns why WithHeader refuses a field and what to do instead, or "" if the field is allowed.
func reservedHeader(name string) string {
	switch name {
	case "Authorization":
		return "use a Credential"
	case "Proxy-Authorization":
		return "give the proxy's credential to the transport"
	case "Accept":
		return "only JSON can be read"
	case "Accept-Encoding":
		return "the transport decompresses by itself"
	case "Host":
		return "use WithBaseURL"
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Upgrade":
		return "the transport sets it"
	case "Content-Length", "Content-Type", "Expect", "Trailer", "Transfer-Encoding":
		return "the request has no body"
	default:
		return ""
	}
}

// isToken reports whether s is a token (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// isHeaderValue reports whether s is a valid field value (RFC 9110, section 5.5).
func isHeaderValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
