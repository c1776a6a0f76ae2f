package cli

import (
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// checkTarget is a connector and what it must have.
type checkTarget struct {
	connector   connectorsecrets.Connector
	environment string
	required    []string
	// group is shared by the environments of one connector.
	group int
	// file and line are where the connector is asked for; empty and 0 for flags.
	file string
	line int
}

// States of a finding.
const (
	stateOK      = "ok"
	stateMissing = "missing"
	stateError   = "error"
	// stateUnknown is that of what was not reached.
	stateUnknown = "unknown"
)

// finding is what came of a target. It is also its form in JSON.
type finding struct {
	TeamID      int64  `json:"team_id"`
	ConnectorID string `json:"connector_identifier"`
	Environment string `json:"environment,omitempty"`
	// State is ok, missing or error.
	State    string   `json:"state"`
	Required []string `json:"required"`
	// Missing are required and not registered.
	Missing []string `json:"missing"`
	// OnlyElsewhere are not registered, and not required, but another environment of the connector has them.
	OnlyElsewhere []string `json:"only_elsewhere"`
	// NotRequired are registered and not asked for.
	NotRequired []string `json:"not_required"`
	// Duplicate names are registered more than once.
	Duplicate []string `json:"duplicate"`
	Error     *problem `json:"error,omitempty"`

	target  checkTarget
	present map[string]bool // nil if the connector could not be read
	err     error
}

// examine compares a result with what its target asks for.
func examine(target checkTarget, result connectorsecrets.Result) *finding {
	f := &finding{
		TeamID: target.connector.TeamID, ConnectorID: target.connector.ID, Environment: target.environment,
		State: stateOK, Required: list(target.required), target: target,
		Missing: []string{}, OnlyElsewhere: []string{}, NotRequired: []string{}, Duplicate: []string{},
	}
	if result.Err != nil {
		f.State, f.err = stateError, connectorError(target.connector, result.Err)
		f.Error = newProblem(result.Err)
		return f
	}
	f.present = map[string]bool{}
	for _, name := range result.List.Names() {
		switch {
		case f.present[name]:
			f.Duplicate = append(f.Duplicate, name)
		case !slices.Contains(target.required, name):
			f.NotRequired = append(f.NotRequired, name)
		}
		f.present[name] = true
	}
	f.Duplicate = list(unique(f.Duplicate))
	if f.Missing = list(result.List.Missing(target.required...)); len(f.Missing) > 0 {
		f.State = stateMissing
	}
	return f
}

// matrix compares the environments of one connector: secrets down, environments across.
type matrix struct {
	ConnectorID  string      `json:"connector_identifier"`
	Environments []string    `json:"environments"`
	Secrets      []matrixRow `json:"secrets"`
}

type matrixRow struct {
	Name     string `json:"secret_name"`
	Required bool   `json:"required"`
	// States are present, missing or, where a connector was not read, unknown, by environment.
	States map[string]string `json:"states"`
}

// compare makes the matrix of a connector's environments, and adds to the findings which secrets only other environments
// have. Environments that were not reached are unknown.
func compare(group []*finding, unreached []string) matrix {
	m := matrix{ConnectorID: group[0].ConnectorID, Secrets: []matrixRow{}}
	names := slices.Clone(group[0].Required)
	for _, f := range group {
		m.Environments = append(m.Environments, f.Environment)
		names = append(names, f.NotRequired...)
	}
	m.Environments = append(m.Environments, unreached...)
	for _, name := range unique(names) {
		row := matrixRow{Name: name, Required: slices.Contains(group[0].Required, name), States: map[string]string{}}
		for _, environment := range unreached {
			row.States[environment] = stateUnknown
		}
		for _, f := range group {
			switch {
			case f.present == nil:
				row.States[f.Environment] = stateUnknown
			case f.present[name]:
				row.States[f.Environment] = "present"
			default:
				row.States[f.Environment] = stateMissing
				f.State = stateMissing
				if !row.Required {
					f.OnlyElsewhere = append(f.OnlyElsewhere, name)
				}
			}
		}
		m.Secrets = append(m.Secrets, row)
	}
	return m
}

// unique returns names without repetition, in their order.
func unique(names []string) []string {
	seen := make(map[string]bool, len(names))
	var once []string
	for _, name := range names {
		if !seen[name] {
			seen[name] = true
			once = append(once, name)
		}
	}
	return once
}

// list is names, and never nil: in JSON it is a list even if it is empty.
func list(names []string) []string { return append([]string{}, names...) }
