package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// connector has the responses of a connector: those of its script that have not been sent yet, and then its list.
type connector struct {
	script []Response
	list   []byte
}

// plant returns the connectors of a seed by team and identifier. It checks the seed against the specification, so that the
// sandbox never sends what that forbids. An error gives the place in the seed. It never quotes a credential.
func (s *spec) plant(seed Seed) (map[int64]map[string]*connector, error) {
	teams := map[int64]map[string]*connector{}
	for i, t := range seed.Teams {
		if err := s.checkParameter(teamParameter, float64(t.ID)); err != nil {
			return nil, fmt.Errorf("teams[%d]: team_id %d: %w", i, t.ID, err)
		}
		if teams[t.ID] != nil {
			return nil, fmt.Errorf("teams[%d]: team_id %d is there twice: merge the two", i, t.ID)
		}
		var err error
		if teams[t.ID], err = s.plantTeam(t); err != nil {
			return nil, fmt.Errorf("team %d: %w", t.ID, err)
		}
	}
	seen := map[string]bool{}
	for i, credential := range seed.Credentials {
		err := credential.validate(teams)
		if err == nil && seen[credential.value()] {
			err = errors.New("is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("credentials[%d]: %w", i, err)
		}
		seen[credential.value()] = true
	}
	return teams, nil
}

func (s *spec) plantTeam(t Team) (map[string]*connector, error) {
	connectors := map[string]*connector{}
	for i, c := range t.Connectors {
		err := s.checkParameter(connectorParameter, c.Identifier)
		switch {
		case c.Identifier == "":
			return nil, fmt.Errorf("connectors[%d]: connector_identifier is missing", i)
		case err != nil:
			return nil, fmt.Errorf("connectors[%d]: connector_identifier: %w", i, err)
		case s.reserved[c.Identifier] != 0:
			return nil, fmt.Errorf("connectors[%d]: %s is reserved for an error: choose another connector_identifier", i, c.Identifier)
		case connectors[c.Identifier] != nil:
			return nil, fmt.Errorf("connectors[%d]: connector_identifier %s is there twice: merge the two", i, c.Identifier)
		}
		if connectors[c.Identifier], err = s.plantConnector(c); err != nil {
			return nil, fmt.Errorf("connector %s: %w", c.Identifier, err)
		}
	}
	return connectors, nil
}

func (s *spec) plantConnector(c Connector) (*connector, error) {
	seen := map[string]bool{}
	for i, secret := range c.Secrets {
		switch {
		case secret.Placeholder == "":
			return nil, fmt.Errorf("secrets[%d]: secret_placeholder is missing", i)
		case secret.Name == "":
			return nil, fmt.Errorf("secrets[%d]: secret_name is missing", i)
		case seen[secret.Placeholder]:
			return nil, fmt.Errorf("secrets[%d]: the placeholder %s is there twice: placeholders are unique", i, secret.Placeholder)
		}
		seen[secret.Placeholder] = true
	}
	if err := s.checkResponses(c.Responses); err != nil {
		return nil, err
	}
	list, err := s.listBody(c.Secrets)
	return &connector{slices.Clone(c.Responses), list}, err
}

func (c Credential) validate(teams map[int64]map[string]*connector) error {
	value := c.value()
	_, isBearer := cutBearer(value)
	switch {
	case (c.APIKey == "") == (c.BearerToken == ""):
		return errors.New("give either api_key or bearer_token")
	case strings.TrimSpace(value) != value || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
		return errors.New("must be printable ASCII without white space around it")
	case isBearer || strings.EqualFold(value, "Bearer"):
		return errors.New("leave out the word Bearer, which is not part of it")
	}
	for _, id := range c.Teams {
		if teams[id] == nil {
			return fmt.Errorf("team %d is not under teams", id)
		}
	}
	return nil
}
