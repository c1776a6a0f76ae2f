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
	ErrUnauthorized = errors.New("unauthorized") // 401: the credential is missing, unknown, expired or disabled
	ErrForbidden    = errors.New("forbidden")    // 403: the credential may not list this team's secrets
	ErrNotFound     = errors.New("not found")    // 404: there is no such team or connector
	ErrRateLimited  = errors.New("rate limited") // 429: the rate limit is used up
	ErrServer       = errors.New("server error") // 500 to 599
)

// APIError is a response with a status from 400 to 599: the [Response] and the content of its error envelope. StatusCode is
// always set. Fields that the body does not have are empty.
//
// The envelope's models are generated from the API's specification. Their texts are as the server sent them, whatever their
// length, with two exceptions: an echoed credential is replaced by REDACTED, and a control character by a space.
type APIError struct {
	Response
	// ErrorDetail says what went wrong. Its Code is stable and meant for programs. It is empty if the API wrote no such body.
	secretsapi.ErrorDetail
	// ErrorMeta has the request ID. Quote it to the vendor's support.
	secretsapi.ErrorMeta
	// Envelope is the whole body. ErrorDetail and ErrorMeta are parts of it.
	Envelope secretsapi.ErrorEnvelope
	// foreign is the base URL if the body is not the API's error envelope.
	foreign string
}

// Error says what happened, the request ID and, if the caller can act, the next step. It is one line. Long texts are cut.
func (e *APIError) Error() string {
	status := e.Response.StatusCode
	text := "status " + strconv.Itoa(status)
	if name := cmp.Or(shown(string(e.ErrorDetail.Code), maxShownID), http.StatusText(status)); name != "" {
		text += " " + name
	}
	for _, part := range []string{e.ErrorDetail.Message, e.ErrorDetail.Description} {
		if part = shown(part, maxShownText); part != "" {
			text += ": " + strings.TrimSuffix(part, ".")
		}
	}
	var notes []string
	if id := shown(e.ErrorMeta.RequestID, maxShownID); id != "" {
		notes = append(notes, "request id "+id)
	}
	if e.Response.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("%d attempts", e.Response.Attempts))
	}
	if notes != nil {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	if e.foreign != "" {
		text += "; the API did not write the body, but a proxy, firewall or gateway may have: check the base URL " + e.foreign
	}
	if hint := e.hint(); hint != "" {
		text += "; " + hint
	}
	return text
}

// hint returns the next step for the person who reads the error.
func (e *APIError) hint() string {
	switch status := e.Response.StatusCode; {
	case e.Response.RetryAfter > 0:
		return "try again in " + e.Response.RetryAfter.Round(time.Second).String()
	case isTemporary(status):
		return "try again later"
	case e.foreign != "":
		return ""
	case status == http.StatusUnauthorized:
		return "check that the API key or token is right, not expired and not disabled"
	case status == http.StatusForbidden:
		return "the API key lacks the scope cb_secrets_read, is bound to other IP addresses, or the team is not yours"
	case status == http.StatusNotFound:
		return "check the team ID and the connector identifier"
	default:
		return ""
	}
}

// Is matches the kinds [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrRateLimited] and [ErrServer].
func (e *APIError) Is(target error) bool {
	switch status := e.Response.StatusCode; target {
	case ErrUnauthorized:
		return status == http.StatusUnauthorized
	case ErrForbidden:
		return status == http.StatusForbidden
	case ErrNotFound:
		return status == http.StatusNotFound
	case ErrRateLimited:
		return status == http.StatusTooManyRequests
	default:
		return target == ErrServer && status >= 500
	}
}

// unsent returns a copy for a call that sent no request itself. It shares nothing that its owner may change.
func (e *APIError) unsent() *APIError {
	other := *e
	other.Response.Attempts, other.Response.Header = 0, e.Response.Header.Clone()
	return &other
}

// UnexpectedResponseError is a redirect or an invalid success: its body is not JSON, has no secrets, is an error envelope
// or is too large, or its count does not match the list. It is never retried.
type UnexpectedResponseError struct {
	Response
	// Reason says what is wrong with the response. It quotes nothing of the body except the code and the request ID of an
	// error, and those only if the API's specification lists the code.
	Reason string
	// Location is the scheme and host of a redirect. The client follows none, because the credential is not for other hosts.
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
// out. errors.Is and errors.As find its cause, such as a [*net.OpError], a [*tls.CertificateVerificationError] or
// [context.DeadlineExceeded].
type TransportError struct {
	// Attempts counts the requests that were tried.
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
	switch {
	case isRefusedByTLS(e.Err):
		return text + "; check the base URL, the server's certificate and its authority; NewTransport can be given one of your own"
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		return text
	default:
		return text + "; check the network, the proxy settings and the base URL"
	}
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// ProxyError is the cause of a [*TransportError] if a proxy refused to connect. [RetryPolicy] retries by its status.
type ProxyError struct {
	Proxy      string // the host, with its port
	StatusCode int
}

// Error names the proxy and the status.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refused to connect, with status %d %s", e.Proxy, e.StatusCode, http.StatusText(e.StatusCode))
}

func newTransportError(attempts int, err error) *TransportError {
	limit, _ := errors.AsType[limitError](err)
	return &TransportError{Attempts: attempts, Limit: time.Duration(limit), Err: err}
}

// limitError says that one of the client's own limits ran out.
type limitError time.Duration

func (e limitError) Error() string {
	return fmt.Sprintf("no complete response within %v: %v", time.Duration(e), context.DeadlineExceeded)
}

func (limitError) Is(target error) bool { return target == context.DeadlineExceeded }

// contextError returns why ctx ended: its error, and the cause if its owner gave one.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

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
