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
	"net/url"
	"sync"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/operation"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// call is one call of an operation. Its attempts share it.
type call struct {
	client    *Client
	request   operation.Request
	shared    *gate     // of the calls of one ListEach, or nil
	attempts  int       // the requests that were sent
	uncounted int       // those of them that do not count for the policy
	began     time.Time // when the last attempt began
	answered  bool      // whether any attempt got a response
	refused   bool      // whether any got a 401
	stuck     bool      // whether no connector has got another response than 429 for long: waiting does not help
}

// do makes attempts, each in its turn, until one succeeds or no other may follow. Then it returns the error of the last one.
func (c *call) do(ctx context.Context) (*answer, error) {
	var last error
	for {
		if err := c.turn(ctx); err != nil {
			return nil, because(last, err)
		}
		if last == nil && c.client.total > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, c.client.total, &limitError{"the whole call", c.client.total})
			defer cancel()
		}
		before := c.attempts
		a, err := c.attempt(ctx)
		switch {
		case err == nil:
			return a, nil
		case c.attempts == before: // nothing was sent, for want of a credential
			return nil, because(last, err)
		}
		wait, again := c.nextWait(ctx, err)
		if !again {
			return nil, err
		}
		c.log(ctx, slog.LevelInfo, "waiting for the next attempt", slog.Duration("wait", wait))
		if end := sleep(ctx, wait); end != nil {
			return nil, because(err, end)
		}
		last = err
	}
}

// attempt sends the request once, within its timeout. Every status but that of a success is an error.
func (c *call) attempt(ctx context.Context) (*answer, error) {
	limit := min(c.client.timeout, cmp.Or(c.client.ceiling, c.client.timeout))
	ctx, cancel := context.WithTimeoutCause(ctx, limit, &limitError{"one attempt", limit})
	defer cancel()
	c.began = time.Now()
	authorization, err := c.client.credential.ask(ctx)
	if err != nil && ctx.Err() != nil {
		err = newTransportError(c.attempts, ended(ctx, ctx.Err()))
	}
	if err != nil {
		return nil, err
	}
	c.attempts++
	a := &answer{authorization: authorization}
	err = c.classify(a, c.send(ctx, a))
	c.answered = c.answered || a.StatusCode != 0
	if c.shared != nil && a.StatusCode != 0 {
		c.shared.observe(c, a.StatusCode, err)
	}
	if c.client.logger != nil {
		values := []slog.Attr{slog.Int("status", a.StatusCode), slog.Duration("duration", time.Since(c.began))} // 0: no response
		if refused, ok := errors.AsType[*APIError](err); ok && refused.ErrorMeta.RequestID != "" {
			values = append(values, slog.String("request_id", shown(refused.ErrorMeta.RequestID, maxShownID)))
		}
		c.log(ctx, slog.LevelDebug, "attempt", values...)
	}
	return a, err
}

// answer is a response with its body, as far as they have arrived. The body is read only for the success status and for errors.
type answer struct {
	Response
	body          *bytes.Buffer
	authorization string
	location      string // of a redirect
}

// send sends the request and reads the response. It uses no http.Client, which would parse and quote the target of a redirect.
func (c *call) send(ctx context.Context, a *answer) error {
	header := maps.Clone(c.client.header) // the values are shared: a transport must not write to them
	header["Authorization"] = []string{a.authorization}
	request := c.request.HTTP(ctx, c.client.baseURL, header)
	response, err := c.client.transport.RoundTrip(request)
	switch {
	case err != nil:
		return throughProxy(c.client.transport, request, ended(ctx, err))
	case response == nil:
		return errors.New("the transport returned neither a response nor an error")
	}
	a.Response = newResponse(response, a.authorization, c.attempts)
	a.body, _ = buffers.Get().(*bytes.Buffer)
	if response.Body == nil { // as the transport of a test may leave it
		return nil
	}
	defer response.Body.Close()
	if status := a.StatusCode; status != c.request.Status && (status < 400 || status >= 600) {
		a.location = redirectTarget(response, a.authorization)
		return nil
	}
	_, err = a.body.ReadFrom(io.LimitReader(response.Body, maxBodyBytes+1))
	return ended(ctx, err)
}

// classify returns the error of an answer, or nil for a success. The status decides first, and a failure to read it second.
func (c *call) classify(a *answer, failure error) error {
	status := a.StatusCode
	unexpected := &UnexpectedResponseError{Response: a.Response}
	switch {
	case status >= 400 && status < 600: // if the body could not be read, only the details are missing
		defer a.release()
		return a.apiError(c.client.baseURL, failure == nil)
	case failure != nil:
		return newTransportError(c.attempts, cleanError(failure, a.authorization))
	case a.body.Len() > maxBodyBytes:
		unexpected.Reason = fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes)
	case status == c.request.Status, status == c.request.Empty:
		return nil
	case status >= 300 && status < 400:
		unexpected.Reason, unexpected.Location = "the client did not follow the redirect", a.location
	default:
		unexpected.Reason = fmt.Sprintf("the API documents only %d for success", c.request.Status)
	}
	return unexpected
}

const (
	maxBodyBytes = 1 << 20  // of a body after decompression; the largest normal response needs less than a tenth of it
	maxKeptBytes = 64 << 10 // of a buffer that is used again
)

// buffers is a pool of buffers: most of the memory of a call would be its body.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// release allows another call to use the memory of the body. Nothing may refer to it any more.
func (a *answer) release() {
	if a.body.Cap() <= maxKeptBytes {
		a.body.Reset()
		buffers.Put(a.body)
	}
	a.body = nil
}

// apiError returns the error of a status from 400 to 599. A body without code and request ID is foreign, unless it is cut JSON.
func (a *answer) apiError(baseURL *url.URL, isWhole bool) *APIError {
	envelope := a.envelope()
	body, isNamed := bytes.TrimSpace(a.body.Bytes()), envelope.Error.Code != "" || envelope.Meta.RequestID != ""
	isForeign := !isNamed && len(body) > 0 && (isWhole || body[0] != '{')
	return &APIError{a.Response, envelope.Error, envelope.Meta, envelope, isForeign, baseURL}
}

// envelope reads as much of an error's body as there is.
func (a *answer) envelope() (envelope secretsapi.ErrorEnvelope) {
	strictjson.Lenient(a.body.Bytes(), &envelope, readErrorEnvelope, func(text string) string { return clean(text, a.authorization) })
	return envelope
}

// log names every logged value one by one, so that nothing gets into the log as part of something else.
func (c *call) log(ctx context.Context, level slog.Level, message string, values ...slog.Attr) {
	if c.client.logger == nil || !c.client.logger.Enabled(ctx, level) {
		return
	}
	target := c.request.HTTP(ctx, c.client.baseURL, nil).URL
	about := []slog.Attr{
		slog.String("operation", c.request.ID), slog.String("method", c.request.Method), slog.String("host", target.Host),
		slog.String("path", target.EscapedPath()), slog.Int("attempt", c.attempts),
	}
	c.client.logger.LogAttrs(ctx, level, message, append(about, values...)...)
}
