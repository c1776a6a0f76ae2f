package sandbox

import (
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// The path parameters of a call. A seed file has the same names for teams and connectors.
const (
	teamParameter      = "team_id"
	connectorParameter = "connector_identifier"
)

// connector holds the responses of a connector: its script, and then its secrets.
type connector struct {
	secrets []secretsapi.Secret
	script  *script
}

// store is a seed, indexed for requests. It never changes, except for the scripts, which have their own locks.
type store struct {
	// teams has the connectors by the team's ID and the connector's identifier.
	teams                 map[string]map[string]*connector
	apiKeys, bearerTokens map[string]*principal
	// redact removes the credentials from a text.
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
			// Copies. The copy of the secrets is never nil, because nil would become "secrets": null.
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
