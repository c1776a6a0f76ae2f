package audit

import "slices"

// Matrix compares the environments of a connector. It has a row for each secret and a column for each environment.
type Matrix struct {
	ConnectorID  string      `json:"connector_identifier"`
	Environments []string    `json:"environments"`
	Secrets      []MatrixRow `json:"secrets"`
}

// MatrixRow is a secret that an environment has, or that is required.
type MatrixRow struct {
	Name     string `json:"secret_name"`
	Required bool   `json:"required"`
	// States has the state in each environment: "present", "missing", or "unknown" if the connector was not read there.
	States map[string]string `json:"states"`
}

// States of a secret in an environment.
const (
	secretPresent = "present"
	secretMissing = "missing"
	secretUnknown = "unknown"
)

// compareEnvironments compares the findings of one connector. It puts the matrix into the last finding.
func compareEnvironments(findings []*Finding, allowEmpty bool) {
	required := findings[0].Required
	isRequired := set(required)
	names, read := slices.Clone(required), 0
	matrix := &Matrix{ConnectorID: findings[0].ConnectorID, Secrets: []MatrixRow{}}
	for _, f := range findings {
		matrix.Environments = append(matrix.Environments, f.Environment)
		names = append(names, f.NotRequired...)
		if f.present != nil {
			read++
		}
	}
	for _, name := range unique(names) {
		row := MatrixRow{Name: name, Required: isRequired[name], States: map[string]string{}}
		for _, f := range findings {
			row.States[f.Environment] = f.secret(name, row.Required)
		}
		matrix.Secrets = append(matrix.Secrets, row)
	}
	if len(required) == 0 && read == 1 {
		for _, f := range findings {
			if f.present != nil {
				f.nothingToCompare(allowEmpty)
			}
		}
	}
	// Without names, its columns can't be told apart.
	if !slices.Contains(matrix.Environments, "") {
		findings[len(findings)-1].Environments = matrix
	}
}

// secret returns the state of a secret that some environment has or must have. If it is not required but only other
// environments have it, secret adds it to OnlyElsewhere.
func (f *Finding) secret(name string, isRequired bool) string {
	switch {
	case f.present == nil:
		return secretUnknown
	case f.present[name]:
		return secretPresent
	case !isRequired:
		f.State = StateMissing
		f.OnlyElsewhere = append(f.OnlyElsewhere, name)
	}
	return secretMissing
}
