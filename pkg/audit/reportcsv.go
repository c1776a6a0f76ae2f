package audit

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

type csvReporter struct{ records *csv.Writer }

func newCSVReporter(w io.Writer) (*csvReporter, error) {
	r := &csvReporter{csv.NewWriter(w)}
	return r, r.write("team_id", "connector_identifier", "environment", "state", "secret_name", "message")
}

// Write writes a row for each secret. For an error, or if there are no secrets, it writes one row with the connector's state.
func (r *csvReporter) Write(f *Finding) error {
	row := func(state State, secret, message string) error {
		return r.write(strconv.FormatInt(f.TeamID, 10), f.ConnectorID, f.Environment, string(state), secret, message)
	}
	if f.Error != nil {
		return row(f.State, "", f.Error.Message)
	}
	isMissing, rows := set(f.Missing), 0
	registered := slices.DeleteFunc(slices.Clone(f.Required), func(name string) bool { return isMissing[name] || f.State == StateNotAsked })
	// A name that is registered twice and not required has two rows.
	for _, part := range []struct {
		state State
		names []string
		note  string
	}{
		{StateMissing, f.Missing, ""}, {StateMissing, f.OnlyElsewhere, "another environment has it"}, {StateOK, registered, ""},
		{StateOK, f.Duplicate, noteDuplicate}, {StateOK, f.NotRequired, noteNotRequired},
	} {
		for _, name := range part.names {
			if err := row(part.state, name, part.note); err != nil {
				return err
			}
			rows++
		}
	}
	if rows == 0 {
		return row(f.State, "", "")
	}
	return nil
}

func (r *csvReporter) Close(*Summary) error { return nil }

// write flushes each row, so that no row is lost if the run ends.
func (r *csvReporter) write(cells ...string) error {
	for i := range cells {
		cells[i] = safetext.Cell(cells[i])
	}
	_ = r.records.Write(cells) // Error returns its error.
	r.records.Flush()
	return r.records.Error()
}
