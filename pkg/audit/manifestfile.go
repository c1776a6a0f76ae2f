package audit

import (
	"encoding/json"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// manifestFile is a manifest as it is written.
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

// environmentFile is the number of a team, or an object with it.
type environmentFile struct {
	environmentObject
	isNumber bool
}

type environmentObject struct {
	TeamID        int64   `json:"team_id"`
	CredentialEnv *string `json:"credential_env,omitzero"`
}

// UnmarshalJSONFrom reads both forms.
func (e *environmentFile) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if e.isNumber = decoder.PeekKind() != '{'; e.isNumber {
		return jsonv2.UnmarshalDecode(decoder, &e.TeamID)
	}
	return jsonv2.UnmarshalDecode(decoder, &e.environmentObject)
}

// MarshalJSON writes the form that was read, with which the reader of the file compares what was kept.
func (e environmentFile) MarshalJSON() ([]byte, error) {
	if e.isNumber {
		return json.Marshal(e.TeamID)
	}
	return json.Marshal(e.environmentObject)
}
