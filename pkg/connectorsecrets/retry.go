package connectorsecrets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

// RetryPolicy says how failed attempts are repeated. The zero value, and a zero in any field, means the default.
//
// Responses with status 429, 500, 502, 503 or 504 are retried, and so are connections that fail before or during the
// response, unless TLS refuses the server. Retries are safe because the operation only reads. If the server sends a
// Retry-After, in seconds or as a date, that is the pause.
type RetryPolicy struct {
	// MaxAttempts is the maximum number of requests in a call, the first included. Default 4. 1 means no retry, but a
	// request on a kept connection that turns out to be dead is still repeated once on another.
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

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	refuse := func(reason string) (RetryPolicy, error) {
		return p, &ArgumentError{Argument: "retry policy", Reason: reason}
	}
	switch {
	case p.MaxAttempts < 0:
		return refuse("MaxAttempts must not be negative; 1 means no retry")
	case p.BaseDelay < 0, p.MaxDelay < 0, p.MaxRetryAfter < 0:
		return refuse("its delays must not be negative")
	}
	p.MaxAttempts = cmp.Or(p.MaxAttempts, 4)
	p.MaxDelay = cmp.Or(p.MaxDelay, max(20*time.Second, p.BaseDelay))
	p.BaseDelay = cmp.Or(p.BaseDelay, min(500*time.Millisecond, p.MaxDelay))
	p.MaxRetryAfter = cmp.Or(p.MaxRetryAfter, 60*time.Second)
	if p.MaxDelay < p.BaseDelay {
		return refuse("MaxDelay must not be less than BaseDelay")
	}
	return p, nil
}

// retry makes attempts until one succeeds or no retry is allowed. It returns the error of the last attempt that sent a
// request.
func retry(policy RetryPolicy, logger *slog.Logger, next step) step {
	return func(ctx context.Context, c *call) (*answer, error) {
		if ctx.Err() != nil {
			return nil, &TransportError{Err: contextError(ctx)}
		}
		var last error
		for {
			sent := c.attempts
			a, err := next(ctx, c)
			switch {
			case err == nil:
				return a, nil
			case c.attempts == sent: // nothing was sent
				return nil, because(last, err)
			case last == nil && c.total > 0:
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, c.begin.Add(c.total))
				defer cancel()
			}
			wait, again := policy.next(c, err)
			deadline, limited := ctx.Deadline()
			switch {
			case !again, errors.Is(err, ctx.Err()):
				return nil, err
			case ctx.Err() != nil:
				return nil, because(err, contextError(ctx))
			case limited && time.Until(deadline) <= wait:
				return nil, err
			}
			logWait(ctx, logger, c, wait)
			if ended := sleep(ctx, wait); ended != nil {
				return nil, because(err, ended)
			}
			last = err
		}
	}
}

// because returns err, the error of the last attempt, with the reason why no other attempt followed. errors.Is and
// errors.As find both. If there was no attempt, it returns reason.
func because(err, reason error) error {
	var answer *APIError
	var transport *TransportError
	switch {
	case err == nil:
		return reason
	case errors.As(reason, &answer): // the response to another call
		return err
	case errors.As(reason, &transport):
		reason = transport.Err
	}
	switch {
	case errors.As(err, &answer):
		final := *answer
		final.cause = reason
		return &final
	case errors.As(err, &transport):
		return &TransportError{Attempts: transport.Attempts, Limit: transport.Limit, Err: fmt.Errorf("%w; then %w", transport.Err, reason)}
	default:
		return err
	}
}

// next decides whether to retry after a failed attempt, and how long to wait first.
func (p RetryPolicy) next(c *call, err error) (wait time.Duration, again bool) {
	var answer *APIError
	var transport *TransportError
	switch {
	case c.attempts >= p.MaxAttempts:
		return 0, false
	case errors.As(err, &answer) && answer.Response.StatusCode == http.StatusUnauthorized:
		// A token can expire or be revoked before its source knows. One fresh token is enough to find out.
		again = c.credential.changes && !c.renewed
		c.renewed = true
		return 0, again
	case errors.As(err, &answer) && isRetryable(answer.Response.StatusCode):
		if wait = answer.Response.RetryAfter; wait > p.MaxRetryAfter {
			return 0, false
		}
	case errors.As(err, &transport) && !isPermanent(transport.Err):
	default:
		return 0, false
	}
	if wait == 0 {
		wait = p.backoff(c.attempts)
	}
	return wait, true
}

// backoff returns a random pause: full jitter under an exponential bound.
func (p RetryPolicy) backoff(attempts int) time.Duration {
	bound := p.BaseDelay
	for range attempts - 1 {
		if bound > p.MaxDelay/2 {
			bound = p.MaxDelay
			break
		}
		bound *= 2
	}
	return rand.N(max(1, min(bound, p.MaxDelay)))
}

func isRetryable(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// isPermanent reports whether a retry would fail in the same way, because TLS refuses the server.
func isPermanent(err error) bool {
	_, ok := errors.AsType[*tlsError](err)
	return ok
}
