package sandbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// validate holds a seed to the specification's schemas, so that the sandbox can't answer what they forbid. The errors
// name the place in the seed and never a credential.
func (s Seed) validate(spec *openapi3.T, cases playedCases) error {
	teams := map[int64]bool{}
	for i, team := range s.Teams {
		if err := meets(spec.Components.Parameters["TeamId"].Value.Schema, float64(team.ID)); err != nil {
			return fmt.Errorf("teams[%d]: team_id %d: %w", i, team.ID, err)
		}
		if teams[team.ID] {
			return fmt.Errorf("teams[%d]: team_id %d is there twice: put its connectors under one", i, team.ID)
		}
		teams[team.ID] = true
		if err := team.validate(spec); err != nil {
			return fmt.Errorf("team %d: %w", team.ID, err)
		}
	}
	return s.validateCredentials(teams, cases)
}

func (t Team) validate(spec *openapi3.T) error {
	seen := map[string]bool{}
	for i, connector := range t.Connectors {
		if err := meets(spec.Components.Parameters["ConnectorIdentifier"].Value.Schema, connector.Identifier); err != nil {
			return fmt.Errorf("connectors[%d]: connector_identifier: %w", i, err)
		}
		if _, ok := reserved[connector.Identifier]; ok {
			return fmt.Errorf("connectors[%d]: %s is reserved for an error: choose another connector_identifier", i, connector.Identifier)
		}
		if seen[connector.Identifier] {
			return fmt.Errorf("connectors[%d]: connector_identifier %s is there twice: put its secrets under one", i, connector.Identifier)
		}
		seen[connector.Identifier] = true
		if err := connector.validate(spec); err != nil {
			return fmt.Errorf("connector %s: %w", connector.Identifier, err)
		}
	}
	return nil
}

func (c Connector) validate(spec *openapi3.T) error {
	list := make([]any, len(c.Secrets))
	seen := map[string]bool{}
	for i, secret := range c.Secrets {
		switch {
		case secret.Placeholder == "":
			return fmt.Errorf("secrets[%d]: secret_placeholder is missing", i)
		case secret.Name == "":
			return fmt.Errorf("secrets[%d]: secret_name is missing", i)
		case seen[secret.Placeholder]:
			return fmt.Errorf("secrets[%d]: secret_placeholder %s is there twice: placeholders are unique", i, secret.Placeholder)
		}
		seen[secret.Placeholder] = true
		list[i] = map[string]any{"secret_placeholder": secret.Placeholder, "secret_name": secret.Name}
	}
	answer := map[string]any{"count": float64(len(list)), "secrets": list}
	return meets(spec.Components.Schemas["ConnectorSecretList"], answer)
}

func (s Seed) validateCredentials(teams map[int64]bool, cases playedCases) error {
	seen := map[string]bool{}
	for i, credential := range s.Credentials {
		if (credential.APIKey == "") == (credential.BearerToken == "") {
			return fmt.Errorf("credentials[%d]: give either api_key or bearer_token", i)
		}
		value := credential.APIKey + credential.BearerToken
		if strings.TrimSpace(value) != value || strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
			return fmt.Errorf("credentials[%d]: must be printable ASCII without white space around it", i)
		}
		if _, isBearer := cutBearer(value); isBearer || strings.EqualFold(value, "Bearer") {
			return fmt.Errorf("credentials[%d]: leave out the word Bearer, which is not part of it", i)
		}
		if cases.reserved(value) {
			return fmt.Errorf("credentials[%d]: belongs to the conformance cases: choose another", i)
		}
		if seen[value] {
			return fmt.Errorf("credentials[%d]: is there twice", i)
		}
		seen[value] = true
		for _, id := range credential.Teams {
			if !teams[id] {
				return fmt.Errorf("credentials[%d]: team %d is not under teams", i, id)
			}
		}
	}
	return nil
}

// meets returns in one line how a value breaks a schema.
func meets(schema *openapi3.SchemaRef, value any) error {
	err := schema.Value.VisitJSON(value)
	var schemaError *openapi3.SchemaError
	if !errors.As(err, &schemaError) {
		return err
	}
	place := strings.Join(schemaError.JSONPointer(), "/")
	if place != "" {
		place += ": "
	}
	return fmt.Errorf("%s%s", place, schemaError.Reason)
}
