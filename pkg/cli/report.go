package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"
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
}

// checkSummary counts connectors by state.
type checkSummary struct {
	Asked   int `json:"asked"`
	OK      int `json:"ok"`
	Missing int `json:"missing"`
	Failed  int `json:"failed"`
}

func (r *checkReport) count(asked int) {
	r.Summary.Asked = asked
	if r.Connectors == nil {
		r.Connectors = []*finding{}
	}
	for _, f := range r.Connectors {
		switch f.State {
		case stateOK:
			r.Summary.OK++
		case stateMissing:
			r.Summary.Missing++
		default:
			r.Summary.Failed++
		}
	}
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

// Colours, all of one length, so that columns stay aligned.
const (
	colourNone  = "\x1b[39m"
	colourRed   = "\x1b[31m"
	colourGreen = "\x1b[32m"
	colourReset = "\x1b[0m"
)

// coloured reports whether w is a terminal whose user wants colour (no-color.org).
func coloured(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// writeReportTable writes a line for each connector, further ones for what else is to be said of it, and the matrices.
func writeReportTable(w io.Writer, r *checkReport, colour bool) error {
	paint := func(text string) string {
		if !colour {
			return text
		}
		code := colourNone
		switch text {
		case stateOK, "present":
			code = colourGreen
		case stateMissing, stateError, "unknown":
			code = colourRed
		}
		return code + text + colourReset
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	// Errors of the lines come back from Flush.
	line := func(team, connector, environment, state, details string) {
		if len(r.Environments) > 0 {
			connector += "\t" + environment
		}
		if details != "" {
			details = "\t" + details
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s%s\n", team, connector, paint(state), details)
	}
	line("TEAM", "CONNECTOR", "ENVIRONMENT", "STATE", "DETAILS")
	for _, f := range r.Connectors {
		line := func(state, details string) {
			line(strconv.FormatInt(f.TeamID, 10), f.ConnectorID, printable(f.Environment), state, details)
		}
		switch {
		case f.Error != nil:
			line(stateError, f.Error.Message)
		case len(f.Missing) > 0:
			line(stateMissing, names(f.Missing))
		case len(f.OnlyElsewhere) == 0:
			line(stateOK, "")
		}
		if len(f.OnlyElsewhere) > 0 {
			line(stateMissing, "in other environments only: "+names(f.OnlyElsewhere))
		}
		if len(f.Duplicate) > 0 {
			line("duplicate", names(f.Duplicate))
		}
		if len(f.NotRequired) > 0 {
			line("not required", names(f.NotRequired))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, m := range r.Environments {
		_, _ = fmt.Fprintf(table, "\n%s\t%s\n", m.ConnectorID, paintAll(m.Environments, paint))
		for _, row := range m.Secrets {
			states := make([]string, len(m.Environments))
			for i, environment := range m.Environments {
				states[i] = row.States[environment]
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\n", printable(row.Name), paintAll(states, paint))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	if !r.Complete {
		_, err := fmt.Fprintf(w, "\nincomplete: %d of %d connectors\n", len(r.Connectors), r.Summary.Asked)
		return err
	}
	return nil
}

func paintAll(texts []string, paint func(string) string) string {
	painted := make([]string, len(texts))
	for i, text := range texts {
		painted[i] = paint(printable(text))
	}
	return strings.Join(painted, "\t")
}

// names joins names for people.
func names(all []string) string {
	safe := make([]string, len(all))
	for i, name := range all {
		safe[i] = printable(name)
	}
	return strings.Join(safe, ", ")
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

// writeReportGitHub writes workflow commands, which annotate the manifest or configuration in a pull request.
func writeReportGitHub(w io.Writer, r *checkReport) error {
	var lines strings.Builder
	for _, f := range r.Connectors {
		where := ""
		if f.target.file != "" {
			where = ",file=" + escapeProperty(f.target.file)
			if f.target.line > 0 {
				where += ",line=" + strconv.Itoa(f.target.line)
			}
		}
		annotate := func(level, title, message string) {
			fmt.Fprintf(&lines, "::%s title=%s%s::%s\n", level, escapeProperty(title), where, escapeMessage(message))
		}
		of := fmt.Sprintf("connector %s of team %d", f.ConnectorID, f.TeamID)
		if f.Environment != "" {
			of += " (" + f.Environment + ")"
		}
		if f.Error != nil {
			annotate("error", "Connector not read", of+": "+f.Error.Message)
		}
		for _, name := range f.Missing {
			annotate("error", "Secret missing", fmt.Sprintf("%s lacks the secret %s", of, name))
		}
		for _, name := range f.OnlyElsewhere {
			annotate("error", "Secret missing", fmt.Sprintf("%s lacks the secret %s, which another environment has", of, name))
		}
		for _, name := range f.Duplicate {
			annotate("warning", "Secret registered twice", fmt.Sprintf("%s has more than one secret %s", of, name))
		}
		for _, name := range f.NotRequired {
			annotate("notice", "Secret not required", fmt.Sprintf("%s has the secret %s, which nobody requires", of, name))
		}
	}
	if !r.Complete {
		fmt.Fprintf(&lines, "::error title=Check incomplete::%d of %d connectors\n", len(r.Connectors), r.Summary.Asked)
	}
	_, err := io.WriteString(w, lines.String())
	return err
}

// Escapes of workflow commands.
var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeMessage(s string) string  { return messageEscapes.Replace(s) }
func escapeProperty(s string) string { return propertyEscapes.Replace(s) }
