package connectorsecrets

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// RetryPolicy says how failed attempts are repeated. The zero value, and 0 in any field, means the default.
//
// Repeated are answers with status 429, 500, 502, 503 and 504, and connections that fail before the answer or in the
// middle of it; the operation only reads, so that repeating it is safe. A Retry-After of the server, in seconds or as a
// date, takes the place of the pause.
type RetryPolicy struct {
	// MaxAttempts bounds the requests of a call, the first included. Default 4; 1 means no retry.
	MaxAttempts int
	// BaseDelay is the longest pause before the second attempt; it doubles with every further one. The pause itself is
	// drawn evenly between 0 and that ("full jitter"). Default 0.5 s.
	BaseDelay time.Duration
	// MaxDelay bounds the doubling. Default 20 s.
	MaxDelay time.Duration
	// MaxRetryAfter is the longest Retry-After to wait for. When a server asks for more, or for more than the context
	// has left, the error is returned at once with the delay in it. Default 60 s.
	MaxRetryAfter time.Duration
}

const (
	defaultMaxAttempts   = 4
	defaultBaseDelay     = 500 * time.Millisecond
	defaultMaxDelay      = 20 * time.Second
	defaultMaxRetryAfter = 60 * time.Second
)

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
	if p.MaxAttempts == 0 {
		p.MaxAttempts = defaultMaxAttempts
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(defaultMaxDelay, p.BaseDelay)
	}
	if p.BaseDelay == 0 {
		p.BaseDelay = min(defaultBaseDelay, p.MaxDelay)
	}
	if p.MaxRetryAfter == 0 {
		p.MaxRetryAfter = defaultMaxRetryAfter
	}
	if p.MaxDelay < p.BaseDelay {
		return refuse("MaxDelay must not be less than BaseDelay")
	}
	return p, nil
}

// retry makes attempts until one succeeds or trying again makes no sense. Its error is always the last attempt's own.
func (r *run) retry(ctx context.Context) (*SecretList, error) {
	if ctx.Err() != nil {
		return nil, &TransportError{Err: contextError(ctx)}
	}
	if err := r.pace(ctx); err != nil {
		return nil, err
	}
	if r.total > 0 {
		// Counted from here, a connector does not pay for the turns of those before it.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.total)
		defer cancel()
	}
	list, err := r.attempt(ctx)
	if err == nil {
		// Most calls end here, and need nothing of what follows.
		return list, nil
	}
	r.fleet.attempted(err, r.client.retry.MaxRetryAfter)
	delays := &delays{run: r, ctx: ctx, last: err}
	begun := false
	list, err = backoff.Retry(ctx,
		func() (*SecretList, error) {
			if !begun {
				begun = true
				return nil, delays.last
			}
			if err := r.pace(ctx); err != nil {
				return nil, backoff.Permanent(delays.last)
			}
			var list *SecretList
			var err error
			if list, err = r.attempt(ctx); err != nil {
				err = after(delays.last, err)
			}
			delays.last = err
			r.fleet.attempted(err, r.client.retry.MaxRetryAfter)
			return list, delays.last
		},
		backoff.WithBackOff(delays),
		backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(_ error, wait time.Duration) { r.client.logWait(ctx, r, wait) }),
	)
	if err == nil {
		return list, nil
	}
	if ctx.Err() != nil {
		delays.interrupted()
	}
	return nil, delays.last
}

// after is the error of an attempt that follows another one. If its token source failed, nothing was sent, and what came
// of the attempt before is the better news.
func after(last, err error) error {
	var refused *ArgumentError
	var answer *APIError
	var transport *TransportError
	switch {
	case !errors.As(err, &refused):
	case errors.As(last, &answer):
		answer.cause = err
		return answer
	case errors.As(last, &transport):
		return &TransportError{Attempts: transport.Attempts, Err: fmt.Errorf("%w; then %w", transport.Err, err)}
	}
	return err
}

// pace waits until the client, and the fleet if the call is part of one, allow another request.
func (r *run) pace(ctx context.Context) error {
	if err := r.fleet.admit(ctx); err != nil {
		return err
	}
	if r.client.limiter == nil {
		return nil
	}
	return waitFor(ctx, r.client.limiter)
}

// waitFor waits for a limiter, and tells which of the ways not to get through it was.
func waitFor(ctx context.Context, limiter *rate.Limiter) error {
	err := limiter.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = contextError(ctx)
	default:
		err = fmt.Errorf("the client's own rate limit leaves no time for it: %w", context.DeadlineExceeded)
	}
	return &TransportError{Err: err}
}

// delays decides after each failed attempt whether there is another one, and how long to wait for it.
type delays struct {
	run         *run
	ctx         context.Context
	last        error
	exponential *backoff.ExponentialBackOff
}

var _ backoff.BackOff = (*delays)(nil)

// interrupted adds the context's end to the error of the attempt before it. What happened there is the better news, and
// the caller can find both.
func (d *delays) interrupted() {
	var apiError *APIError
	var transportError *TransportError
	switch {
	case errors.As(d.last, &apiError) && isRetryable(apiError.StatusCode):
		apiError.cause = contextError(d.ctx)
	case errors.As(d.last, &transportError) && !errors.Is(transportError.Err, d.ctx.Err()):
		transportError.Err = fmt.Errorf("%w; then %w", transportError.Err, contextError(d.ctx))
	}
}

// Reset is called before the first attempt.
func (d *delays) Reset() {}

// NextBackOff returns the time to wait, or backoff.Stop.
func (d *delays) NextBackOff() time.Duration {
	r, policy := d.run, d.run.client.retry
	var refused *ArgumentError
	if r.attempts >= policy.MaxAttempts || errors.As(d.last, &refused) {
		return backoff.Stop
	}
	var wait time.Duration
	var apiError *APIError
	var transportError *TransportError
	switch {
	case errors.As(d.last, &apiError) && apiError.StatusCode == http.StatusUnauthorized:
		// A token can expire or be revoked before its source knows. Asking again helps once, or not at all.
		if !r.call.credential.renewable || r.renewed {
			return backoff.Stop
		}
		r.renewed = true
		return 0
	case errors.As(d.last, &apiError) && isRetryable(apiError.StatusCode):
		if wait = apiError.RetryAfter; wait > policy.MaxRetryAfter {
			return backoff.Stop
		}
	case errors.As(d.last, &transportError) && d.ctx.Err() == nil && !isPermanent(transportError.Err):
	default:
		return backoff.Stop
	}
	if wait == 0 {
		wait = d.jitter(policy)
	}
	if deadline, ok := d.ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return backoff.Stop
	}
	return wait
}

// jitter draws the next pause. The library draws around an interval; half of ours, give or take all of it, is full
// jitter.
func (d *delays) jitter(policy RetryPolicy) time.Duration {
	if d.exponential == nil {
		d.exponential = &backoff.ExponentialBackOff{
			InitialInterval:     policy.BaseDelay / 2,
			RandomizationFactor: 1,
			Multiplier:          2,
			MaxInterval:         policy.MaxDelay / 2,
		}
	}
	return min(d.exponential.NextBackOff(), policy.MaxDelay)
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

// isPermanent reports whether a connection will fail in the same way again: the server's certificate is refused, or what
// answers does not speak TLS.
func isPermanent(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
		record      tls.RecordHeaderError
	)
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &invalid) || errors.As(err, &record)
}
