package cli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

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
	TeamID       *int64            `yaml:"team_id"`
	Environments yaml.MapSlice     `yaml:"environments"` // keeps the order of the file
	Connectors   []manifestElement `yaml:"connectors"`
}

type manifestElement struct {
	ConnectorID  string        `yaml:"connector_identifier"`
	TeamID       *int64        `yaml:"team_id"`
	Environments yaml.MapSlice `yaml:"environments"`
	Require      []string      `yaml:"require"`
	Config       *string       `yaml:"config"`
}

// manifestReader knows where in its file everything stands.
type manifestReader struct {
	path string
	root *ast.File

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
	root, err := strictyaml.Unmarshal(data, &m)
	if err != nil {
		return nil, nil, fmt.Errorf("%s, %w", path, err)
	}
	reader := &manifestReader{path: path, root: root}
	targets, err = reader.targets(m)
	return targets, reader.warnings, err
}

// refuse names the line of a field, or of the closest thing around it that is there.
func (r *manifestReader) refuse(field, format string, args ...any) error {
	reason := fmt.Errorf(format, args...)
	if line := r.line(field); line > 0 {
		return fmt.Errorf("%s, line %d, %s: %w", r.path, line, field, reason)
	}
	return fmt.Errorf("%s, %s: %w", r.path, field, reason)
}

func (r *manifestReader) line(field string) int {
	for at := field; at != ""; at = at[:max(strings.LastIndexAny(at, ".["), 0)] {
		path, err := yaml.PathString("$." + at)
		if err != nil {
			continue
		}
		if node, err := path.FilterFile(r.root); err == nil && node != nil && node.GetToken() != nil {
			return node.GetToken().Position.Line
		}
	}
	return 0
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
	if element.ConnectorID == "" {
		return nil, r.refuse(at+".connector_identifier", "is missing")
	}
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
			required: required, file: r.path, line: r.line(at + ".connector_identifier"),
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
	for _, environment := range environments {
		label, isText := environment.Key.(string)
		number, ok := wholeNumber(environment.Value)
		if !isText || label == "" || !ok || number < 1 {
			return nil, r.refuse(fmt.Sprintf("%senvironments", place), "each needs a name and the number of a team, such as staging: 936506")
		}
		targets = append(targets, target(label, number))
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

func wholeNumber(value any) (int64, bool) {
	switch number := value.(type) {
	case uint64:
		return int64(number), number <= 1<<63-1 //nolint:gosec // Compared beside it.
	case int64:
		return number, true
	case int:
		return int64(number), true
	default:
		return 0, false
	}
}
