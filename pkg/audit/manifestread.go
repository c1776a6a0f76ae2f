package audit

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// MaxManifestBytes is the size of the largest manifest that [Source.Parse] accepts, far more than a useful one needs.
const MaxManifestBytes = yamlfile.MaxBytes

// variableName allows upper case only, like most names of variables. So a credential in the wrong place is refused before
// an error could print it as the name of a variable.
var variableName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

// manifestReader turns a manifest file into a [Manifest]. Its errors have the line of the field.
type manifestReader struct {
	Source
	path string
	file *yamlfile.File
	// places says where each connector of a team is.
	places map[connectorsecrets.Connector]jsontext.Pointer
	// configurations has the names that each configuration requires. Connectors may share a configuration.
	configurations map[string][]string
	// common has the environments of the file, once a connector without its own has been read.
	common   []Environment
	warnings []string
}

// Parse is [Source.Load] for a manifest that has been read already. Errors mention the path, and other paths are relative
// to it.
func (s Source) Parse(data []byte, path string) (*Manifest, error) {
	var content manifestFile
	file, err := yamlfile.Unmarshal(data, &content)
	if err != nil {
		if config, noConfig := connectorconfig.Read(bytes.NewReader(data)); noConfig == nil && config.HasSection {
			err = errors.New("this is a connector's configuration, not a manifest: give it as --config, or name it in a manifest")
		} else if hasField(data, "teams") {
			err = errors.New("this is a sandbox's seed, not a manifest: give it as --seed")
		}
		return nil, fmt.Errorf("%s, %w", path, err)
	}
	r := &manifestReader{
		Source: s, path: path, file: file,
		places: map[connectorsecrets.Connector]jsontext.Pointer{}, configurations: map[string][]string{},
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fmt.Errorf(`%s: the file is empty: begin with "connectors:", and in the next line "- connector_identifier: T3S70"`, path)
	case len(content.Connectors) == 0:
		return nil, r.refuse("/connectors", `there is no connector in the manifest: give each as "- connector_identifier: T3S70"`)
	case content.TeamID != nil && content.Environments != nil:
		return nil, r.refuse("/environments", "give a team_id or environments, not both")
	}
	manifest := &Manifest{}
	for i := range content.Connectors {
		connector, err := r.connector(jsontext.Pointer("/connectors/"+strconv.Itoa(i)), &content, &content.Connectors[i])
		if err != nil {
			return nil, err
		}
		manifest.Connectors = append(manifest.Connectors, connector)
	}
	manifest.Warnings = r.warnings
	return manifest, nil
}

// refuse returns an error with the line of a field. If the field is not there, it is the line of what should contain it.
func (r *manifestReader) refuse(field jsontext.Pointer, format string, args ...any) error {
	return fmt.Errorf("%s, line %d, %s: %w", r.path, r.file.Line(field), yamlfile.Path(field), fmt.Errorf(format, args...))
}

func (r *manifestReader) connector(at jsontext.Pointer, file *manifestFile, from *connectorFile) (Connector, error) {
	connector := Connector{ID: from.ConnectorID.Value, File: r.path, Line: from.ConnectorID.Line}
	if err := checkID(connector.ID); err != nil {
		return connector, r.refuse(at+"/connector_identifier", "%w", err)
	}
	var err error
	if connector.Required, err = r.required(at, from); err != nil {
		return connector, err
	}
	if connector.Environments, err = r.environments(at, file, from); err != nil {
		return connector, err
	}
	for _, environment := range connector.Environments {
		key := connectorsecrets.Connector{TeamID: environment.TeamID, ID: connector.ID}
		place := at
		if from.Environments != nil {
			place = (at + "/environments").AppendToken(environment.Name)
		}
		if first, isTwice := r.places[key]; isTwice {
			return connector, fmt.Errorf("%s, line %d, %s: the connector of team %d is in the manifest twice: merge it with that of line %d",
				r.path, r.file.Line(place), yamlfile.Path(at), environment.TeamID, r.file.Line(first))
		}
		r.places[key] = place
	}
	return connector, nil
}

// environments returns the environments of a connector. If it has a team instead, it returns one environment without a name.
func (r *manifestReader) environments(at jsontext.Pointer, file *manifestFile, from *connectorFile) ([]Environment, error) {
	teamID, environments, place := from.TeamID, from.Environments, at
	if teamID == nil && environments == nil && (file.TeamID != nil || file.Environments != nil) {
		teamID, environments, place = file.TeamID, file.Environments, ""
	}
	each := place + "/environments"
	switch {
	case environments != nil && teamID != nil:
		return nil, r.refuse(at+"/environments", "give a team_id or environments, not both")
	case environments != nil && from.CredentialEnv != nil:
		return nil, r.refuse(at+"/credential_env", "give each environment its own: staging: {team_id: 936506, credential_env: STAGING_API_KEY}")
	case environments == nil:
		environment, err := r.team(place, teamID)
		if err == nil {
			err = r.credential(&environment, at, from.CredentialEnv)
		}
		return []Environment{environment}, err
	case place == "" && r.common != nil:
		return r.common, nil
	case len(environments) == 0:
		return nil, r.refuse(each, "there is none: give each a name and the number of a team")
	}
	var list []Environment
	for _, from := range environments {
		environment := Environment{Name: from.Name, TeamID: from.TeamID}
		if from.Name == "" || from.TeamID < 1 {
			return nil, r.refuse(each, "each needs a name and the number of a team, such as staging: 936506")
		}
		if place != "" { // an environment of the whole manifest has the connector's line
			environment.Line = r.file.Line(each.AppendToken(from.Name))
		}
		if err := r.credential(&environment, each.AppendToken(from.Name), from.CredentialEnv); err != nil {
			return nil, err
		}
		list = append(list, environment)
	}
	if place == "" {
		r.common = list
	}
	return list, nil
}

func (r *manifestReader) team(place jsontext.Pointer, teamID *int64) (Environment, error) {
	if teamID != nil && *teamID < 1 {
		return Environment{}, r.refuse(place+"/team_id", "give the number of a team, from 1 on, or environments")
	} else if teamID != nil {
		return Environment{TeamID: *teamID}, nil
	}
	id, err := Team{Text: r.lookupEnv(EnvTeamID), Source: EnvTeamID}.ID()
	if errors.Is(err, ErrNoTeam) {
		return Environment{}, r.refuse(place+"/team_id", "give the number of a team, from 1 on, or environments, or set %s", EnvTeamID)
	}
	return Environment{TeamID: id}, err
}

// credential sets the credential of an environment, if a variable is named. An invalid one is an error before the first request.
func (r *manifestReader) credential(environment *Environment, at jsontext.Pointer, variable *string) error {
	if variable == nil {
		return nil
	}
	name, field := *variable, at+"/credential_env"
	value := r.lookupEnv(name)
	credential := connectorsecrets.APIKey(value)
	_, err := connectorsecrets.New(credential)
	switch {
	case !variableName.MatchString(name):
		return r.refuse(field, "give the name of a variable of the environment, in upper case, such as STAGING_API_KEY; "+
			"never the credential itself")
	case value == "":
		return r.refuse(field, "the variable %s is not set: set it to the API key", name)
	case err != nil:
		return r.refuse(field, "the variable %s: %w", name, err)
	}
	environment.CredentialEnv, environment.Credential = name, credential
	return nil
}

// required returns the names that a connector must have: those of its list and those of its configuration, each once.
func (r *manifestReader) required(at jsontext.Pointer, from *connectorFile) (encrypted []string, err error) {
	if empty := slices.Index(from.Require, ""); empty >= 0 {
		return nil, r.refuse(at+"/require/"+jsontext.Pointer(strconv.Itoa(empty)), "the name of a secret must not be empty")
	}
	if from.Config != nil {
		path := *from.Config
		if path == "" {
			return nil, r.refuse(at+"/config", "the path must not be empty")
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(r.path), path)
		}
		if path == "-" { // a file of that name: Source.ReadFile may take - for stdin
			path = "./-"
		}
		if encrypted, err = r.configuration(path); err != nil {
			return nil, r.refuse(at+"/config", "%w", err)
		}
	}
	if len(from.Require) == 0 {
		return encrypted, nil // the IDs of a configuration are unique
	}
	return unique(slices.Concat(from.Require, encrypted)), nil
}

// configuration returns the names that a configuration requires. It reads each file once.
func (r *manifestReader) configuration(path string) ([]string, error) {
	if names, ok := r.configurations[path]; ok {
		return names, nil
	}
	data, err := r.readFile(path)
	if err != nil {
		return nil, err
	}
	names, warnings, err := Encrypted(data, path)
	if err != nil {
		return nil, err
	}
	r.warnings = append(r.warnings, warnings...)
	r.configurations[path] = names
	return names, nil
}
