package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// principal is a credential and what it may do.
type principal struct {
	// teams has the IDs of the teams that it may read; nil means all.
	teams map[string]bool
}

// mayRead reports whether p may read a team. A nil p means that the operation needs no credential.
func (p *principal) mayRead(teamID string) bool {
	return p == nil || p.teams == nil || p.teams[teamID]
}

// authenticate checks a request against one security scheme. The validator calls it for one scheme after another until it
// returns nil.
func (s *Sandbox) authenticate(c *call, scheme *openapi3.SecurityScheme) error {
	var found *principal
	if scheme.Type == "apiKey" {
		// The vendor documents "Bearer <key>", but clients generated from the scheme send the key alone. Only in
		// Authorization is there a scheme before the credential (RFC 9110, section 11.6.2).
		key, isBearer := cutBearer(c.request.Header.Get(scheme.Name))
		if isBearer || s.bareAPIKeys || http.CanonicalHeaderKey(scheme.Name) != "Authorization" {
			found = s.store.apiKeys[key]
		}
	} else if token, isBearer := cutBearer(c.request.Header.Get("Authorization")); isBearer {
		found = s.store.bearerTokens[token]
	}
	if found == nil {
		return errors.New("no known credential")
	}
	c.principal = found
	return nil
}

// cutBearer returns the token of "Bearer <token>", or the value unchanged. Case does not matter in "Bearer".
func cutBearer(value string) (token string, isBearer bool) {
	scheme, token, found := strings.Cut(value, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return value, false
	}
	return strings.TrimSpace(token), true
}

// credentialProblem says what is wrong with the header field Authorization. It does not repeat the value.
func (s *Sandbox) credentialProblem(r *http.Request) string {
	token, isBearer := cutBearer(r.Header.Get("Authorization"))
	_, twice := cutBearer(token)
	switch {
	case token == "" || strings.EqualFold(token, "Bearer"):
		return "There is no credential in the Authorization header."
	case !isBearer && !s.bareAPIKeys:
		return `The word Bearer is missing: send "Authorization: Bearer <credential>", for API keys as well.`
	case isBearer && twice:
		return "The Authorization header has the word Bearer twice."
	case s.cases.reserved(token):
		return "The credential belongs to conformance cases, but no case uses it with this team and connector."
	default:
		return "The credential is not one that the sandbox knows."
	}
}
