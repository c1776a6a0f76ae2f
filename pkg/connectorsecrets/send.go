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

var errNoResponse = errors.New("the transport returned neither an answer nor an error")

// send makes one attempt: it asks for the credential, sends the request, and reads the whole answer, all within the time
// of an attempt. It is the transport alone and not an [http.Client], which would follow redirects, or at least parse where
// they point and quote that in an error.
func send(transport http.RoundTripper, base *url.URL) step {
	return func(ctx context.Context, c *call) (*answer, error) {
		limit := c.timeout
		if c.total > 0 {
			limit = min(limit, time.Until(c.begin.Add(c.total)))
		}
		attempt, cancel := context.WithTimeout(ctx, limit)
		defer cancel()

		authorization, err := c.credential.ask(attempt)
		if err != nil {
			if attempt.Err() != nil {
				err = c.transportError(ctx, attempt, err)
			}
			return nil, err
		}
		// The values are shared by all requests of the client: a transport may replace them, not write into them.
		header := maps.Clone(c.header)
		header["Authorization"] = []string{authorization}
		c.attempts++
		response, err := transport.RoundTrip(c.NewRequest(attempt, base, header))
		if err == nil && response == nil {
			err = errNoResponse
		}
		if err != nil {
			return nil, c.transportError(ctx, attempt, err)
		}
		if response.Body == nil {
			response.Body = http.NoBody
		}
		defer response.Body.Close()

		result := &answer{redact: newRedactor(authorization)}
		result.Response = newResponse(response, result.redact, c.attempts)
		result.location = redirectTarget(response, result.redact)
		if status := response.StatusCode; status == c.success || status >= 400 {
			result.body, err = readBody(response)
			result.oversized = errors.Is(err, errOversized)
			// An error's status tells what happened, whatever becomes of its body.
			if err != nil && !result.oversized && status == c.success {
				return nil, c.transportError(ctx, attempt, err)
			}
		}
		return result, nil
	}
}

// transportError describes an attempt that got no complete answer. The clock and the two contexts tell what ran
// out: the time of the call, the caller's, or that of the attempt.
func (c *call) transportError(ctx, attempt context.Context, err error) *TransportError {
	var ranOut time.Duration
	switch {
	case c.total > 0 && !time.Now().Before(c.begin.Add(c.total)) && !errors.Is(ctx.Err(), context.Canceled):
		ranOut = c.total
		err = fmt.Errorf("no complete answer within the %v of the whole call: %w", c.total, context.DeadlineExceeded)
	case ctx.Err() != nil:
		err = contextError(ctx)
	case attempt.Err() != nil:
		ranOut = c.timeout
		err = fmt.Errorf("no complete answer within %v: %w", c.timeout, context.DeadlineExceeded)
	default:
		err = showableCause(err)
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

// redirectTarget says where an answer points to, without the parts of a URL that can hold secrets. It is empty if that
// can't be told.
func redirectTarget(response *http.Response, redact redactor) string {
	location := response.Header.Get("Location")
	if location == "" {
		return ""
	}
	// Redacted as a whole, and again in its parts, before it is escaped and cut: a credential in another spelling, or half
	// of one, would pass.
	target, err := url.Parse(redact.text(location))
	if err != nil {
		return ""
	}
	if request := response.Request; request != nil && request.URL != nil {
		target = request.URL.ResolveReference(target)
	}
	if target.Scheme != "https" && target.Scheme != "http" {
		return ""
	}
	target = &url.URL{Scheme: target.Scheme, Host: redact.text(target.Host), Path: redact.text(target.Path)}
	return shown(target.String(), maxShownURL)
}
