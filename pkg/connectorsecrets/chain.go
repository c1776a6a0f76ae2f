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

// A step does its part of a call and leaves the rest to the step inside it.
type step func(context.Context, *call) (*answer, error)

// chain puts the steps of every call in their order, the outermost first. An answer that it returns has the status of
// success; every other one is an error.
func (c *Client) chain() step {
	return retry(c.retry, c.logger, // tries again, as long as that makes sense
		pace( // waits for the turn of each attempt
			logAttempts(c.logger, // logs each attempt
				classify( // turns an answer without success into an error
					send(c.transport, c.baseURL))))) // authenticates, sends, and reads the answer
}

// call is a call of an operation: what goes through the steps, and what its attempts share.
type call struct {
	*endpoint
	input
	callSettings
	// ours paces all calls of the client, and shared those of one ListEach, or this one alone. Nil lets everything pass.
	ours, shared *gate

	// attempts counts the requests that were sent. Only the step that sends them writes it. Most bounds them.
	attempts, most int
	// begin is when the turn of the first attempt came.
	begin time.Time
	// renewed is set once a token source is asked again because of a 401.
	renewed bool
}

// endpoint is what the document says of an operation.
type endpoint struct {
	id, method, path string
	// success is the status of the answer that the operation's reader is for.
	success int
}

// input is what is generated for the parameters of an operation.
type input interface {
	CheckParameters() error
	NewRequest(ctx context.Context, base *url.URL, header http.Header) *http.Request
	LogAttributes() []slog.Attr
}

// answer is what a server answered. Body is empty unless the status is that of success, or from 400 to 599.
type answer struct {
	Response
	body []byte
	// oversized is set if the body has more than maxBodyBytes.
	oversized bool
	// location is where a redirect points.
	location string
	redact   redactor
	// repeats is set if a text of a success is the credential, or has it inside.
	repeats bool
}

// settings returns the settings of a call. Like newCall, it checks what the caller gave before anything is sent.
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

// checkInput makes an ArgumentError of what the generated check finds.
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
