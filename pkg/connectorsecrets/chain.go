package connectorsecrets

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/operation"
)

// A step does its part of a call and leaves the rest to the next step, which it wraps.
type step func(context.Context, *call) (*answer, error)

// chain builds the steps of every call, the outermost first. Any response that is not a success is an error, so the chain
// returns only answers with the success status.
func (c *Client) chain() step {
	return retry(c.retry, c.logger, // repeats failed attempts
		pace( // waits for each attempt's turn
			logAttempts(c.logger, // logs each attempt
				classify( // turns other statuses into errors
					send(c.transport, c.baseURL))))) // authenticates, sends, reads the response
}

// call is one call of an operation. The steps pass it on, and its attempts share it.
type call struct {
	*endpoint
	input
	callSettings
	// ours paces all calls of the client. Shared paces the calls of one ListEach, or this call alone. A nil gate lets every
	// request pass.
	ours, shared *gate

	// attempts counts the requests that were sent. Only the send step changes it. Most is its maximum.
	attempts, most int
	// begin is the time at which the first attempt was allowed to start.
	begin time.Time
	// renewed is set once a 401 has made the client ask the token source for another token.
	renewed bool
}

// endpoint describes an operation, as the API's specification defines it.
type endpoint struct {
	id, method, path string
	// success is the status of a successful response. The operation's reader reads its body.
	success int
}

// input is the generated type that holds an operation's parameters.
type input interface {
	CheckParameters() error
	NewRequest(ctx context.Context, base *url.URL, header http.Header) *http.Request
	LogAttributes() []slog.Attr
}

// answer is a response. Body is empty unless the status is the success status or from 400 to 599.
type answer struct {
	Response
	body []byte
	// oversized is set if the body is larger than maxBodyBytes.
	oversized bool
	// location is the target of a redirect.
	location string
	redact   redactor
	// repeats is set if a string in a successful response is, or contains, the credential.
	repeats bool
}

// settings returns the settings of a call. Like newCall, it checks the caller's arguments before anything is sent.
func (c *Client) settings(ctx context.Context, options []CallOption) (callSettings, error) {
	switch {
	case c == nil || c.send == nil:
		return callSettings{}, &ArgumentError{Argument: "client", Reason: "must be made with New"}
	case ctx == nil:
		return callSettings{}, &ArgumentError{Argument: "context", Reason: "must not be nil"}
	default:
		return c.call.with(options)
	}
}

func (c *Client) newCall(to *endpoint, in input, settings callSettings) (*call, error) {
	if err := checkInput(in); err != nil {
		return nil, err
	}
	most := max(c.retry.MaxAttempts, 2) // see MaxAttempts
	return &call{endpoint: to, input: in, callSettings: settings, ours: c.gate, shared: newGate(settings.pace, 0), most: most}, nil
}

// checkInput turns an error of the generated check into an ArgumentError.
func checkInput(in input) error {
	err := in.CheckParameters()
	if err == nil {
		return nil
	}
	parameter, ok := errors.AsType[*operation.ParameterError](err)
	if !ok {
		return err
	}
	words := strings.Split(parameter.Parameter, "_")
	for i, word := range words {
		if word == "id" {
			words[i] = "ID"
		}
	}
	return &ArgumentError{Argument: strings.Join(words, " "), Reason: parameter.Reason}
}
