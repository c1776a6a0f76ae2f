package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// Credentials of [DefaultSeed], and of every seed without credentials. They are made up and work nowhere else.
const (
	DefaultAPIKey      = "sandbox-api-key"
	DefaultBearerToken = "sandbox-bearer-token"
	// OtherTeamAPIKey is the key of another team in DefaultSeed. For all other teams, it gets a 403.
	OtherTeamAPIKey = "sandbox-other-team-api-key"
)

// Seed is the content of a sandbox. [LoadSeed] describes its form as a file.
type Seed struct {
	Teams []Team `json:"teams,omitzero"`
	// Credentials are the valid ones. If there are none, DefaultAPIKey and DefaultBearerToken are valid for all teams.
	Credentials []Credential `json:"credentials,omitzero"`
}

// Team is a team with its connectors.
type Team struct {
	// ID must meet the API's specification and be unique in the seed.
	ID         int64       `json:"team_id"`
	Connectors []Connector `json:"connectors,omitzero"`
}

// Connector is a connector with its secrets.
type Connector struct {
	// Identifier must meet the API's specification, be unique in the team, and not be one of those for errors, such as error-404.
	Identifier string `json:"connector_identifier"`
	// Secrets must meet the API's specification of a response. Placeholders must be unique, names need not be.
	Secrets []secretsapi.Secret `json:"secrets,omitzero"`
	// Responses are sent before the secrets, such as errors and delays.
	Responses []Response `json:"responses,omitzero"`
}

// Credential is one API key or one OAuth token.
type Credential struct {
	// APIKey or BearerToken is set, not both.
	APIKey      string `json:"api_key,omitzero"`
	BearerToken string `json:"bearer_token,omitzero"`
	// Teams has the IDs of the teams that it may read. Empty means all.
	Teams []int64 `json:"teams,omitzero"`
}

// LoadSeed reads a seed from a YAML or JSON file such as
//
//	teams:
//	  - team_id: 936506
//	    connectors:
//	      - connector_identifier: T3S70
//	        secrets:
//	          - secret_placeholder: sec_a23f23d26
//	            secret_name: client_id
//	        responses: # optional: see Response
//	          - {status: 503, times: 2, retry_after_seconds: 1}
//	credentials: # optional
//	  - api_key: sandbox-api-key
//	    teams: [936506]
//
// The error has the file, the line and what is wrong.
func LoadSeed(path string) (Seed, error) {
	file, err := os.Open(path)
	if err != nil {
		return Seed{}, fmt.Errorf("seed file: %w", err)
	}
	defer file.Close()
	seed, err := ReadSeed(file)
	if err != nil {
		return Seed{}, fmt.Errorf("seed file %s: %w", path, err)
	}
	return seed, nil
}

// ReadSeed reads a seed in the form that [LoadSeed] describes.
func ReadSeed(r io.Reader) (Seed, error) {
	data, err := io.ReadAll(io.LimitReader(r, yamlfile.MaxBytes+1))
	if err != nil {
		return Seed{}, err
	}
	var file struct {
		Schema string `json:"$schema"`
		Seed
	}
	if _, err := yamlfile.Unmarshal(data, &file); err != nil {
		var fields map[string]any
		if _, notRead := yamlfile.Unmarshal(data, &fields); notRead == nil && fields["connectors"] != nil {
			err = errors.New(`this is a manifest, which check takes as --manifest: a seed begins with "teams:"`)
		}
		return Seed{}, err
	}
	seed := file.Seed
	if len(seed.Teams) == 0 {
		return Seed{}, errors.New(`it has no teams: begin with "teams:" and at least one "team_id"`)
	}
	_, err = New(WithSeed(seed))
	return seed, err
}

// DefaultSeed is the content of a sandbox without [WithSeed]. It has three teams:
//
//   - 936506 with the connectors T3S70 (one secret), EMPTY (none), SEVERAL (four) and FULL (100, the maximum)
//   - 936507, which the same credentials can read, with T3S70 (two secrets)
//   - 936508, which only [OtherTeamAPIKey] can read, with T3S70 (one secret)
func DefaultSeed() Seed {
	secrets := func(namesByPlaceholder ...string) (secrets []secretsapi.Secret) {
		for pair := range slices.Chunk(namesByPlaceholder, 2) {
			secrets = append(secrets, secretsapi.Secret{Placeholder: pair[0], Name: pair[1]})
		}
		return secrets
	}
	var full []string
	for i := range 100 {
		full = append(full, fmt.Sprintf("sec_f%08d", i+1), fmt.Sprintf("account_%03d_api_key", i+1))
	}
	return Seed{
		Teams: []Team{
			{ID: 936506, Connectors: []Connector{
				{Identifier: "T3S70", Secrets: secrets("sec_a23f23d26", "client_id")},
				{Identifier: "EMPTY"},
				{Identifier: "SEVERAL", Secrets: secrets("sec_example_1", "client_id", "sec_example_2", "client_secret",
					"sec_example_3", "Reporting API key", "sec_example_4", "webhook_signing_key")},
				{Identifier: "FULL", Secrets: secrets(full...)},
			}},
			{ID: 936507, Connectors: []Connector{
				{Identifier: "T3S70", Secrets: secrets("sec_example_1", "client_id", "sec_example_2", "client_secret")},
			}},
			{ID: 936508, Connectors: []Connector{{Identifier: "T3S70", Secrets: secrets("sec_example_1", "client_id")}}},
		},
		Credentials: []Credential{
			{APIKey: DefaultAPIKey, Teams: []int64{936506, 936507}},
			{BearerToken: DefaultBearerToken, Teams: []int64{936506, 936507}},
			{APIKey: OtherTeamAPIKey, Teams: []int64{936508}},
		},
	}
}

// credentials returns the seed's credentials, or the default ones if it has none.
func (s Seed) credentials() []Credential {
	if len(s.Credentials) > 0 {
		return s.Credentials
	}
	return []Credential{{APIKey: DefaultAPIKey}, {BearerToken: DefaultBearerToken}}
}

func (c Credential) value() string { return c.APIKey + c.BearerToken }

func (c Credential) mayRead(teamID int64) bool {
	return len(c.Teams) == 0 || slices.Contains(c.Teams, teamID)
}

// first has the first API key and the first OAuth token, or "" for none.
func (s Seed) first() (both Credential) {
	for _, one := range s.credentials() {
		both.APIKey, both.BearerToken = cmp.Or(both.APIKey, one.APIKey), cmp.Or(both.BearerToken, one.BearerToken)
	}
	return both
}

// Readable returns the first connector of the seed that a credential can read.
func (s Seed) Readable(credential string) (teamID int64, connectorID string, ok bool) {
	for _, known := range s.credentials() {
		for _, team := range s.Teams {
			if known.value() == credential && known.mayRead(team.ID) && len(team.Connectors) > 0 {
				return team.ID, team.Connectors[0].Identifier, true
			}
		}
	}
	return 0, "", false
}
