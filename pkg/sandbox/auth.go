package sandbox

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// Names of the security schemes in the specification. A test holds them to it.
const (
	bearerScheme = "BearerAuth"
	apiKeyScheme = "ApiKeyAuth" //nolint:gosec // A name, not a credential.
)

// session is what becomes known of a request on its way to the operation.
type session struct {
	principal *principal
	quota     quota
}

type sessionKey struct{}

// principal is a credential and what it may do.
type principal struct {
	// teams it may read; nil means all.
	teams map[int64]struct{}
}

func (p *principal) mayRead(teamID int64) bool {
	if p.teams == nil {
		return true
	}
	_, ok := p.teams[teamID]
	return ok
}

var errUnknownCredential = errors.New("no known credential")

// authenticate is asked by the validator for one security scheme after the other, until one is met.
func (s *Sandbox) authenticate(ctx context.Context, input *openapi3filter.AuthenticationInput) error {
	value := strings.TrimSpace(input.RequestValidationInput.Request.Header.Get("Authorization"))
	token, isBearer := cutBearer(value)

	var found *principal
	switch {
	case input.SecuritySchemeName == bearerScheme && isBearer:
		found = s.store.bearerTokens[token]
	case input.SecuritySchemeName == apiKeyScheme:
		// The vendor documents "Bearer <key>"; clients generated from the scheme send the key alone.
		found = s.store.apiKeys[token]
	}
	if found == nil {
		return errUnknownCredential
	}
	ctx.Value(sessionKey{}).(*session).principal = found
	return nil
}

// cutBearer returns the token of "Bearer <token>", or value as it is. Scheme names have no case.
func cutBearer(value string) (token string, isBearer bool) {
	scheme, token, found := strings.Cut(value, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return value, false
	}
	return strings.TrimSpace(token), true
}

// credentialProblem describes the mistakes that people make with the header, without repeating what is in it.
func (s *Sandbox) credentialProblem(r *http.Request) string {
	token, isBearer := cutBearer(strings.TrimSpace(r.Header.Get("Authorization")))
	_, twice := cutBearer(token)
	switch {
	case token == "":
		return "There is no credential in the Authorization header."
	case isBearer && twice:
		return "The Authorization header has the word Bearer twice."
	case s.cases.reserved(token):
		return "The credential belongs to conformance cases, and none of them has it with this team and connector."
	default:
		return "The credential is not one that the sandbox knows."
	}
}

// reserved connectors answer with an error of the specification's, in every team.
var reserved = map[string]int{
	"error-401": http.StatusUnauthorized,
	"error-403": http.StatusForbidden,
	"error-404": http.StatusNotFound,
	"error-429": http.StatusTooManyRequests,
	"error-500": http.StatusInternalServerError,
}

// ReservedConnectors returns the identifiers of the connectors that are in every team and always answer with an error,
// and that error's status. A client in any language can meet every documented answer through them.
func ReservedConnectors() map[string]int { return maps.Clone(reserved) }
