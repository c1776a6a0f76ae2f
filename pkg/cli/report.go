package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
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
		case stateMissing, stateError, stateUnknown:
			code = colourRed
		}
		return code + text + colourReset
	}
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	// A buffer takes everything, so that what is left is the error of the one write at the end.
	line := func(team, connector, environment, state, details string) {
		if len(r.Environments) > 0 {
			connector += "\t" + environment
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", team, connector, paint(state), details)
	}
	line("TEAM", "CONNECTOR", "ENVIRONMENT", "STATE", "DETAILS")
	for _, f := range r.Connectors {
		about := f.describe()
		line(strconv.FormatInt(f.TeamID, 10), f.ConnectorID, printable(f.Environment), f.State, about[0])
		for _, more := range about[1:] {
			line("", "", "", "", more)
		}
	}
	_ = table.Flush()
	for _, m := range r.Environments {
		_, _ = fmt.Fprintf(table, "\n%s\t%s\n", m.ConnectorID, paintAll(m.Environments, paint))
		if len(m.Secrets) == 0 {
			_, _ = fmt.Fprintln(table, "(no secrets)")
		}
		for _, row := range m.Secrets {
			states := make([]string, len(m.Environments))
			for i, environment := range m.Environments {
				states[i] = row.States[environment]
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\n", quoteName(row.Name), paintAll(states, paint))
		}
		_ = table.Flush()
	}
	if !r.Complete {
		_, _ = fmt.Fprintf(&text, "\nincomplete: %d of %d connectors\n", len(r.Connectors), r.Summary.Asked)
	}
	_, err := w.Write(trailingSpace.ReplaceAll(text.Bytes(), nil))
	return err
}

var trailingSpace = regexp.MustCompile(`(?m) +$`)

// describe says in a line each what there is to say of a connector. The first line, which can be empty, is about its
// state.
func (f *finding) describe() []string {
	about := []string{""}
	if f.Error != nil {
		about[0] = f.Error.Message
	} else {
		about[0] = names(f.Missing)
	}
	for _, more := range []struct {
		what    string
		secrets []string
	}{
		{"only in other environments", f.OnlyElsewhere}, {"registered more than once", f.Duplicate}, {"registered, not required", f.NotRequired},
	} {
		if len(more.secrets) > 0 {
			about = append(about, more.what+": "+names(more.secrets))
		}
	}
	return about
}

func paintAll(texts []string, paint func(string) string) string {
	painted := make([]string, len(texts))
	for i, text := range texts {
		painted[i] = paint(printable(text))
	}
	return strings.Join(painted, "\t")
}

// quoteName puts a name in quotes whose end or parts could not be seen.
func quoteName(name string) string {
	safe := printable(name)
	if safe != name || strings.TrimSpace(name) != name || strings.ContainsAny(name, `,"`) || name == "" {
		return `"` + strings.ReplaceAll(safe, `"`, `\"`) + `"`
	}
	return safe
}

// names joins names for people.
func names(all []string) string {
	safe := make([]string, len(all))
	for i, name := range all {
		safe[i] = quoteName(name)
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
			where = ",file=" + escapeProperty(repositoryPath(f.target.file))
			if f.target.line > 0 {
				where += ",line=" + strconv.Itoa(f.target.line)
			}
		}
		annotate := func(level, title, message string) {
			fmt.Fprintf(&lines, "::%s title=%s%s::%s\n", level, escapeProperty(title), where, escapeMessage(printable(message)))
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

// repositoryPath is a path as annotations want it: from the root of the repository, which is where workflows start.
func repositoryPath(path string) string {
	root := os.Getenv("GITHUB_WORKSPACE")
	if root == "" {
		root, _ = os.Getwd()
	}
	if absolute, err := filepath.Abs(path); err == nil {
		if relative, err := filepath.Rel(root, absolute); err == nil && filepath.IsLocal(relative) {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// Escapes of workflow commands.
var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeMessage(s string) string  { return messageEscapes.Replace(s) }
func escapeProperty(s string) string { return propertyEscapes.Replace(s) }
