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

// send makes one attempt: it asks for the credential, sends the request, and reads the whole response, all within the time
// of an attempt. It is the transport alone and not an [http.Client], which would follow redirects, or at least parse where
// they point and quote that in an error.
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
		// The values are shared by all requests of the client: a transport may replace them, not write into them.
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
		response := e.response.Load()
		oversized := errors.Is(err, errOversized)
		// An error's status tells what happened, whatever becomes of its body.
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

// transportError describes an attempt that got no complete response. The clock and the two contexts tell what ran out: the
// time of the call, the caller's, or that of the attempt.
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

// contextError returns why ctx ended. Both the context's error and the cause that its owner gave can be found in it.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// redirectTarget says where an answer points to: the scheme and the host, because the rest can hold secrets in any spelling.
// It is empty if that can't be told.
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
