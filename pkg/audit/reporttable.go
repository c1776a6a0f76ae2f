package audit

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// Colours. All have the same length, so that columns stay aligned.
const (
	colourNone  = "\x1b[39m"
	colourRed   = "\x1b[31m"
	colourGreen = "\x1b[32m"
	colourReset = "\x1b[0m"
)

// tableReporter writes a line for each connector, more lines for its details, and then the matrices.
type tableReporter struct {
	kept
	w     io.Writer
	style Style
}

func (r *tableReporter) Close(*Summary) error {
	matrices := r.matrices()
	hasEnvironments := false
	for _, f := range r.findings {
		hasEnvironments = hasEnvironments || f.Environment != ""
	}
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	// Writes to the buffer can't fail. Only the last write can.
	line := func(team, connector, environment, state, details string) {
		if hasEnvironments {
			connector += "\t" + environment
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", team, connector, r.paint(state), details)
	}
	line("TEAM", "CONNECTOR", "ENVIRONMENT", "STATE", "DETAILS")
	for _, f := range r.findings {
		about := f.describe()
		line(strconv.FormatInt(f.TeamID, 10), safetext.Printable(f.ConnectorID), safetext.Printable(f.Environment), string(f.State), about[0])
		for _, more := range about[1:] {
			line("", "", "", "", more)
		}
	}
	_ = table.Flush()
	for _, matrix := range matrices {
		_, _ = fmt.Fprintf(table, "\n%s\t%s\n", safetext.Printable(matrix.ConnectorID), r.paintAll(matrix.Environments))
		if len(matrix.Secrets) == 0 {
			_, _ = fmt.Fprintln(table, "(no secrets)")
		}
		for _, row := range matrix.Secrets {
			states := make([]string, len(matrix.Environments))
			for i, environment := range matrix.Environments {
				states[i] = row.States[environment]
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\n", safetext.Name(row.Name), r.paintAll(states))
		}
		_ = table.Flush()
	}
	_, err := r.w.Write(safetext.TrimLines(text.Bytes()))
	return err
}

func (r *tableReporter) paint(text string) string {
	if !r.style.Colour {
		return text
	}
	code := colourNone
	switch text {
	case string(StateOK), secretPresent:
		code = colourGreen
	case string(StateMissing), string(StateError), string(StateNotAsked), string(StateNothingToCompare), secretUnknown:
		code = colourRed
	}
	return code + text + colourReset
}

func (r *tableReporter) paintAll(texts []string) string {
	painted := make([]string, len(texts))
	for i, text := range texts {
		painted[i] = r.paint(safetext.Printable(text))
	}
	return strings.Join(painted, "\t")
}

// describe returns the details of a connector, one per line. The first line explains the state, and can be empty.
func (f *Finding) describe() []string {
	about := []string{safetext.Names(f.Missing)}
	if f.Error != nil {
		about[0] = f.Error.Message
	}
	for _, more := range []struct {
		what    string
		secrets []string
	}{
		{"only in other environments", f.OnlyElsewhere}, {noteDuplicate, f.Duplicate}, {"registered, " + noteNotRequired, f.NotRequired},
	} {
		if len(more.secrets) > 0 {
			about = append(about, more.what+": "+safetext.Names(more.secrets))
		}
	}
	return about
}
