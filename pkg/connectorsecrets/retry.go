package connectorsecrets

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// RetryPolicy says how failed attempts are repeated. The zero value, and a zero in any field, means the default.
//
// Responses with status 408, 429 and from 500, except 501 and 505, are retried. So are connections that fail before or during
// the response, unless TLS or a proxy refuses them. Retries are safe because the operation only reads. If the server sends
// a Retry-After, in seconds or as a date, that is the pause.
type RetryPolicy struct {
	// MaxAttempts is the maximum number of attempts in a call, the first included. Default 4. 1 means no retry. It does not
	// count what [net/http] repeats by itself on a dead kept connection, nor most attempts with a 429 in [Client.ListEach].
	MaxAttempts int
	// BaseDelay is the longest pause before the second attempt. It doubles before every further attempt. The actual pause
	// is random between 0 and that value ("full jitter"). Default 0.5 s.
	BaseDelay time.Duration
	// MaxDelay bounds the doubled delay. Default 20 s.
	MaxDelay time.Duration
	// MaxRetryAfter is the longest Retry-After to wait for. If a server asks for more, or for more than the context has
	// left, the call returns the error at once, with the delay in it. Default 60 s.
	MaxRetryAfter time.Duration
}

// problem says what is wrong with the policy.
func (p RetryPolicy) problem() string {
	switch {
	case p.MaxAttempts < 0:
		return "MaxAttempts must not be negative; 1 means no retry"
	case p.BaseDelay < 0, p.MaxDelay < 0, p.MaxRetryAfter < 0:
		return "its delays must not be negative"
	case p.MaxDelay > 0 && p.MaxDelay < p.BaseDelay:
		return "MaxDelay must not be less than BaseDelay"
	default:
		return ""
	}
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	p.MaxAttempts = cmp.Or(p.MaxAttempts, 4)
	p.MaxDelay = cmp.Or(p.MaxDelay, max(20*time.Second, p.BaseDelay))
	p.BaseDelay = cmp.Or(p.BaseDelay, min(500*time.Millisecond, p.MaxDelay))
	p.MaxRetryAfter = cmp.Or(p.MaxRetryAfter, 60*time.Second)
	return p
}

// nextWait decides whether to retry after a failed attempt, and how long to wait first.
func (c *call) nextWait(err error) (wait time.Duration, again bool) {
	backoff := cmp.Or(c.shared.observe(c, err), c.retry.backoff(c.attempts))
	if c.attempts >= c.allowed {
		return 0, false
	}
	if transport, ok := errors.AsType[*TransportError](err); ok {
		proxy, isProxy := errors.AsType[*ProxyError](transport.Err)
		return backoff, !isRefusedByTLS(transport.Err) && (!isProxy || isTemporary(proxy.StatusCode))
	}
	answer, ok := errors.AsType[*APIError](err)
	if !ok {
		return 0, false
	}
	switch asked := answer.Response.RetryAfter; {
	case answer.Response.StatusCode == http.StatusUnauthorized && answer.foreign == "":
		// A token can expire or be revoked before its source knows. One fresh token is enough to find out.
		again = c.credential.changes && !c.renewed
		c.renewed = true
		return 0, again
	case isTemporary(answer.Response.StatusCode):
		return cmp.Or(asked, backoff), asked <= c.retry.MaxRetryAfter
	default:
		return 0, false
	}
}

// isTemporary reports whether the next attempt may have another status.
func isTemporary(status int) bool {
	return status == 408 || status == 429 || status >= 500 && status != 501 && status != 505
}

// backoff returns a random pause: full jitter under an exponential bound.
func (p RetryPolicy) backoff(attempts int) time.Duration {
	bound := min(float64(p.BaseDelay)*math.Pow(2, float64(attempts-1)), float64(p.MaxDelay))
	return time.Duration(rand.Float64() * bound)
}

// because returns err, the error of the last attempt, with the reason why no other followed. Without one, it returns reason.
func because(err, reason error) error {
	if err == nil {
		return reason
	}
	if _, ok := errors.AsType[*APIError](reason); ok { // the response to another call
		return err
	}
	if ended, ok := errors.AsType[*TransportError](reason); ok {
		reason = ended.Err
	}
	return fmt.Errorf("%w; gave up: %w", err, reason)
}

// isRefusedByTLS reports whether TLS refused the server, or the server's TLS the client. A retry would fail in the same way.
func isRefusedByTLS(err error) bool {
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, isNoTLS := errors.AsType[tls.RecordHeaderError](err)
	_, isAlert := errors.AsType[tls.AlertError](err) // over QUIC; else its type is private, and only these operations tell
	for op, ok := errors.AsType[*net.OpError](err); ok; op, ok = errors.AsType[*net.OpError](op.Err) {
		isAlert = isAlert || op.Op == "remote error" || op.Op == "local error"
	}
	return isCertificate || isNoTLS || isAlert
}
