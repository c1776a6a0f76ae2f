package audit

import (
	_ "embed"
	"io"
	"os"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// ManifestSchema is the JSON Schema of manifest files.
//
//go:embed manifest.schema.json
var ManifestSchema []byte

// Manifest says what to check: which connectors, and what each must have.
type Manifest struct {
	Connectors []Connector
	// AllowEmpty means that a connector with nothing to compare is not an error.
	AllowEmpty bool
	// Warnings are about the files that the manifest was read from, one line each.
	Warnings []string
}

// Connector is a connector of a manifest.
type Connector struct {
	ID string
	// Required are the names of the secrets that must be registered.
	Required []string
	// Environments are the teams that have the connector, at least one. Several are compared with each other: if one has a
	// secret and another lacks it, the secret is missing there, even if it is not required.
	Environments []Environment
	// File and Line say where the connector is named. They are empty and 0 if it is not named in a file.
	File string
	Line int
}

// Environment is a team that has a connector.
type Environment struct {
	// Name is empty if the connector has a team and no environments.
	Name   string
	TeamID int64
	// Credential replaces the client's, unless it is the zero value.
	Credential connectorsecrets.Credential
	// CredentialEnv is the name of the variable that Credential is from, for errors, or empty.
	CredentialEnv string
	// Line says where the connector names the environment. 0 means that it does not: it has a team, or the manifest names it.
	Line int
}

// Source gives a manifest access to files and variables. The zero value reads files from the disk and has no variables.
type Source struct {
	// ReadFile reads a file. Nil means from the disk, up to a limit.
	ReadFile func(path string) ([]byte, error)
	// LookupEnv looks up the variables that the manifest names for credentials, and [EnvTeamID]. Nil means that none is set.
	// A program that trusts the manifest sets it to [os.LookupEnv].
	LookupEnv func(name string) (string, bool)
}

// EnvTeamID is the variable with the default team: that of connectors without one in the manifest.
const EnvTeamID = "SUPERMETRICS_TEAM_ID"

// Load reads a manifest file and the configurations that it names. Their paths are relative to the manifest. An error is one
// line with the file, the line and the field. It quotes no value.
func (s Source) Load(path string) (*Manifest, error) {
	data, err := s.readFile(path)
	if err != nil {
		return nil, err
	}
	return s.Parse(data, path)
}

func (s Source) readFile(path string) ([]byte, error) {
	if s.ReadFile != nil {
		return s.ReadFile(path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// One byte more than the largest limit, so that the parsers refuse a larger file.
	return io.ReadAll(io.LimitReader(file, connectorconfig.MaxBytes+1))
}

func (s Source) lookupEnv(name string) string {
	if s.LookupEnv == nil {
		return ""
	}
	value, _ := s.LookupEnv(name)
	return value
}
