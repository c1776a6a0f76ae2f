package connectorsecrets

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// RetryPolicy says how failed attempts are repeated, see the table of the package. The zero value, and a zero in any field, means
// the default. Retries are safe because the operation only reads.
type RetryPolicy struct {
	// MaxAttempts is the maximum number of attempts in a call, the first included. Default 4. 1 means no retry. It does not
	// count what [net/http] repeats by itself on a dead kept connection, nor most attempts with a 429 in [Client.ListEach].
	MaxAttempts int
	// BaseDelay is the longest pause before the second attempt. It doubles before every further attempt, up to MaxDelay. The
	// actual pause is random between 0 and that value ("full jitter"). Defaults 0.5 s and 20 s.
	BaseDelay, MaxDelay time.Duration
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
	}
	return ""
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	p.MaxAttempts = cmp.Or(p.MaxAttempts, 4)
	p.MaxDelay = cmp.Or(p.MaxDelay, max(20*time.Second, p.BaseDelay))
	p.BaseDelay = cmp.Or(p.BaseDelay, min(500*time.Millisecond, p.MaxDelay))
	p.MaxRetryAfter = cmp.Or(p.MaxRetryAfter, 60*time.Second)
	return p
}

// nextWait decides whether to retry after a failed attempt, and how long to wait first.
func (c *call) nextWait(ctx context.Context, err error) (wait time.Duration, again bool) {
	policy := c.client.retry
	if c.stuck || c.attempts-c.uncounted >= policy.MaxAttempts || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return 0, false
	}
	wait = policy.backoff(c.attempts - c.uncounted)
	var lost *TransportError
	var refused *APIError
	switch {
	case errors.As(err, &lost):
		again = mayPass(lost.Err)
	case !errors.As(err, &refused): // it is an invalid response
	case refused.Response.StatusCode == http.StatusUnauthorized && !refused.isForeign:
		// A token can expire or be revoked before its source knows. One fresh token is enough to find out.
		again, wait = c.client.credential.changes && !c.refused, 0
		c.refused = true
	case isTemporary(refused.Response.StatusCode):
		wait = cmp.Or(refused.Response.RetryAfter, wait)
		again = refused.Response.RetryAfter <= policy.MaxRetryAfter
	}
	return wait, again && (ctx.Err() != nil || !endsWithin(ctx, wait))
}

// isTemporary reports whether the next attempt may have another status.
func isTemporary(status int) bool {
	return status == 408 || status == 429 || status >= 500 && status != 501 && status != 505
}

// mayPass reports whether the next attempt may get a response. It can't if TLS or a proxy refuses.
func mayPass(err error) bool {
	proxy, isProxy := errors.AsType[*ProxyError](err)
	return !isRefusedByTLS(err) && (!isProxy || proxy.StatusCode >= 500 && isTemporary(proxy.StatusCode))
}

// isRefusedByTLS reports whether TLS refused the server, or the server's TLS the client. Only two alerts can come from a passing
// fault. The type of alerts is private, so that their operation and text must tell.
func isRefusedByTLS(err error) bool {
	_, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, isNoTLS := errors.AsType[tls.RecordHeaderError](err)
	isAlert := false
	for op, ok := errors.AsType[*net.OpError](err); ok; op, ok = errors.AsType[*net.OpError](op.Err) {
		isPassing := strings.HasSuffix(op.Error(), "internal error") || strings.HasSuffix(op.Error(), "bad record MAC")
		isAlert = isAlert || (op.Op == "remote error" || op.Op == "local error") && !isPassing
	}
	return isCertificate || isNoTLS || isAlert
}

// backoff returns a random pause: full jitter under an exponential bound.
func (p RetryPolicy) backoff(attempts int) time.Duration {
	bound := min(float64(p.BaseDelay)*math.Pow(2, float64(attempts-1)), float64(p.MaxDelay))
	return time.Duration(rand.Float64() * bound)
}

// because returns err, the error of the last attempt, with the reason why no other followed. Without one, it returns reason.
func because(err, reason error) error {
	cause := errors.Unwrap(reason) // such as the end of the context; nil if reason is the response to another call
	last, isLost := errors.AsType[*TransportError](err)
	switch {
	case err == nil:
		return reason
	case cause == nil:
		return fmt.Errorf("%w; gave up: %s", err, reason.Error())
	case isLost:
		return newTransportError(last.Attempts, fmt.Errorf("%[2]w; gave up: %[1]w", cause, last.Err)) // the limit is that of the cause
	default:
		return fmt.Errorf("%w; gave up: %w", err, cause)
	}
}
