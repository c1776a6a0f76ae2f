package audit

import (
	"io"
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

// tableReporter writes a row for each connector, and then the matrices.
type tableReporter struct {
	kept
	w     io.Writer
	style Style
}

func (r *tableReporter) Close(*Summary) error {
	hasEnvironments := false
	for _, f := range r.findings {
		hasEnvironments = hasEnvironments || f.Environment != ""
	}
	row := func(team, connector, environment, state, details string) []string {
		if !hasEnvironments {
			return []string{team, connector, state, details}
		}
		return []string{team, connector, environment, state, details}
	}
	columns := len(row("", "", "", "", ""))
	rows := [][]string{row("TEAM", "CONNECTOR", "ENVIRONMENT", "STATE", "DETAILS")}
	for _, f := range r.findings {
		rows = append(rows, row(strconv.FormatInt(f.TeamID, 10), safetext.Printable(f.ConnectorID), safetext.Printable(f.Environment), string(f.State), f.describe()))
	}
	var text strings.Builder
	text.WriteString(safetext.Table(rows, r.style.Width, func(column int, cell string) string { return r.paint(column == columns-2, cell) }))
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
	if !r.style.Colour || !isState {
		return text
	}
	switch text {
	case string(StateOK), secretPresent:
		return colourGreen + text + colourReset
	case string(StateMissing), string(StateError), string(StateNotAsked), string(StateNothingToCompare), secretUnknown:
		return colourRed + text + colourReset
	default:
		return text
	}
}
