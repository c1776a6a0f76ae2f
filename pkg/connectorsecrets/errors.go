package connectorsecrets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
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

// APIError is an answer with a status from 400 to 599: the [Response], and what its error envelope tells. What the body
// does not tell is empty; StatusCode is always there. The envelope's models are generated from the API's specification, so
// that Code, Message, Description and RequestID are as the server sent them, whatever their length, but for two things:
// a credential that the server repeats is replaced by REDACTED, and a control character by a space.
type APIError struct {
	Response
	// ErrorDetail says what went wrong. Its Code is stable and made for programs; it is empty if the body was not the
	// API's error envelope.
	secretsapi.ErrorDetail
	// ErrorMeta identifies the request to the vendor's support.
	secretsapi.ErrorMeta
	// Envelope is the whole body, of which the detail and the meta are parts.
	Envelope secretsapi.ErrorEnvelope

	// cause is why the client did not try again, where that is the context's end or a token source's failure.
	cause error
}

// Error says what happened, the request ID and, where the caller can act, the next step. It is one line, and cuts texts
// that are too long to read.
func (e *APIError) Error() string {
	var text strings.Builder
	status := e.Response.StatusCode
	text.WriteString("status " + strconv.Itoa(status))
	if name := cmp.Or(shown(string(e.ErrorDetail.Code), maxShownID), http.StatusText(status)); name != "" {
		text.WriteString(" " + name)
	}
	for _, part := range []string{e.ErrorDetail.Message, e.ErrorDetail.Description} {
		if part = shown(part, maxShownText); part != "" {
			text.WriteString(": " + strings.TrimSuffix(part, "."))
		}
	}
	var notes []string
	if id := shown(e.ErrorMeta.RequestID, maxShownID); id != "" {
		notes = append(notes, "request id "+id)
	}
	if e.Response.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("%d attempts", e.Response.Attempts))
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
	case e.Response.StatusCode == http.StatusUnauthorized:
		return "check that the API key or token is right, not expired and not disabled"
	case e.Response.StatusCode == http.StatusForbidden:
		return "the API key lacks the scope cb_secrets_read, is bound to other IP addresses, or the team is not yours"
	case e.Response.StatusCode == http.StatusNotFound && e.ErrorDetail.Code == "":
		return "check the base URL, because the body is not the API's error; then check the team ID and the connector identifier"
	case e.Response.StatusCode == http.StatusNotFound:
		return "check the team ID and the connector identifier"
	case e.Response.RetryAfter > 0:
		return "try again in " + e.Response.RetryAfter.Round(time.Second).String()
	case e.Response.StatusCode == http.StatusTooManyRequests, e.Response.StatusCode >= 500:
		return "try again later"
	default:
		return ""
	}
}

// clone returns a copy that shares nothing which its receiver may change.
func (e *APIError) clone() *APIError {
	other := *e
	other.Response.Header = e.Response.Header.Clone()
	return &other
}

// Is matches the kinds [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrRateLimited] and [ErrServer].
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.Response.StatusCode == http.StatusUnauthorized
	case ErrForbidden:
		return e.Response.StatusCode == http.StatusForbidden
	case ErrNotFound:
		return e.Response.StatusCode == http.StatusNotFound
	case ErrRateLimited:
		return e.Response.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.Response.StatusCode >= 500
	default:
		return false
	}
}

// Unwrap returns what ended the retries, if that was the context or a token source, or nil.
func (e *APIError) Unwrap() error { return e.cause }

// UnexpectedResponseError is an answer that says success, or redirects, and can't be right: not JSON, no secrets in it,
// an error envelope, a count that disagrees with the list, a body over the bound. It is never retried.
type UnexpectedResponseError struct {
	Response
	// Reason says what is wrong with the answer. Of the body it quotes no more than the code and the request ID of an
	// error, and these only if the code is one that the API's specification lists.
	Reason string
	// Location is the scheme and the host that a redirect pointed to. Redirects are not followed, because the credential
	// must not leave the host that it is meant for.
	Location string
	// Partial is what could be read of a list that contradicts itself, and nil in all other cases. It must not be taken
	// for the whole list.
	Partial *SecretList
}

// Error says what is wrong with the answer.
func (e *UnexpectedResponseError) Error() string {
	text := "unexpected answer with status " + strconv.Itoa(e.Response.StatusCode) + ": " + e.Reason
	if e.Location != "" {
		text += " to " + e.Location
	}
	return text + "; check that the base URL is the API's"
}

// TransportError says that no complete answer arrived: the connection failed, before the answer or in the middle of it,
// or the time was up. Its cause, such as a [*net.OpError] or [context.DeadlineExceeded], can be reached by errors.Is and
// errors.As. If TLS refuses the server, it is a [*tls.CertificateVerificationError] or [tls.RecordHeaderError] without what
// the server has written, such as its certificate.
type TransportError struct {
	// Attempts counts the requests that were tried, retries and repeats on another connection included.
	Attempts int
	// Limit is the limit that ran out, if it was the client's: that of [WithTimeout] or [WithConnectorTimeout].
	Limit time.Duration
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
	refused, isTLS := errors.AsType[*tlsError](e.Err)
	switch {
	case isTLS:
		return text + "; " + refused.advice
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		return text
	default:
		return text + "; check the network, the proxy settings and the base URL"
	}
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// ArgumentError says that an argument, option or credential was refused before anything was sent. Its text names the
// argument and what is allowed; it never repeats the refused text, which may be a credential in the wrong place.
type ArgumentError struct {
	// Argument names what was refused, such as "connector identifier".
	Argument string
	// Reason says what is allowed, or what is missing.
	Reason string
	// Err is the cause, if there is one: for a token source, the error that it returned.
	Err error
	// Credential is set if it was the credential that was refused: none was given, it can't be sent, or its source failed.
	Credential bool
}

// Error names the argument, the reason and the cause.
func (e *ArgumentError) Error() string {
	text := "invalid " + e.Argument + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause, or nil.
func (e *ArgumentError) Unwrap() error { return e.Err }
