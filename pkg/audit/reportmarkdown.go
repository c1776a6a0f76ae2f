package audit

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// maxMarkdown bounds the report in bytes. GitHub drops the summary of a step whole if it is larger than 1 MiB.
const maxMarkdown = 1_000_000

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
	left := 0
	for _, f := range r.findings {
		row := fmt.Sprintf("| %d | %s | %s | %s | %s |\n", f.TeamID, cell(f.ConnectorID), cell(f.Environment), cell(string(f.State)),
			cell(strings.Join(append([]string{f.describe()}, f.Hints()...), "; ")))
		if text.Len()+len(row) > maxMarkdown {
			left++
			continue
		}
		text.WriteString(row)
	}
	if left > 0 {
		fmt.Fprintf(&text, "\nLeft out, because GitHub shows at most 1 MiB: %d connectors with a problem. The output of the command has them all.\n", left)
	}
	text.WriteString("\n")
	_, err := io.WriteString(r.w, text.String())
	return err
}

// cell escapes Markdown and HTML markup. An underscore within a word is none.
func cell(s string) string {
	var safe strings.Builder
	runes := []rune(safetext.Printable(s))
	isWord := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		if strings.ContainsRune("\\`*_{}[]<>&#|~@", r) && (r != '_' || !isWord(i-1) || !isWord(i+1)) {
			fmt.Fprintf(&safe, "&#%d;", r)
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}
