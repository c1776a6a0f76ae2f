package audit

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// maxMarkdownRows keeps the table below a megabyte, GitHub's limit for a job's summary.
const maxMarkdownRows = 500

// markdownReporter writes a table of the connectors with a problem.
type markdownReporter struct {
	kept
	w io.Writer
}

// Write keeps findings with a problem. For connectors that were not asked, Close writes the reasons.
func (r *markdownReporter) Write(f *Finding) error {
	if f.State == StateOK || f.State == StateNotAsked {
		return nil
	}
	return r.kept.Write(f)
}

func (r *markdownReporter) Close(summary *Summary) error {
	var text strings.Builder
	fmt.Fprintf(&text, "### Connector secrets\n\n%s\n", cell(summary.String()))
	for _, reason := range summary.Reasons {
		fmt.Fprintf(&text, "\n%s\n", cell(reason.String()))
	}
	if len(r.findings) > 0 {
		text.WriteString("\n| team | connector | environment | state | details |\n| ---: | --- | --- | --- | --- |\n")
	}
	for _, f := range r.findings[:min(len(r.findings), maxMarkdownRows)] {
		about := slices.DeleteFunc(f.describe(), func(line string) bool { return line == "" })
		fmt.Fprintf(&text, "| %d | %s | %s | %s | %s |\n", f.TeamID, cell(f.ConnectorID), cell(f.Environment), cell(string(f.State)), cell(strings.Join(about, "; ")))
	}
	if more := len(r.findings) - maxMarkdownRows; more > 0 {
		fmt.Fprintf(&text, "\nand %d more\n", more)
	}
	text.WriteString("\n")
	_, err := io.WriteString(r.w, text.String())
	return err
}

// cell escapes Markdown and HTML markup.
func cell(s string) string {
	var safe strings.Builder
	for _, r := range safetext.Printable(s) {
		if strings.ContainsRune("\\`*_{}[]<>&#|~@", r) {
			fmt.Fprintf(&safe, "&#%d;", r)
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}
