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
	// noPace tells a pace that was not given from 0, which is none.
	noPace = -1
)

// Option sets something for all calls of a [Client]. [New] refuses a bad one with an [*ArgumentError].
type Option interface{ apply(*settings) error }

// CallOption sets something for one call of [Client.List] or [Client.ListEach], in place of what the client has. Given to
// [New], it is for all calls.
type CallOption interface {
	Option
	applyToCall(*callSettings) error
}

// settings are a client's, gathered by New.
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
	// timeout limits an attempt. Total, unless it is 0, limits the call from the turn of its first attempt on.
	timeout, total time.Duration
	workers        int
	pace           float64
	// ceiling, unless it is 0, is the longest timeout: that of the caller's http.Client.
	ceiling time.Duration
}

// with returns the settings with options applied. The header stays shared as long as there are none.
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

// WithBaseURL sends requests to another server that speaks the API, such as the sandbox or a gateway. A path is kept as
// a prefix; user info, query and fragment are refused. Empty means the API's production server, which is the default.
func WithBaseURL(baseURL string) Option {
	return clientOption(func(s *settings) error { s.baseURL = strings.TrimSpace(baseURL); return nil })
}

// WithInsecureHTTP allows a base URL with http:// for hosts other than the loopback ones. The credential then crosses the
// network in clear text.
func WithInsecureHTTP() Option {
	return clientOption(func(s *settings) error { s.insecureHTTP = true; return nil })
}

// WithHTTPClient sends requests through the Transport of httpClient, for a proxy, a private certificate authority or
// instrumentation, and limits attempts to its Timeout if that is shorter than [WithTimeout]. Its Jar and CheckRedirect are
// not used: the API sets no cookies, and redirects are never followed. If httpClient or its Transport is nil, the
// package's own transport is used; of another one, the client bounds the body and the time, and cannot bound the header.
//
// A Transport or a body that does not heed the context does not keep a call waiting: it returns with the context's end, and
// what comes back later is closed. For that, a Transport of another type than [*http.Transport] runs on a goroutine of its own,
// which ends when the Transport or the body returns. A panic in it is the caller's, as usual.
func WithHTTPClient(httpClient *http.Client) Option {
	return clientOption(func(s *settings) error { s.httpClient = httpClient; return nil })
}

// WithRetry sets how failed attempts are repeated. The zero value of each field means its default.
func WithRetry(policy RetryPolicy) Option {
	return clientOption(func(s *settings) error {
		policy, err := policy.withDefaults()
		s.retry = policy
		return err
	})
}

// WithoutRetry makes one attempt a call. If it meets a kept connection that had died, the request goes out again, once.
func WithoutRetry() Option { return WithRetry(RetryPolicy{MaxAttempts: 1}) }

// WithLogger logs every attempt (at debug level) and every wait before a retry (at info level). Logged are the operation,
// the method, the path's template and its parameters, attempt, status, duration, request ID and wait, and nothing else: no
// header, no body, no name of a secret. Nil means no logging, which is the default.
func WithLogger(logger *slog.Logger) Option {
	return clientOption(func(s *settings) error { s.logger = logger; return nil })
}

// WithTimeout limits each attempt, from the question for a credential to the last byte of the body. 0 means 30 seconds,
// which is the default. The context limits the call as a whole; see also [WithConnectorTimeout].
func WithTimeout(timeout time.Duration) CallOption {
	return limit("timeout", timeout, func(s *callSettings) { s.timeout = cmp.Or(timeout, defaultTimeout) })
}

// WithConnectorTimeout limits what each connector may take as a whole, from the turn of its first request on: its retries,
// and its waits for them and for a common pause, included. 0 means no limit, which is the default.
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

// WithPace lets at most perSecond requests a second go out, retries included, evenly spaced. Given to [New], it holds for
// all calls of the client together; given to a call, for the requests of that call, besides the client's. 0 means no
// pace. That is the default, except that [Client.ListEach] keeps to 20 if neither it nor the client is given a pace.
func WithPace(perSecond float64) CallOption {
	return callOption(func(s *callSettings) error {
		if !(perSecond >= 0) || math.IsInf(perSecond, 1) {
			return &ArgumentError{Argument: "pace", Reason: "must be a number of requests a second, 0 or more"}
		}
		s.pace = perSecond
		return nil
	})
}

// WithWorkers sets how many calls [Client.ListEach] has under way at once, at most 10,000. 0 means 8, which is the default.
func WithWorkers(workers int) CallOption {
	return callOption(func(s *callSettings) error {
		if workers < 0 || workers > maxWorkers {
			return &ArgumentError{Argument: "workers", Reason: fmt.Sprintf("must be from 0 to %d", maxWorkers)}
		}
		s.workers = workers
		return nil
	})
}

// WithHeader adds a header field to requests, replacing an earlier one of the same name. Fields that the client itself
// sets or that HTTP needs for itself are refused; User-Agent can be replaced.
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

// WithCredential authenticates with another credential than the client's.
func WithCredential(credential Credential) CallOption {
	return callOption(func(s *callSettings) error {
		s.credential = credential
		return credential.check()
	})
}

// reservedHeader returns what to do instead of setting a header field with WithHeader, or "" if it can be set.
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
		return "it belongs to the transport"
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

// isHeaderValue reports whether s can be sent as a header's value (RFC 9110, section 5.5).
func isHeaderValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
