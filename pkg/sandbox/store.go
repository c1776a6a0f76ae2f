package sandbox

import (
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// The parameters in the path that say what a call is about. A seed calls its teams and connectors by the same names.
const (
	teamParameter      = "team_id"
	connectorParameter = "connector_identifier"
)

// connector is what a connector responds with: its script, and then its secrets.
type connector struct {
	secrets []secretsapi.Secret
	script  *script
}

// store is a seed in the form that requests look it up in. But for the scripts it never changes, and so needs no lock.
type store struct {
	// teams by ID, each with its connectors by identifier.
	teams                 map[string]map[string]*connector
	apiKeys, bearerTokens map[string]*principal
	// redact takes the credentials out of a text.
	redact *strings.Replacer
}

const redacted = "REDACTED"

func newStore(seed Seed) *store {
	s := &store{
		teams:        map[string]map[string]*connector{},
		apiKeys:      map[string]*principal{},
		bearerTokens: map[string]*principal{},
	}
	for _, team := range seed.Teams {
		connectors := make(map[string]*connector, len(team.Connectors))
		for _, c := range team.Connectors {
			// Copies; that of the secrets is never nil: a nil slice would become "secrets": null.
			connectors[c.Identifier] = &connector{append([]secretsapi.Secret{}, c.Secrets...), newScript(c.Responses)}
		}
		s.teams[strconv.FormatInt(team.ID, 10)] = connectors
	}
	var credentials []string
	for _, credential := range seed.credentials() {
		credentials = append(credentials, credential.APIKey+credential.BearerToken, redacted)
		holder := &principal{}
		if len(credential.Teams) > 0 {
			holder.teams = map[string]bool{}
			for _, id := range credential.Teams {
				holder.teams[strconv.FormatInt(id, 10)] = true
			}
		}
		if credential.APIKey != "" {
			s.apiKeys[credential.APIKey] = holder
		} else {
			s.bearerTokens[credential.BearerToken] = holder
		}
	}
	s.redact = strings.NewReplacer(credentials...)
	return s
}
