package connectorsecrets

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/operation"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// call is one call of an operation. Its attempts share it.
type call struct {
	operation.Request
	*Client
	// shared is what the calls of one ListEach share. It is nil for a call of List.
	shared *gate
	// attempts counts the requests that were sent, the last one at the time sent. At most allowed of them are.
	attempts, allowed int
	sent              time.Time
	// renewed is set once a 401 has made the client ask the token source for another token.
	renewed bool
}

// do makes attempts, each in its turn, until one succeeds or no other may follow. Then it returns the error of the last one.
func (c *call) do(ctx context.Context) (*answer, error) {
	if ctx.Err() != nil {
		return nil, newTransportError(0, contextError(ctx))
	}
	c.allowed = c.retry.MaxAttempts
	var last error
	for {
		if err := c.turn(ctx); err != nil {
			return nil, because(last, err)
		}
		if last == nil && c.total > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, c.total, limitError(c.total))
			defer cancel()
		}
		sent := c.attempts
		a, err := c.attempt(ctx)
		if err == nil {
			return a, nil
		}
		if c.attempts == sent { // there was no credential
			return nil, because(last, err)
		}
		wait, again := c.nextWait(err)
		deadline, limited := ctx.Deadline()
		switch {
		case !again, errors.Is(err, ctx.Err()):
			return nil, err
		case ctx.Err() != nil:
			return nil, because(err, contextError(ctx))
		case limited && time.Until(deadline) <= wait:
			return nil, err
		}
		c.log(ctx, slog.LevelInfo, "waiting for the next attempt", slog.Duration("wait", wait))
		if ended := sleep(ctx, wait); ended != nil {
			return nil, because(err, ended)
		}
		last = err
	}
}

// attempt sends the request once, within its timeout. Every status but the one for success is an error.
func (c *call) attempt(ctx context.Context) (*answer, error) {
	timeout := min(c.timeout, cmp.Or(c.ceiling, c.timeout))
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, limitError(timeout))
	defer cancel()
	authorization, err := c.credential.ask(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, newTransportError(c.attempts, contextError(ctx))
	case err != nil:
		return nil, err
	}
	c.sent = time.Now()
	a := &answer{authorization: authorization}
	err = c.classify(ctx, a, c.send(ctx, a))
	c.logAttempt(ctx, a.StatusCode, time.Since(c.sent), err)
	return a, err
}

// answer is a response with its body, as far as they have arrived. The body is read only for the success status and for errors.
type answer struct {
	Response
	body          *bytes.Buffer
	authorization string
	location      string // of a redirect
}

// send sends the request and reads the response. It uses no http.Client, which would parse the target of a redirect and quote it.
func (c *call) send(ctx context.Context, a *answer) error {
	header := maps.Clone(c.header) // the values are shared: a transport must not write to them
	header["Authorization"] = []string{a.authorization}
	c.attempts++
	response, err := c.transport.RoundTrip(c.HTTP(ctx, c.baseURL, header))
	if err != nil {
		return err
	}
	a.Response = newResponse(response, a.authorization, c.attempts)
	a.body, _ = buffers.Get().(*bytes.Buffer)
	if response.Body == nil { // as the transport of a test may leave it
		return nil
	}
	defer response.Body.Close()
	if status := a.StatusCode; status != c.Status && (status < 400 || status >= 600) {
		a.location = redirectTarget(response, a.authorization)
		return nil
	}
	if _, err := a.body.ReadFrom(io.LimitReader(response.Body, maxBodyBytes+1)); err != nil {
		return err
	}
	if a.body.Len() > maxBodyBytes {
		return errOversized
	}
	return nil
}

// classify returns the error of an answer, or nil for a success. The status decides first, and a failure to read it second.
func (c *call) classify(ctx context.Context, a *answer, failure error) error {
	status := a.StatusCode
	if status == c.Status && failure == nil {
		return nil
	}
	unexpected := &UnexpectedResponseError{Response: a.Response}
	switch {
	case status >= 400 && status < 600: // if the body could not be read, only the details are missing
		defer a.free()
		return a.apiError(c.baseURL.String())
	case errors.Is(failure, errOversized):
		unexpected.Reason = fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes)
	case failure != nil && ctx.Err() != nil:
		return newTransportError(c.attempts, contextError(ctx))
	case failure != nil:
		return newTransportError(c.attempts, cleanError(failure, a.authorization))
	case status >= 300 && status < 400:
		unexpected.Reason, unexpected.Location = "the client did not follow the redirect", a.location
	default:
		unexpected.Reason = fmt.Sprintf("the API documents only %d for success", c.Status)
	}
	return unexpected
}

const (
	// maxBodyBytes bounds a body after decompression. The largest normal response, 100 secrets with names of 255
	// characters, needs less than a tenth of it. Buffers of up to maxKeptBytes are used again.
	maxBodyBytes = 1 << 20
	maxKeptBytes = 64 << 10
)

var errOversized = errors.New("oversized body")

// buffers is a pool of buffers: most of the memory of a call would be its body.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// free allows another call to use the memory of the body. Nothing may refer to it any more.
func (a *answer) free() {
	if a.body.Cap() <= maxKeptBytes {
		a.body.Reset()
		buffers.Put(a.body)
	}
	a.body = nil
}

func (a *answer) apiError(baseURL string) *APIError {
	envelope := a.envelope()
	err := &APIError{Response: a.Response, ErrorDetail: envelope.Error, ErrorMeta: envelope.Meta, Envelope: envelope}
	if envelope.Error.Code == "" && envelope.Meta.RequestID == "" {
		err.foreign = baseURL
	}
	return err
}

// envelope reads as much of an error's body as there is.
func (a *answer) envelope() (envelope secretsapi.ErrorEnvelope) {
	strictjson.Lenient(a.body.Bytes(), &envelope, readErrorEnvelope, func(text string) string { return clean(text, a.authorization) })
	return envelope
}

func (c *call) logAttempt(ctx context.Context, status int, duration time.Duration, err error) {
	values := []slog.Attr{slog.Int("status", status), slog.Duration("duration", duration)} // 0: no response
	if refused, ok := errors.AsType[*APIError](err); ok && refused.ErrorMeta.RequestID != "" {
		values = append(values, slog.String("request_id", shown(refused.ErrorMeta.RequestID, maxShownID)))
	}
	c.log(ctx, slog.LevelDebug, "attempt", values...)
}

// log names every logged value one by one, so that nothing gets into the log as part of something else.
func (c *call) log(ctx context.Context, level slog.Level, message string, values ...slog.Attr) {
	if c.logger == nil || !c.logger.Enabled(ctx, level) {
		return
	}
	about := []slog.Attr{slog.String("operation", c.ID), slog.String("method", c.Method), slog.String("path", c.Path)}
	about = append(append(about, c.Parameters...), slog.Int("attempt", c.attempts))
	c.logger.LogAttrs(ctx, level, message, append(about, values...)...)
}
