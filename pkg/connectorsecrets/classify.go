package connectorsecrets

import (
	"context"
	"fmt"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

// classify passes on an answer with the success status, and turns every other one into an error. The status decides first;
// the body comes second.
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
			redirect := a.unexpected("the client did not follow the redirect")
			redirect.Location = a.location
			return nil, redirect
		default:
			return nil, a.unexpected(fmt.Sprintf("the API documents only %d for success", c.success))
		}
	}
}

// apiError returns the typed error of a status from 400 to 599. If the body is truncated, oversized or not an envelope,
// only the details are missing.
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

// read reads the body of a success into v with the generated reader. The error quotes no text of the body, so that a
// secret's value can't get into a log, even if the server wrongly sends one. Incomplete reports whether v holds a partial
// result.
func read[T any](a *answer, v *T, reader func(*strictjson.Reader, *T) bool) (err *UnexpectedResponseError, incomplete bool) {
	inspected := func(r *strictjson.Reader, v *T) bool { r.Inspect(a.inspect); return reader(r, v) }
	problem := strictjson.Strict(a.body, v, inspected, secretsapi.ErrorEnvelopeErrorProperty)
	switch {
	case a.repeats:
		return a.unexpected("a string in the body contains the credential"), false
	case problem == nil:
		return nil, false
	case problem.Foreign:
		return a.unexpected(a.hiddenError()), true
	default:
		return a.unexpected(problem.Reason), problem.Incomplete
	}
}

// inspect records whether a string of the body contains the credential. Such a string can't be a valid name or placeholder,
// and a program that prints it would expose the credential.
func (a *answer) inspect(text string) { a.repeats = a.repeats || a.redact.isIn(text) }

// hiddenError describes an error envelope in a response with the success status. It shows the code and the request ID only
// if the code is a documented one, because both are text of the server.
func (a *answer) hiddenError() string {
	reason := fmt.Sprintf("the body is an error envelope despite status %d", a.StatusCode)
	if e := a.envelope(); slices.Contains(secretsapi.ErrorCodes, e.Error.Code) {
		reason += fmt.Sprintf(", with code %s, request id %s", e.Error.Code, shown(e.Meta.RequestID, maxShownID))
	}
	return reason
}
