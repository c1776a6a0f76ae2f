package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kinds of [*APIError], for errors.Is. They go by the HTTP status alone.
var (
	// ErrUnauthorized is status 401: the credential is missing, unknown, expired or disabled.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is status 403: the credential may not list this team's secrets.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is status 404: there is no such team or connector.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited is status 429: the rate limit is used up.
	ErrRateLimited = errors.New("rate limited")
	// ErrServer is every status from 500 to 599.
	ErrServer = errors.New("server error")
)

// APIError is an answer with a status from 400 to 599. What the answer's body does not tell, or tells against the API's
// specification, is empty; StatusCode is always there. Texts are cut to the specification's lengths and freed of
// control characters, and a credential that the server repeats in them is replaced by REDACTED.
type APIError struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Code is the API's own, stable code; empty if the body was not the API's error envelope.
	Code ErrorCode
	// Message is a short text for people, at most 255 characters.
	Message string
	// Description explains this occurrence in more words, at most 2048 characters. Often empty.
	Description string
	// RequestID identifies the request to the vendor's support.
	RequestID string
	// RetryAfter is how long the server asks to wait, from the header Retry-After in seconds or as a date. 0 if it did
	// not say.
	RetryAfter time.Duration
	// RateLimit is zero unless the answer carried it.
	RateLimit RateLimit
	// Attempts counts the requests that were sent, retries included.
	Attempts int

	// cause is why the client did not try again, where that is the context's end or a token source's failure.
	cause error
}

// Error says what happened, the request ID and, where the caller can act, the next step.
func (e *APIError) Error() string {
	var text strings.Builder
	text.WriteString("status " + strconv.Itoa(e.StatusCode))
	switch {
	case e.Code != "":
		text.WriteString(" " + string(e.Code))
	case http.StatusText(e.StatusCode) != "":
		text.WriteString(" " + http.StatusText(e.StatusCode))
	}
	for _, part := range []string{e.Message, e.Description} {
		if part != "" {
			text.WriteString(": " + strings.TrimSuffix(strings.Join(strings.Fields(part), " "), "."))
		}
	}
	var notes []string
	if e.RequestID != "" {
		notes = append(notes, "request id "+e.RequestID)
	}
	if e.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("%d attempts", e.Attempts))
	}
	if len(notes) > 0 {
		text.WriteString(" (" + strings.Join(notes, ", ") + ")")
	}
	if hint := e.hint(); hint != "" {
		text.WriteString("; " + hint)
	}
	if e.cause != nil {
		text.WriteString("; gave up: " + e.cause.Error())
	}
	return text.String()
}

// hint is the next step for the person who reads the error.
func (e *APIError) hint() string {
	switch {
	case e.StatusCode == http.StatusUnauthorized:
		return "check that the API key or token is right, not expired and not disabled"
	case e.StatusCode == http.StatusForbidden:
		return "the API key lacks the scope cb_secrets_read, is bound to other IP addresses, or the team is not yours"
	case e.StatusCode == http.StatusNotFound:
		return "check the team ID and the connector identifier"
	case e.RetryAfter > 0:
		return "try again in " + e.RetryAfter.Round(time.Second).String()
	case e.StatusCode == http.StatusTooManyRequests, e.StatusCode >= 500:
		return "try again later"
	default:
		return ""
	}
}

// Is matches the kinds [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrRateLimited] and [ErrServer].
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrForbidden:
		return e.StatusCode == http.StatusForbidden
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	default:
		return false
	}
}

// Unwrap returns what ended the retries, if that was the context or a token source, or nil.
func (e *APIError) Unwrap() error { return e.cause }

// UnexpectedResponseError is an answer that says success, or redirects, and can't be right: not JSON, no secrets in it,
// an error envelope, a count that disagrees with the list, a body over 1 MiB. It is never retried.
type UnexpectedResponseError struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Reason says what is wrong with the answer. Of the body it quotes no more than the code and the request ID of an
	// error, if they have the form that the API's specification gives them.
	Reason string
	// Location is where a redirect pointed, without user info, query and fragment. Redirects are not followed, because
	// the credential must not leave the host that it is meant for.
	Location string
	// Partial is what could be read of a list that contradicts itself, and nil in all other cases. It must not be taken
	// for the whole list.
	Partial *SecretList
	// Attempts counts the requests that were sent, retries included.
	Attempts int
}

// Error says what is wrong with the answer.
func (e *UnexpectedResponseError) Error() string {
	text := "unexpected answer with status " + strconv.Itoa(e.StatusCode) + ": " + e.Reason
	if e.Location != "" {
		text += " to " + e.Location
	}
	return text + "; check that the base URL is the API's"
}

// TransportError says that no complete answer arrived: the connection failed, before the answer or in the middle of it,
// or the time was up. Its cause, such as a [*net.OpError] or [context.DeadlineExceeded], can be reached by errors.Is and
// errors.As.
type TransportError struct {
	// Attempts counts the requests that were tried, retries included.
	Attempts int
	// Err is the cause.
	Err error
}

// Error says what failed and how often it was tried.
func (e *TransportError) Error() string {
	text := "no answer from the API"
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (%d attempts)", e.Attempts)
	}
	if errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) {
		return text
	}
	return text + "; check the network, the proxy settings and the base URL"
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }
