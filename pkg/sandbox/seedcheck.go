package sandbox

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// validate checks a seed against the specification, so that the sandbox never sends what it forbids. An error gives the place
// in the seed. It never quotes a credential.
func (s Seed) validate(spec *spec, cases playedCases) error {
	list := spec.operations[secretsapi.ListConnectorSecretsID]
	if list == nil {
		return fmt.Errorf("the specification has no operation %s", secretsapi.ListConnectorSecretsID)
	}
	teams := map[int64]bool{}
	for i, team := range s.Teams {
		if err := list.checkParameter(teamParameter, float64(team.ID)); err != nil {
			return fmt.Errorf("teams[%d]: team_id %d: %w", i, team.ID, err)
		}
		if teams[team.ID] {
			return fmt.Errorf("teams[%d]: team_id %d is there twice: merge the two", i, team.ID)
		}
		teams[team.ID] = true
		if err := team.validate(list, spec.reserved); err != nil {
			return fmt.Errorf("team %d: %w", team.ID, err)
		}
	}
	return s.validateCredentials(teams, cases)
}

func (t Team) validate(list *operation, reserved map[string]int) error {
	seen := map[string]bool{}
	for i, connector := range t.Connectors {
		if err := list.checkParameter(connectorParameter, connector.Identifier); err != nil {
			return fmt.Errorf("connectors[%d]: connector_identifier: %w", i, err)
		}
		if _, ok := reserved[connector.Identifier]; ok {
			return fmt.Errorf("connectors[%d]: %s is reserved for an error: choose another connector_identifier", i, connector.Identifier)
		}
		if seen[connector.Identifier] {
			return fmt.Errorf("connectors[%d]: connector_identifier %s is there twice: merge the two", i, connector.Identifier)
		}
		seen[connector.Identifier] = true
		if err := connector.validate(list); err != nil {
			return fmt.Errorf("connector %s: %w", connector.Identifier, err)
		}
	}
	return nil
}

func (c Connector) validate(list *operation) error {
	seen := map[string]bool{}
	for i, secret := range c.Secrets {
		if name := missing(reflect.ValueOf(secret)); name != "" {
			return fmt.Errorf("secrets[%d]: %s is missing", i, name)
		}
		if seen[secret.Placeholder] {
			return fmt.Errorf("secrets[%d]: the placeholder %s is there twice: placeholders are unique", i, secret.Placeholder)
		}
		seen[secret.Placeholder] = true
	}
	if err := list.validateResponses(c.Responses); err != nil {
		return err
	}
	_, err := list.successBody(listOf(append([]secretsapi.Secret{}, c.Secrets...)))
	return err
}

// missing returns the name of a required property that is not set. For numbers it can't tell, because 0 may be their value.
func missing(model reflect.Value) string {
	for field, value := range model.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		canTell := value.Kind() == reflect.String || value.Kind() == reflect.Struct
		if canTell && value.IsZero() && options == "" {
			return name
		}
	}
	return ""
}

// checkParameter returns an error if a value breaks the schema of a parameter.
func (o *operation) checkParameter(name string, value any) error {
	if parameter := o.parameter(name); parameter != nil && parameter.Schema != nil {
		return meets(parameter.Schema.Value, value)
	}
	return nil
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
