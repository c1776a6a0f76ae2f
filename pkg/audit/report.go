package audit

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is a form of a report.
type Format string

// Formats of reports.
const (
	// Table is for people. It is written at the end, when the widths of its columns are known.
	Table Format = "table"
	// JSON is one object with a summary, the findings and the environments' matrices, written at the end.
	// [ReportSchema] describes it.
	JSON Format = "json"
	// NDJSON is a line of JSON for each finding, as it comes.
	NDJSON Format = "ndjson"
	// CSV has a row for each secret, and one for each connector without a verdict, as they come.
	CSV Format = "csv"
	// GitHub is workflow commands, which annotate a pull request where somebody has to act.
	GitHub Format = "github"
	// JUnit is the XML that GitLab, Jenkins and Azure read, written at the end.
	JUnit Format = "junit"
	// Markdown is what GitHub shows as the summary of a job.
	Markdown Format = "markdown"
)

// A Reporter writes a report. Write takes the findings in their order, and Close the summary of all of them. Neither
// closes what the reporter writes to.
type Reporter interface {
	Write(*Finding) error
	Close(*Summary) error
}

// Style is how a report looks.
type Style struct {
	// Colour paints the states of a table, for a terminal.
	Colour bool
	// Root is the folder of the repository, from which GitHub's annotations name files. Empty means the working directory.
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

// Formats returns the names of the formats that people choose from.
func Formats() []string {
	return []string{string(Table), string(JSON), string(CSV), string(GitHub), string(NDJSON), string(JUnit)}
}

// kept are the findings of a report that is written at the end.
type kept struct{ findings []*Finding }

// Write keeps a finding for the end.
func (k *kept) Write(f *Finding) error {
	k.findings = append(k.findings, f)
	return nil
}

// matrices are those of all connectors with environments. Never nil: in JSON, an empty list is a list.
func (k *kept) matrices() []*Matrix {
	matrices := []*Matrix{}
	for _, f := range k.findings {
		if f.Environments != nil {
			matrices = append(matrices, f.Environments)
		}
	}
	return matrices
}

// secretNote is what a report says of a secret besides its name.
type secretNote struct {
	name  string
	state State
	note  string
}

// Notes on secrets. CSV has them as they are.
const (
	noteElsewhere   = "another environment has it"
	noteDuplicate   = "registered more than once"
	noteNotRequired = "not required"
)

// secrets lists what there is to say of each secret: first those that are missing. A name that is registered twice, and
// not required, is there twice.
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
