package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// State is the verdict on a connector in an environment.
type State string

// States of a [Finding].
const (
	// StateOK means that something was compared, and nothing is missing.
	StateOK State = "ok"
	// StateMissing means that a secret is missing: a required one, or one that another environment has.
	StateMissing State = "missing"
	// StateError means that the connector could not be read.
	StateError State = "error"
	// StateNotAsked means that the run ended before the connector's request.
	StateNotAsked State = "not_asked"
	// StateNothingToCompare means that no name is required, and no other environment could be read.
	StateNothingToCompare State = "nothing_to_compare"
)

// ErrNothingToCompare is the error of a finding with [StateNothingToCompare], unless [Manifest] has AllowEmpty set.
var ErrNothingToCompare = errors.New("nothing to compare: name required secrets, a configuration with encrypted items, or a second environment that can be read")

// Finding is the result for a connector in an environment. It is also its JSON form, in which no list is null.
type Finding struct {
	TeamID      int64  `json:"team_id"`
	ConnectorID string `json:"connector_identifier"`
	// Environment is empty for a connector that has no environments.
	Environment string   `json:"environment,omitempty"`
	State       State    `json:"state"`
	Required    []string `json:"required"`
	// Missing are required and not registered.
	Missing []string `json:"missing"`
	// OnlyElsewhere are not registered and not required, but another environment of the connector has them.
	OnlyElsewhere []string `json:"only_elsewhere"`
	// NotRequired are registered and not required.
	NotRequired []string `json:"not_required"`
	// Duplicate names are registered more than once.
	Duplicate []string `json:"duplicate"`
	// Error is Err in JSON.
	Error *Problem `json:"error,omitempty"`

	// Err is an error of [connectorsecrets.Client.List] if the state is [StateError]; else it is [ErrNothingToCompare] or nil.
	Err error `json:"-"`
	// Reason says why the connector was not asked. Connectors with the same reason have the same text.
	Reason string `json:"-"`
	// CredentialEnv is that of the [Environment].
	CredentialEnv string `json:"-"`
	// File and Line say where the environment is named, or else the connector. They are empty and 0 if it is not named in a file.
	File string `json:"-"`
	Line int    `json:"-"`
	// Environments compares the connector's environments. Only the finding of the last one has it.
	Environments *Matrix `json:"-"`

	present map[string]bool // nil if the connector was not read
}

// Problem is an error in JSON.
type Problem struct {
	// ExitCode is set by a command line: its exit code if this were the only error.
	ExitCode  int    `json:"exit_code,omitempty"`
	Message   string `json:"message"`
	Status    int    `json:"status,omitempty"`
	Code      string `json:"code,omitempty"`
	RequestID string `json:"request_id,omitempty"`
}

// NewProblem returns err in its JSON form.
func NewProblem(err error) *Problem {
	problem := &Problem{Message: safetext.Line(err.Error())}
	if response, ok := errors.AsType[*connectorsecrets.APIError](err); ok {
		problem.Status = response.Response.StatusCode
		problem.Code, problem.RequestID = string(response.ErrorDetail.Code), response.ErrorMeta.RequestID
	}
	return problem
}

func newFinding(connector *Connector, to Environment) *Finding {
	return &Finding{
		TeamID: to.TeamID, ConnectorID: connector.ID, Environment: to.Name, CredentialEnv: to.CredentialEnv,
		File: connector.File, Line: cmp.Or(to.Line, connector.Line),
		Required: unique(connector.Required), Missing: []string{}, OnlyElsewhere: []string{}, NotRequired: []string{}, Duplicate: []string{},
	}
}

// compare compares the required names with the registered ones.
func (f *Finding) compare(ctx context.Context, result connectorsecrets.Result) {
	if f.State, f.Reason = StateOf(ctx, result); f.State != StateOK {
		if f.State == StateError {
			f.fail(result.Err)
		} else if f.CredentialEnv != "" && errors.Is(result.Err, connectorsecrets.ErrUnauthorized) {
			f.Reason += ", " + f.CredentialEnv
		}
		return
	}
	f.present = map[string]bool{}
	isRequired := set(f.Required)
	for _, name := range result.List.Names() {
		switch {
		case f.present[name]:
			f.Duplicate = append(f.Duplicate, name)
		case !isRequired[name]:
			f.NotRequired = append(f.NotRequired, name)
		}
		f.present[name] = true
	}
	f.Duplicate = unique(f.Duplicate)
	if f.Missing = unique(result.List.Missing(f.Required...)); len(f.Missing) > 0 {
		f.State = StateMissing
	}
}

func (f *Finding) nothingToCompare(isAllowed bool) {
	f.State = StateNothingToCompare
	if !isAllowed {
		f.fail(ErrNothingToCompare)
	}
}

func (f *Finding) fail(err error) { f.Err, f.Error = err, NewProblem(err) }

// Name returns the connector and environment, such as "connector T3S70 of team 936506 (staging)".
func (f *Finding) Name() string {
	name := fmt.Sprintf("connector %s of team %d", safetext.Printable(f.ConnectorID), f.TeamID)
	if f.Environment != "" {
		name += " (" + safetext.Printable(f.Environment) + ")"
	}
	return name
}
