package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// send makes one attempt within its timeout: it gets the credential, sends the request and reads the whole response. It
// uses a transport and not an [http.Client], because an http.Client parses the target of a redirect even if it does not
// follow it, and quotes the target in errors.
func send(transport http.RoundTripper, base *url.URL) step {
	// net/http's own transport returns when the context ends.
	_, isStandard := transport.(*http.Transport)
	return func(ctx context.Context, c *call) (*answer, error) {
		limit := c.timeout
		if c.total > 0 {
			limit = min(limit, time.Until(c.begin.Add(c.total)))
		}
		attempt, cancel := context.WithTimeout(ctx, limit)
		defer cancel()

		authorization, err := c.credential.authorize(attempt)
		if err != nil {
			if attempt.Err() != nil {
				err = c.transportError(ctx, attempt, err, redactor{})
			}
			return nil, err
		}
		redact := newRedactor(authorization)
		// All requests of the client share the value slices. A transport may replace them, but must not write to them.
		header := maps.Clone(c.header)
		c.attempts++
		e := &exchange{call: c, ctx: attempt, cancel: cancel, transport: transport, authorization: [1]string{authorization}}
		header["Authorization"] = e.authorization[:]
		e.request = c.NewRequest(e.start(!isStandard), base, header)
		hasRun := true
		if isStandard {
			e.run()
		} else {
			hasRun = await(attempt, e)
		}
		body, err := e.finish(hasRun)
		response := e.response.Load() //nolint:bodyclose // The exchange closes it.
		oversized := errors.Is(err, errOversized)
		// If the status is an error, it says what happened, even if the body could not be read.
		if response == nil || err != nil && !oversized && response.StatusCode == c.success {
			return nil, c.transportError(ctx, attempt, err, redact)
		}
		e.answer = answer{
			Response:  newResponse(response, redact, c.attempts),
			body:      body,
			oversized: oversized,
			location:  redirectTarget(response, redact),
			redact:    redact,
		}
		return &e.answer, nil
	}
}

// transportError returns the error of an attempt without a complete response. The clock and the two contexts tell which
// time ran out: that of the call, of the caller's context or of the attempt.
func (c *call) transportError(ctx, attempt context.Context, err error, redact redactor) *TransportError {
	var ranOut time.Duration
	switch {
	case errors.Is(err, errRepeated):
	case c.total > 0 && !time.Now().Before(c.begin.Add(c.total)) && !errors.Is(ctx.Err(), context.Canceled):
		ranOut = c.total
		err = fmt.Errorf("no complete response within the %v of the whole call: %w", c.total, context.DeadlineExceeded)
	case ctx.Err() != nil:
		err = contextError(ctx)
	case attempt.Err() != nil:
		ranOut = c.timeout
		err = fmt.Errorf("no complete response within %v: %w", c.timeout, context.DeadlineExceeded)
	default:
		err = showableCause(err, redact)
	}
	return &TransportError{Attempts: c.attempts, Limit: ranOut, Err: err}
}

// contextError returns why ctx ended: its error, and the cause if its owner gave one.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// redirectTarget returns the scheme and host of a redirect's target. The rest is left out, because it can contain secrets
// in any spelling. It returns "" if there is no valid target.
func redirectTarget(response *http.Response, redact redactor) string {
	location := response.Header.Get("Location")
	if location == "" {
		return ""
	}
	target, err := url.Parse(location)
	if err != nil {
		return ""
	}
	if request := response.Request; request != nil && request.URL != nil {
		target = request.URL.ResolveReference(target)
	}
	if target.Scheme != "https" && target.Scheme != "http" {
		return ""
	}
	return target.Scheme + "://" + shown(redact.text(target.Host), maxShownURL)
}
