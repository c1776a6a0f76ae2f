package sandbox

import "github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"

// store is a seed in the form that requests look it up in. It never changes, and so needs no lock.
type store struct {
	// teams by ID, each with the secrets of its connectors by identifier.
	teams                 map[int64]map[string][]secretsapi.Secret
	apiKeys, bearerTokens map[string]*principal
}

func newStore(seed Seed) *store {
	s := &store{
		teams:        map[int64]map[string][]secretsapi.Secret{},
		apiKeys:      map[string]*principal{},
		bearerTokens: map[string]*principal{},
	}
	for _, team := range seed.Teams {
		connectors := make(map[string][]secretsapi.Secret, len(team.Connectors))
		for _, connector := range team.Connectors {
			// A copy that is never nil: a nil slice would become "secrets": null.
			connectors[connector.Identifier] = append([]secretsapi.Secret{}, connector.Secrets...)
		}
		s.teams[team.ID] = connectors
	}
	for _, credential := range seed.credentials() {
		holder := &principal{}
		if len(credential.Teams) > 0 {
			holder.teams = map[int64]struct{}{}
			for _, id := range credential.Teams {
				holder.teams[id] = struct{}{}
			}
		}
		if credential.APIKey != "" {
			s.apiKeys[credential.APIKey] = holder
		} else {
			s.bearerTokens[credential.BearerToken] = holder
		}
	}
	return s
}
