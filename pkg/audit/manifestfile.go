package audit

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// manifestFile is the form of a manifest in its file.
type manifestFile struct {
	Schema       string          `json:"$schema"`
	TeamID       *int64          `json:"team_id"`
	Environments environments    `json:"environments"`
	Connectors   []connectorFile `json:"connectors"`
}

type connectorFile struct {
	ConnectorID   yamlfile.Text `json:"connector_identifier"`
	TeamID        *int64        `json:"team_id"`
	CredentialEnv *string       `json:"credential_env"`
	Environments  environments  `json:"environments"`
	Require       []string      `json:"require"`
	Config        *string       `json:"config"`
}

// environments are in the order of the file. In the file they are an object, by their names.
type environments []environmentFile

// environmentFile is written as an object with a team, or as the team's number.
type environmentFile struct {
	Name          string  `json:"-"`
	TeamID        int64   `json:"team_id"`
	CredentialEnv *string `json:"credential_env"`
}

// UnmarshalJSONFrom reads an object.
func (e *environments) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		return json.UnmarshalDecode(decoder, &map[string]int64{}) // the error says what is expected
	}
	*e = environments{}
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = decoder.ReadToken(); err == nil {
			next := environmentFile{Name: name.String()}
			err = json.UnmarshalDecode(decoder, &next)
			*e = append(*e, next)
		}
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return err
}

// UnmarshalJSONFrom reads both forms.
func (e *environmentFile) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		return json.UnmarshalDecode(decoder, &e.TeamID)
	}
	type object environmentFile
	return json.UnmarshalDecode(decoder, (*object)(e))
}
