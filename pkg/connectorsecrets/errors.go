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

// Kinds of [*APIError], for errors.Is. The HTTP status alone decides the kind.
var (
	// ErrUnauthorized is status 401: the credential is missing, unknown, expired or disabled.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is status 403: the credential may not list this team's secrets.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is status 404: there is no such team or connector.
	ErrNotFound = errors.New("not found")
	// ErrRateLimited is status 429: the rate limit is used up.
	ErrRateLimited = errors.New("rate limited")
	// ErrServer is any status from 500 to 599.
	ErrServer = errors.New("server error")
)

// APIError is a response with a status from 400 to 599: the [Response] and the content of its error envelope. StatusCode is
// always set. Fields that the body does not have are empty.
//
// The envelope's models are generated from the API's specification. Code, Message, Description and RequestID are as the
// server sent them, whatever their length, with two exceptions: an echoed credential is replaced by REDACTED, and a control
// character by a space.
type APIError struct {
	Response
	// ErrorDetail says what went wrong. Its Code is stable and meant for programs. It is empty if the body is not the API's
	// error envelope.
	secretsapi.ErrorDetail
	// ErrorMeta has the request ID. Quote it to the vendor's support.
	secretsapi.ErrorMeta
	// Envelope is the whole body. ErrorDetail and ErrorMeta are parts of it.
	Envelope secretsapi.ErrorEnvelope

	// cause is why the retries ended, if the context or a token source ended them.
	cause error
}

// Error says what happened, the request ID and, if the caller can act, the next step. It is one line. Long texts are cut.
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

// hint returns the next step for the person who reads the error.
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

// clone returns a copy that shares nothing mutable with e.
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

// Unwrap returns what ended the retries, if that was the context or a token source. Otherwise it returns nil.
func (e *APIError) Unwrap() error { return e.cause }

// UnexpectedResponseError is a redirect or an invalid success: its body is not JSON, has no secrets, is an error envelope
// or is too large, or its count does not match the list. It is never retried.
type UnexpectedResponseError struct {
	Response
	// Reason says what is wrong with the response. It quotes nothing of the body except the code and the request ID of an
	// error, and those only if the API's specification lists the code.
	Reason string
	// Location is the scheme and host that a redirect points to. Redirects are not followed, because the credential must
	// not go to another host.
	Location string
	// Partial is what could be read of an inconsistent list, and nil in all other cases. Never use it as the complete list.
	Partial *SecretList
}

// Error says what is wrong with the response.
func (e *UnexpectedResponseError) Error() string {
	text := "unexpected response with status " + strconv.Itoa(e.Response.StatusCode) + ": " + e.Reason
	if e.Location != "" {
		text += " to " + e.Location
	}
	return text + "; check that the base URL is the API's"
}

// TransportError says that no complete response arrived: the connection failed before or during the response, or time ran
// out. errors.Is and errors.As find its cause, such as a [*net.OpError] or [context.DeadlineExceeded]. If TLS refuses the
// server, the cause is a [*tls.CertificateVerificationError] or a [tls.RecordHeaderError], without the server's data, such
// as its certificate.
type TransportError struct {
	// Attempts counts the requests that were tried. Retries and repeats on another connection count too.
	Attempts int
	// Limit is the client's own limit that ran out: that of [WithTimeout] or [WithConnectorTimeout]. It is 0 if none did.
	Limit time.Duration
	// Err is the cause.
	Err error
}

// Error says what failed and after how many attempts.
func (e *TransportError) Error() string {
	text := "no response from the API"
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

// ArgumentError says that an argument, option or credential was refused, before anything was sent. Its text names the
// argument and what is allowed. It never repeats the refused value, which may be a credential passed by mistake.
type ArgumentError struct {
	// Argument names the refused argument, such as "connector identifier".
	Argument string
	// Reason says what is allowed, or what is missing.
	Reason string
	// Err is the cause, if there is one: for a token source, the error that it returned.
	Err error
	// Credential is set if the credential was refused: it is missing, it can't be sent, or its token source failed.
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
