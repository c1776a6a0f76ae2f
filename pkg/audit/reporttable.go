package audit

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// Colours of a terminal.
const (
	colourRed   = "\x1b[31m"
	colourGreen = "\x1b[32m"
	colourReset = "\x1b[0m"
)

var colours = map[string]string{
	string(StateOK): colourGreen, secretPresent: colourGreen,
	string(StateMissing): colourRed, string(StateError): colourRed, string(StateNotAsked): colourRed,
	string(StateNothingToCompare): colourRed, secretUnknown: colourRed,
}

// tableReporter writes a row for each connector, and then the matrices.
type tableReporter struct {
	kept
	w     io.Writer
	style Style
}

func (r *tableReporter) Close(*Summary) error {
	rows := [][]string{{"TEAM", "CONNECTOR", "ENVIRONMENT", "STATE", "DETAILS"}}
	for _, f := range r.findings {
		rows = append(rows, []string{strconv.FormatInt(f.TeamID, 10), safetext.Printable(f.ConnectorID),
			safetext.Printable(f.Environment), string(f.State), f.describe()})
	}
	if !slices.ContainsFunc(r.findings, func(f *Finding) bool { return f.Environment != "" }) {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], 2, 3)
		}
	}
	stateColumn := len(rows[0]) - 2
	var text strings.Builder
	text.WriteString(safetext.Table(rows, r.style.Width, func(column int, cell string) string { return r.paint(column == stateColumn, cell) }))
	for _, matrix := range r.matrices() {
		rows := [][]string{{safetext.Printable(matrix.ConnectorID)}}
		for _, environment := range matrix.Environments {
			rows[0] = append(rows[0], safetext.Printable(environment))
		}
		for _, secret := range matrix.Secrets {
			cells := []string{safetext.Name(secret.Name)}
			for _, environment := range matrix.Environments {
				cells = append(cells, secret.States[environment])
			}
			rows = append(rows, cells)
		}
		text.WriteString("\n" + safetext.Table(rows, r.style.Width, func(column int, cell string) string { return r.paint(column > 0, cell) }))
		if len(matrix.Secrets) == 0 {
			text.WriteString("(no secrets)\n")
		}
	}
	_, err := io.WriteString(r.w, text.String())
	return err
}

// paint colours a state.
func (r *tableReporter) paint(isState bool, text string) string {
	if colour := colours[text]; colour != "" && isState && r.style.Colour {
		return colour + text + colourReset
	}
	return text
}
