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
	// AllowEmpty is set if a connector with nothing to compare is no error.
	AllowEmpty bool
	// Warnings are what is odd about the files that the manifest was read from, a line each.
	Warnings []string
}

// Connector is a connector of a manifest.
type Connector struct {
	ID string
	// Required are the names of the secrets that must be registered.
	Required []string
	// Environments are the teams that have the connector, at least one. If there are several, they are compared with each
	// other: a secret that one has and another lacks counts as missing there, required or not.
	Environments []Environment
	// File and Line are where the connector is asked for: empty and 0 if that is not a file.
	File string
	Line int
}

// Environment is a team that has a connector.
type Environment struct {
	// Name is empty if the connector has this one alone and no environments.
	Name   string
	TeamID int64
	// Credential takes the place of the client's, unless it is the zero value.
	Credential connectorsecrets.Credential
}

// Source gives access to what a manifest refers to. The zero value reads files, and knows no variables.
type Source struct {
	// ReadFile reads a file. Nil means from the disk, and no more of it than can be useful.
	ReadFile func(path string) ([]byte, error)
	// LookupEnv looks up a variable: those that the manifest names for credentials, and [EnvTeamID]. Nil means that none is
	// set; a program that trusts the manifest gives [os.LookupEnv].
	LookupEnv func(name string) (string, bool)
}

// EnvTeamID names the variable with the team of the connectors for which a manifest gives none.
const EnvTeamID = "SUPERMETRICS_TEAM_ID"

// Load reads a manifest file, and the configurations that it names, whose paths are relative to it. An error is one line
// that names the file, the line and the field; it quotes no value.
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
	// What is larger than that is refused, by whatever reads it then.
	return io.ReadAll(io.LimitReader(file, connectorconfig.MaxBytes+1))
}

func (s Source) lookupEnv(name string) string {
	if s.LookupEnv == nil {
		return ""
	}
	value, _ := s.LookupEnv(name)
	return value
}
