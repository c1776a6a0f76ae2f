package connectorsecrets

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

// classify lets pass an answer with the status of success, and turns every other one into an error. It goes by the status
// before it looks at anything else.
func classify(next step) step {
	return func(ctx context.Context, c *call) (*answer, error) {
		a, err := next(ctx, c)
		if err != nil {
			return nil, err
		}
		switch status := a.StatusCode; {
		case status == c.success && a.oversized:
			return nil, a.unexpected(fmt.Sprintf("the body is larger than %d bytes", maxBodyBytes))
		case status == c.success:
			return a, nil
		case status >= 400 && status < 600:
			return nil, a.apiError()
		case status >= 300 && status < 400:
			redirect := a.unexpected("a redirect, which is not followed")
			redirect.Location = a.location
			return nil, redirect
		default:
			return nil, a.unexpected(fmt.Sprintf("the API documents only %d for success", c.success))
		}
	}
}

// apiError makes the typed error of a status from 400 to 599. A body that is cut, oversized or no envelope costs the
// details and nothing more.
func (a *answer) apiError() *APIError {
	envelope := a.envelope()
	return &APIError{Response: a.Response, ErrorDetail: envelope.Error, ErrorMeta: envelope.Meta, Envelope: envelope}
}

func (a *answer) envelope() secretsapi.ErrorEnvelope {
	var envelope secretsapi.ErrorEnvelope
	strictjson.Lenient(a.body, &envelope, secretsapi.ReadErrorEnvelope, a.redact.text)
	return envelope
}

func (a *answer) unexpected(reason string) *UnexpectedResponseError {
	return &UnexpectedResponseError{Response: a.Response, Reason: reason}
}

// read reads the body of a success into v with the generated reader. The error quotes no text of the body: a server that
// wrongly sends a secret's value must not get it into a log through us. Incomplete reports whether v holds what could be
// read, although the answer can't be right.
func read[T any](a *answer, v *T, reader func(*strictjson.Reader, *T) bool) (err *UnexpectedResponseError, incomplete bool) {
	inspected := func(r *strictjson.Reader, v *T) bool { r.Inspect(a.inspect); return reader(r, v) }
	problem := strictjson.Strict(a.body, v, inspected, secretsapi.ErrorEnvelopeErrorProperty)
	switch {
	case a.repeats:
		return a.unexpected("a text in it holds the credential"), false
	case problem == nil:
		return nil, false
	case problem.Foreign:
		return a.unexpected(a.hiddenError()), true
	default:
		return a.unexpected(problem.Reason), problem.Incomplete
	}
}

// inspect notes whether a text that is read repeats the credential. That can't be a name or a placeholder, and whoever prints
// it would give the credential away.
func (a *answer) inspect(text string) { a.repeats = a.repeats || a.redact.isIn(text) }

// hiddenError describes an error envelope that came with the status of success. It names the code if that is one of the
// documented ones, and only then the request ID: they are the server's text.
func (a *answer) hiddenError() string {
	reason := fmt.Sprintf("the body is an error envelope despite status %d", a.StatusCode)
	if e := a.envelope(); slices.Contains(secretsapi.ErrorCodes, e.Error.Code) {
		reason += fmt.Sprintf(", with code %s, request id %s", e.Error.Code, shown(e.Meta.RequestID, maxShownID))
	}
	return reason
}
