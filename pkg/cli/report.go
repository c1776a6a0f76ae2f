package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// checkReport is what check found. It is also its form in JSON.
type checkReport struct {
	// Complete is false if the run was ended early; what is there then is what was known.
	Complete bool         `json:"complete"`
	Summary  checkSummary `json:"summary"`
	// Connectors are in the order asked.
	Connectors []*finding `json:"connectors"`
	// Environments has a matrix for each connector that a manifest names for several teams.
	Environments []matrix `json:"environments"`

	// group is what is known of the connector whose environments are not all there yet, and unreached the others of them.
	group     []*finding
	unreached []string
}

// checkSummary counts connectors by state.
type checkSummary struct {
	Asked   int `json:"asked"`
	OK      int `json:"ok"`
	Missing int `json:"missing"`
	Failed  int `json:"failed"`
}

// add takes the next finding in the order asked. The last of a group is counted with the others of the group, once their
// environments have been compared.
func (r *checkReport) add(f *finding, last bool) {
	if f.State != stateUnknown {
		r.Connectors = append(r.Connectors, f)
		r.group = append(r.group, f)
	} else {
		r.unreached = append(r.unreached, f.Environment)
	}
	if last {
		r.closeGroup()
	}
}

func (r *checkReport) closeGroup() {
	if len(r.group) > 0 && r.group[0].Environment != "" {
		r.Environments = append(r.Environments, compare(r.group, r.unreached))
	}
	for _, f := range r.group {
		switch f.State {
		case stateOK:
			r.Summary.OK++
		case stateMissing:
			r.Summary.Missing++
		default:
			r.Summary.Failed++
		}
	}
	r.group, r.unreached = nil, nil
}

// finish ends a report before the rest of the targets.
func (r *checkReport) finish(rest []checkTarget) {
	for _, target := range rest {
		if len(r.group) > 0 && target.group == r.group[0].target.group {
			r.unreached = append(r.unreached, target.environment)
		}
	}
	r.closeGroup()
	r.Complete = len(r.Connectors) == r.Summary.Asked
}

func writeReport(w io.Writer, format string, r *checkReport) error {
	var err error
	switch format {
	case formatTable:
		err = writeReportTable(w, r, coloured(w))
	case formatCSV:
		err = writeReportCSV(w, r)
	case formatGitHub:
		err = writeReportGitHub(w, r)
	default:
		err = writeJSON(w, r)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// writeReportCSV writes a line for each secret, and one for each connector that could not be read.
func writeReportCSV(w io.Writer, r *checkReport) error {
	records := csv.NewWriter(w)
	// Errors of the records come back from Error.
	_ = records.Write([]string{"team_id", "connector_identifier", "environment", "state", "secret_name", "message"})
	for _, f := range r.Connectors {
		record := func(state, secret, message string) {
			_ = records.Write([]string{strconv.FormatInt(f.TeamID, 10), f.ConnectorID, f.Environment, state, secret, message})
		}
		if f.Error != nil {
			record(stateError, "", f.Error.Message)
			continue
		}
		for _, name := range f.Required {
			if f.present[name] {
				record("present", name, "")
			}
		}
		each := func(state string, secrets []string) {
			for _, name := range secrets {
				record(state, name, "")
			}
		}
		each("missing", f.Missing)
		each("only_elsewhere", f.OnlyElsewhere)
		each("duplicate", f.Duplicate)
		each("not_required", f.NotRequired)
	}
	records.Flush()
	return records.Error()
}
