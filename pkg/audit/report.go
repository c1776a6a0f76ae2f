package audit

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is the format of a report.
type Format string

// Formats of reports.
const (
	// Table is for people. It is written at the end, because only then the widths of its columns are known.
	Table Format = "table"
	// JSON is one object with a summary, the findings and the environments' matrices, written at the end.
	// [ReportSchema] describes it.
	JSON Format = "json"
	// NDJSON is a line of JSON for each finding, written as soon as it is known.
	NDJSON Format = "ndjson"
	// CSV has a row for each secret, or one for a connector without any. They are written as soon as they are known.
	CSV Format = "csv"
	// GitHub is workflow commands, which annotate a pull request with each problem.
	GitHub Format = "github"
	// JUnit is the XML that GitLab, Jenkins and Azure read. It is written at the end.
	JUnit Format = "junit"
	// Markdown is a table of the problems, for the summary of a job on GitHub.
	Markdown Format = "markdown"
)

// A Reporter writes a report. Call Write with each finding in order, then Close with the summary. Neither closes the
// underlying writer.
type Reporter interface {
	Write(*Finding) error
	Close(*Summary) error
}

// Style sets how a report looks.
type Style struct {
	// Colour paints the states of a table, for a terminal.
	Colour bool
	// Root is the root of the repository. GitHub's annotations name files relative to it. Empty means the working directory.
	Root string
}

// NewReporter returns a reporter that writes to w.
func NewReporter(w io.Writer, format Format, style Style) (Reporter, error) {
	switch format {
	case Table:
		return &tableReporter{w: w, style: style}, nil
	case JSON:
		return &jsonReporter{w: w}, nil
	case NDJSON:
		return &ndjsonReporter{w: w}, nil
	case CSV:
		return newCSVReporter(w)
	case GitHub:
		return &githubReporter{w: w, root: style.Root}, nil
	case JUnit:
		return &junitReporter{w: w}, nil
	case Markdown:
		return &markdownReporter{w: w}, nil
	default:
		return nil, fmt.Errorf("unknown format of a report: use %s", strings.Join(Formats(), ", "))
	}
}

// Formats returns the names of the formats that users can choose.
func Formats() []string {
	return []string{string(Table), string(JSON), string(CSV), string(GitHub), string(NDJSON), string(JUnit)}
}

// kept collects the findings of a report that is written at the end.
type kept struct{ findings []*Finding }

// Write keeps a finding for the end.
func (k *kept) Write(f *Finding) error {
	k.findings = append(k.findings, f)
	return nil
}

// matrices returns the matrices of all connectors with environments. It is never nil, because in JSON nil would be null.
func (k *kept) matrices() []*Matrix {
	matrices := []*Matrix{}
	for _, f := range k.findings {
		if f.Environments != nil {
			matrices = append(matrices, f.Environments)
		}
	}
	return matrices
}

// secretNote is a secret in a report, with its state and a note.
type secretNote struct {
	name  string
	state State
	note  string
}

// Notes on secrets. They are in the column message of CSV.
const (
	noteElsewhere   = "another environment has it"
	noteDuplicate   = "registered more than once"
	noteNotRequired = "not required"
)

// secrets returns the notes on all secrets, the missing ones first. A name that is registered twice and not required has two
// notes.
func (f *Finding) secrets() []secretNote {
	var notes []secretNote
	each := func(state State, note string, names []string) {
		for _, name := range names {
			notes = append(notes, secretNote{name, state, note})
		}
	}
	each(StateMissing, "", f.Missing)
	each(StateMissing, noteElsewhere, f.OnlyElsewhere)
	each(StateOK, "", slices.DeleteFunc(slices.Clone(f.Required), func(name string) bool { return !f.present[name] }))
	each(StateOK, noteDuplicate, f.Duplicate)
	each(StateOK, noteNotRequired, f.NotRequired)
	return notes
}
