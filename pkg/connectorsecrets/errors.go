package connectorsecrets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Kinds of [*APIError], for errors.Is. The HTTP status alone decides.
var (
	ErrUnauthorized = errors.New("unauthorized") // 401: the credential is missing, unknown, expired or disabled
	ErrForbidden    = errors.New("forbidden")    // 403: the credential may not list this team's secrets
	ErrNotFound     = errors.New("not found")    // 404: there is no such team or connector
	ErrRateLimited  = errors.New("rate limited") // 429: the rate limit is used up
	ErrServer       = errors.New("server error") // 500 to 599
)

// APIError is a response with a status from 400 to 599: the [Response] and the content of its error envelope. StatusCode is
// always set. Fields that the body does not have are empty. Texts are as the server sent them, whatever their length, but an
// echoed credential is replaced by REDACTED, and a control character by a space.
type APIError struct {
	Response
	secretsapi.ErrorDetail // Code, which is stable and meant for programs, and for people Message and Description
	secretsapi.ErrorMeta   // RequestID, to quote to the vendor's support

	Envelope  secretsapi.ErrorEnvelope // the whole body, of which these are parts
	isForeign bool                     // whether there is a body that is not the API's error envelope
	baseURL   *url.URL
}

// Error says what happened, the request ID and, if the caller can act, the next step. It is one line. Long texts are cut.
func (e *APIError) Error() string {
	name := cmp.Or(shown(string(e.ErrorDetail.Code), maxShownID), http.StatusText(e.Response.StatusCode))
	parts := []string{strings.TrimSpace(fmt.Sprintf("status %d %s", e.Response.StatusCode, name))}
	for _, part := range []string{e.ErrorDetail.Message, e.ErrorDetail.Description} {
		if part = shown(part, maxShownText); part != "" {
			parts = append(parts, strings.TrimSuffix(part, "."))
		}
	}
	text := strings.Join(parts, ": ")
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
	if e.isForeign {
		text += "; the API did not write the body, but a proxy, firewall or gateway may have: check the base URL " + e.baseURL.String()
	}
	if hint := e.hint(); hint != "" {
		text += "; " + hint
	}
	return text
}

// hint returns the next step for the person who reads the error.
func (e *APIError) hint() string {
	hints := map[int]string{
		401: "check that the API key or token is right, not expired and not disabled",
		403: "the API key lacks the scope cb_secrets_read, is bound to other IP addresses, or the team is not yours",
		404: "check the team ID and the connector identifier",
	}
	switch status, wait := e.Response.StatusCode, e.Response.RetryAfter; {
	case hints[status] == "" && wait > 0:
		return "try again in " + wholeSeconds(wait).String()
	case isTemporary(status):
		return "try again later"
	case e.isForeign:
		return ""
	default:
		return hints[status]
	}
}

// Is matches the kinds [ErrUnauthorized], [ErrForbidden], [ErrNotFound], [ErrRateLimited] and [ErrServer].
func (e *APIError) Is(target error) bool {
	kinds := map[int]error{401: ErrUnauthorized, 403: ErrForbidden, 404: ErrNotFound, 429: ErrRateLimited}
	return target == kinds[e.Response.StatusCode] || target == ErrServer && e.Response.StatusCode >= 500
}

// unsent returns a copy for a call that sent no request itself.
func (e *APIError) unsent() *APIError {
	other := *e
	other.Response.Attempts, other.Response.Header = 0, e.Response.Header.Clone()
	return &other
}

// UnexpectedResponseError is a redirect or an invalid success: its body is not JSON, has no secrets, is an error envelope
// or is too large, or its count does not match the list. It is never retried.
type UnexpectedResponseError struct {
	Response
	// Reason says what is wrong. Of the body it quotes at most the code and the request ID of an error, if the code is documented.
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
	Attempts int           // the requests that were tried
	Limit    time.Duration // the client's own limit that ran out, of [WithTimeout] or [WithConnectorTimeout], or 0
	Err      error         // the cause, with the text of net/http, but without credentials, control characters and local ports
}

// Error says what failed, after how many attempts, and what to check.
func (e *TransportError) Error() string {
	text := "no response from the API"
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (%d attempts)", e.Attempts)
	}
	if check := e.check(); check != "" {
		text += "; check " + check
	}
	return text
}

// check names what the person who reads the error should check: whatever had its turn when it failed.
func (e *TransportError) check() string {
	_, isDNS := errors.AsType[*net.DNSError](e.Err)
	_, isProxy := errors.AsType[*ProxyError](e.Err)
	op, isOp := errors.AsType[*net.OpError](e.Err)
	switch {
	case isProxy, isOp && op.Op == "proxyconnect":
		return "the proxy's address, user name, password and certificate"
	case isRefusedByTLS(e.Err):
		return "the base URL, the server's certificate and its authority; NewTransport can be given one of your own"
	case isDNS:
		return "the host name of the base URL, and the DNS"
	case e.Limit > 0:
		return "the network and the server, or allow more time"
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		return ""
	default:
		return "the network, the proxy settings and the base URL"
	}
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// ProxyError is the cause of a [*TransportError] if a proxy refused to connect. Only a status that may pass, from 500, is retried.
type ProxyError struct {
	Proxy      string // the host, with its port
	StatusCode int
}

// Error names the proxy and the status.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refused to connect, with status %d %s", e.Proxy, e.StatusCode, http.StatusText(e.StatusCode))
}

func newTransportError(attempts int, err error) *TransportError {
	lost := &TransportError{Attempts: attempts, Err: err}
	if ended, ok := errors.AsType[*limitError](err); ok {
		lost.Limit = ended.limit
	}
	return lost
}

// limitError is the cause of a context that one of the client's own limits has ended.
type limitError struct {
	what  string
	limit time.Duration
}

func (e *limitError) Error() string {
	return fmt.Sprintf("no complete response within %v, the limit of %s: %v", e.limit, e.what, context.DeadlineExceeded)
}

func (*limitError) Is(target error) bool { return target == context.DeadlineExceeded }

// ended returns err, or instead of it the error of ctx if that has ended, with the cause if its owner gave one.
func ended(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case err == nil || cause == nil:
		return err
	case errors.Is(cause, ctx.Err()):
		return cause
	default:
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
}

// ArgumentError says that an argument, option or credential was refused, before anything was sent. It names the argument and what
// is allowed. It never repeats the refused value, which may be a credential passed by mistake.
type ArgumentError struct {
	Argument   string // its name, such as "connector identifier"
	Reason     string // what is allowed, or what is missing
	Err        error  // the cause, or nil: the error that a token source returned
	Credential bool   // whether it is the credential: it is missing, it can't be sent, or its token source failed
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
