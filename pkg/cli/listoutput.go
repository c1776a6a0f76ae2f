package cli

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// listSchema is the JSON Schema of the command list's JSON.
//
//go:embed list.schema.json
var listSchema []byte

// listed is a connector in JSON: its team and identifier, and then the API's response or an error.
type listed struct {
	TeamID      int64       `json:"team_id"`
	ConnectorID string      `json:"connector_identifier"`
	State       audit.State `json:"state"`
	*connectorsecrets.SecretList
	Error *audit.Problem `json:"error,omitempty"`
}

// listOutput writes table and json at the end, and the other formats as the lists arrive.
type listOutput struct {
	w       io.Writer
	format  string
	many    bool
	all     []listed
	records *csv.Writer
}

func newListOutput(w io.Writer, format string, many bool) *listOutput {
	o := &listOutput{w: w, format: format, many: many, records: csv.NewWriter(w), all: []listed{}}
	_ = o.records.Write([]string{"team_id", "connector_identifier", "state", "secret_placeholder", "secret_name", "message"})
	return o // nothing is written before the first row
}

func (o *listOutput) write(next listed) error {
	switch o.format {
	case formatCSV:
		return o.writeCSV(next)
	case formatNames:
		return o.writeNames(next)
	case formatNDJSON:
		return safetext.WriteJSON(o.w, next, "")
	default:
		o.all = append(o.all, next)
		return nil
	}
}

func (o *listOutput) close(summary *audit.Summary) error {
	switch o.format {
	case formatTable:
		return o.writeTable()
	case formatJSON:
		return safetext.WriteJSON(o.w, struct {
			Complete   bool           `json:"complete"`
			NotAsked   []audit.Reason `json:"not_asked"`
			Connectors []listed       `json:"connectors"`
		}{summary.Complete(), append([]audit.Reason{}, summary.Reasons...), o.all}, "  ")
	default:
		return nil
	}
}

// note says why a connector has no secrets to show. It is empty if there are secrets.
func (l listed) note() string {
	switch {
	case l.State == audit.StateError:
		return "error"
	case l.State != audit.StateOK:
		return "not asked"
	case len(l.Secrets) == 0:
		return "no secrets"
	default:
		return ""
	}
}

func (o *listOutput) writeCSV(next listed) error {
	row := func(secret connectorsecrets.Secret, message string) {
		_ = o.records.Write([]string{
			strconv.FormatInt(next.TeamID, 10), safetext.Cell(next.ConnectorID), string(next.State),
			safetext.Cell(secret.Placeholder), safetext.Cell(secret.Name), safetext.Cell(message),
		})
	}
	if next.Error != nil {
		row(connectorsecrets.Secret{}, next.Error.Message)
	} else if note := next.note(); note != "" {
		row(connectorsecrets.Secret{}, note)
	} else {
		for _, secret := range next.Secrets {
			row(secret, "")
		}
	}
	o.records.Flush()
	return o.records.Error() // the first error of all rows
}

func (o *listOutput) writeNames(next listed) error {
	var lines bytes.Buffer
	prefix := ""
	if o.many {
		prefix = fmt.Sprintf("%d/%s\t", next.TeamID, next.ConnectorID)
	}
	if note := next.note(); note != "" && o.many {
		fmt.Fprintf(&lines, "# %s%s\n", prefix, note)
	} else if note == "" {
		for _, secret := range next.Secrets {
			fmt.Fprintf(&lines, "%s%s\n", prefix, safetext.Printable(secret.Name))
		}
	}
	_, err := o.w.Write(lines.Bytes())
	return err
}

func (o *listOutput) writeTable() error {
	rows := [][]string{{"TEAM", "CONNECTOR", "NAME", "PLACEHOLDER"}}
	for _, next := range o.all {
		team := strconv.FormatInt(next.TeamID, 10)
		if note := next.note(); note != "" {
			rows = append(rows, []string{team, next.ConnectorID, "(" + note + ")", ""})
			continue
		}
		for _, secret := range next.Secrets {
			rows = append(rows, []string{team, next.ConnectorID, safetext.Printable(secret.Name), safetext.Printable(secret.Placeholder)})
		}
	}
	for i := 0; !o.many && i < len(rows); i++ {
		rows[i] = rows[i][2:]
	}
	_, err := io.WriteString(o.w, safetext.Table(rows, width(o.w), nil))
	return err
}
