package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"
)

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
