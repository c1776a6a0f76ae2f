package cli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictyaml"
)

// manifestSchema is the published JSON Schema. A test holds the reader of manifests to it.
//
//go:embed manifest.schema.json
var manifestSchema []byte

// maxManifestBytes is far more than a useful manifest has.
const maxManifestBytes = 16 << 20

// maxNameLength is the longest name, in characters, that the API's specification allows a secret.
const maxNameLength = 255

// manifest is the file of --manifest.
type manifest struct {
	TeamID       *int64            `json:"team_id,omitzero"`
	Environments map[string]int64  `json:"environments,omitzero"`
	Connectors   []manifestElement `json:"connectors,omitzero"`
}

type manifestElement struct {
	ConnectorID  string           `json:"connector_identifier"`
	TeamID       *int64           `json:"team_id,omitzero"`
	Environments map[string]int64 `json:"environments,omitzero"`
	Require      []string         `json:"require,omitzero"`
	Config       *string          `json:"config,omitzero"`
}

// manifestReader knows where in its file everything stands.
type manifestReader struct {
	path     string
	document *strictyaml.Document

	warnings []string
}

// loadManifest returns what a manifest asks to check, in its order, and what is odd about it. Its errors name the file,
// the line and the field.
func loadManifest(path string) (targets []checkTarget, warnings []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("--manifest: %w", err)
	}
	defer file.Close()
	data, err := strictyaml.ReadAll(file, maxManifestBytes)
	if err != nil {
		return nil, nil, fmt.Errorf("--manifest: %s: %w", path, err)
	}
	var m manifest
	document, err := strictyaml.Unmarshal(data, &m)
	if err != nil {
		return nil, nil, fmt.Errorf("%s, %w", path, err)
	}
	reader := &manifestReader{path: path, document: document}
	targets, err = reader.targets(m)
	return targets, reader.warnings, err
}

// refuse names the line of a field, or of the closest thing around it that is there.
func (r *manifestReader) refuse(field, format string, args ...any) error {
	return fmt.Errorf("%s, line %d, %s: %w", r.path, r.document.Line(field), field, fmt.Errorf(format, args...))
}

func (r *manifestReader) targets(m manifest) ([]checkTarget, error) {
	if len(m.Connectors) == 0 {
		return nil, r.refuse("connectors", "there is no connector in the manifest")
	}
	if m.TeamID != nil && m.Environments != nil {
		return nil, r.refuse("environments", "give a team_id or environments, not both")
	}
	var targets []checkTarget
	for i, element := range m.Connectors {
		more, err := r.element(fmt.Sprintf("connectors[%d]", i), m, element)
		if err != nil {
			return nil, err
		}
		for j := range more {
			more[j].group = i
		}
		targets = append(targets, more...)
	}
	return targets, nil
}

// element returns the targets of one connector: one, or one for each environment.
func (r *manifestReader) element(at string, m manifest, element manifestElement) ([]checkTarget, error) {
	if err := connectorsecrets.CheckConnector(1, element.ConnectorID); err != nil {
		return nil, r.refuse(at+".connector_identifier", "%w", err)
	}
	required, err := r.required(at, element)
	if err != nil {
		return nil, err
	}
	target := func(environment string, teamID int64) checkTarget {
		return checkTarget{
			connector: connectorsecrets.Connector{TeamID: teamID, ID: element.ConnectorID}, environment: environment,
			required: required, file: r.path, line: r.document.Line(at + ".connector_identifier"),
		}
	}

	teamID, environments, place := element.TeamID, element.Environments, at+"."
	switch {
	case teamID != nil && environments != nil:
		return nil, r.refuse(at+".environments", "give a team_id or environments, not both")
	case teamID == nil && environments == nil && (m.TeamID != nil || m.Environments != nil):
		teamID, environments, place = m.TeamID, m.Environments, ""
	}
	if environments != nil && len(environments) == 0 {
		return nil, r.refuse(place+"environments", "there is none: give each a name and the number of a team")
	}
	if environments == nil {
		if teamID == nil || *teamID < 1 {
			return nil, r.refuse(place+"team_id", "give the number of a team, from 1 on, or environments")
		}
		return []checkTarget{target("", *teamID)}, nil
	}
	var targets []checkTarget
	for _, name := range r.document.Names(place + "environments") {
		if name == "" || environments[name] < 1 {
			return nil, r.refuse(place+"environments", "each needs a name and the number of a team, such as staging: 936506")
		}
		targets = append(targets, target(name, environments[name]))
	}
	return targets, nil
}

// required returns the names that a connector must have: those of its list and those of its configuration, each once.
func (r *manifestReader) required(at string, element manifestElement) ([]string, error) {
	for i, name := range element.Require {
		if length := utf8.RuneCountInString(name); length < 1 || length > maxNameLength {
			return nil, r.refuse(fmt.Sprintf("%s.require[%d]", at, i), "the name of a secret has 1 to %d characters, not %d", maxNameLength, length)
		}
	}
	names := element.Require
	if element.Config != nil {
		path := *element.Config
		if path == "" {
			return nil, r.refuse(at+".config", "the path must not be empty")
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(r.path), path)
		}
		ids, warnings, err := encryptedIDs(path)
		if err != nil {
			return nil, r.refuse(at+".config", "%w", err)
		}
		r.warnings = append(r.warnings, warnings...)
		names = append(slices.Clip(names), ids...)
	}
	return unique(names), nil
}
