package audit

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// manifestFile is the form of a manifest in its file.
type manifestFile struct {
	TeamID       *int64                     `json:"team_id,omitzero"`
	Environments map[string]environmentFile `json:"environments,omitzero"`
	Connectors   []connectorFile            `json:"connectors,omitzero"`
}

type connectorFile struct {
	ConnectorID   string                     `json:"connector_identifier"`
	TeamID        *int64                     `json:"team_id,omitzero"`
	CredentialEnv *string                    `json:"credential_env,omitzero"`
	Environments  map[string]environmentFile `json:"environments,omitzero"`
	Require       []string                   `json:"require,omitzero"`
	Config        *string                    `json:"config,omitzero"`
}

// environmentFile is written as an object with a team, or as the team's number.
type environmentFile struct {
	TeamID        int64   `json:"team_id"`
	CredentialEnv *string `json:"credential_env,omitzero"`
}

// UnmarshalJSONFrom reads both forms.
func (e *environmentFile) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		return json.UnmarshalDecode(decoder, &e.TeamID)
	}
	type object environmentFile
	return json.UnmarshalDecode(decoder, (*object)(e))
}
