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

// run is one call of List with everything that its attempts share.
type run struct {
	client      *Client
	teamID      int64
	connectorID string
	call        callSettings
	// fleet is nil, and total is 0, unless the call is part of a ListEach.
	fleet *fleet
	// total limits all attempts together, and the waits between them.
	total time.Duration

	attempts int
	// renewed is set once a token source has been asked again because of a 401.
	renewed bool
}

// attempt sends the request once and reads the whole answer, within the timeout of an attempt.
func (r *run) attempt(ctx context.Context) (*SecretList, error) {
	r.attempts++
	start := time.Now()
	attemptCtx, cancel := context.WithTimeout(ctx, r.call.timeout)
	defer cancel()

	authorization, err := r.call.credential.authorization(attemptCtx)
	if err != nil {
		r.attempts-- // nothing was sent
		if ctx.Err() != nil {
			err = &TransportError{Attempts: r.attempts, Err: contextError(ctx)}
		}
		return nil, err
	}
	secret := newRedactor(authorization)
	response, err := r.client.api.ListConnectorSecrets(attemptCtx, r.teamID, r.connectorID,
		func(_ context.Context, request *http.Request) error {
			// The values are shared by all requests of the client: a transport may replace them, not write into them.
			request.Header = maps.Clone(r.call.header)
			request.Header["Authorization"] = []string{authorization}
			return nil
		})
	if err != nil {
		err = r.transportError(ctx, attemptCtx, err)
		r.client.logAttempt(ctx, r, start, 0, err)
		return nil, err
	}
	defer response.Body.Close()

	list, err := r.classify(ctx, attemptCtx, response, secret)
	r.client.logAttempt(ctx, r, start, response.StatusCode, err)
	return list, err
}

// classify goes by the status before it looks at anything else.
func (r *run) classify(ctx, attemptCtx context.Context, response *http.Response, secret redactor) (*SecretList, error) {
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		return r.success(ctx, attemptCtx, response, secret)
	case status >= 300 && status < 400:
		return nil, &UnexpectedResponseError{
			StatusCode: status,
			Reason:     "a redirect, which is not followed",
			Location:   redirectTarget(response, secret),
			Attempts:   r.attempts,
		}
	case status >= 400 && status < 600:
		return nil, r.failure(response, secret)
	default:
		return nil, &UnexpectedResponseError{
			StatusCode: status,
			Reason:     "the API documents only 200 for success",
			Attempts:   r.attempts,
		}
	}
}

// success reads the list of a 200.
func (r *run) success(ctx, attemptCtx context.Context, response *http.Response, secret redactor) (*SecretList, error) {
	body, err := readBody(response)
	if err != nil && !errors.Is(err, errBodyTooLarge) {
		return nil, r.transportError(ctx, attemptCtx, err)
	}
	secret.header(response.Header)
	about := Response{
		StatusCode: response.StatusCode,
		Header:     response.Header,
		RateLimit:  parseRateLimit(response.Header),
		Attempts:   r.attempts,
	}
	var list *SecretList
	var unexpected *UnexpectedResponseError
	if err == nil {
		list, unexpected = decodeList(body, secret)
	} else {
		unexpected = broken(fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes))
	}
	if unexpected != nil {
		unexpected.StatusCode = response.StatusCode
		unexpected.Attempts = r.attempts
		if unexpected.Partial != nil {
			unexpected.Partial.Response = about
		}
		return nil, unexpected
	}
	list.Response = about
	return list, nil
}

// failure makes the typed error of a status from 400 to 599. The status is known by now, so that a body which is cut,
// too large or no envelope costs the details and nothing more.
func (r *run) failure(response *http.Response, secret redactor) *APIError {
	body, _ := readBody(response)
	details := decodeEnvelope(body, secret)
	return &APIError{
		StatusCode:  response.StatusCode,
		Code:        details.code,
		Message:     details.message,
		Description: details.description,
		RequestID:   details.requestID,
		RetryAfter:  parseRetryAfter(response.Header.Get("Retry-After"), time.Now()),
		RateLimit:   parseRateLimit(response.Header),
		Attempts:    r.attempts,
	}
}

// transportError describes a connection that failed. Which of the two contexts has ended tells whether the caller, or
// the timeout of the attempt, made it fail.
func (r *run) transportError(ctx, attemptCtx context.Context, err error) *TransportError {
	switch {
	case ctx.Err() != nil:
		err = contextError(ctx)
	case attemptCtx.Err() != nil:
		err = fmt.Errorf("no complete answer within %v: %w", r.call.timeout, context.DeadlineExceeded)
	default:
		err = showableCause(err)
	}
	return &TransportError{Attempts: r.attempts, Err: err}
}

// contextError returns why ctx ended. Both the context's error and the cause that its owner gave can be found in it.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// redirectTarget says where a redirect points, without the parts of a URL that can hold secrets. It is empty if that
// can't be told.
func redirectTarget(response *http.Response, secret redactor) string {
	location := response.Header.Get("Location")
	if location == "" {
		return ""
	}
	target, err := url.Parse(location)
	if err == nil && response.Request != nil {
		target = response.Request.URL.ResolveReference(target)
	}
	if err != nil {
		return ""
	}
	// Redacted before it is escaped and cut: a credential in another spelling, or half of one, would pass.
	target = &url.URL{Scheme: target.Scheme, Host: secret.redact(target.Host), Path: secret.redact(target.Path)}
	return clean(target.String(), maxMessageLength)
}
