package audit

import (
	"fmt"
	"io"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
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
	// Width is the number of columns of a terminal, in which a table keeps words whole. 0 means that there is no limit.
	Width int
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

// describe returns the details of a finding, those that explain its state first.
func (f *Finding) describe() string {
	var about []string
	if f.Error != nil {
		about = append(about, f.Error.Message)
	}
	about = append(about, texts(names{"", f.Missing}, names{onlyElsewhere, f.OnlyElsewhere}, names{noteDuplicate + ": ", f.Duplicate},
		names{"registered, " + noteNotRequired + ": ", f.NotRequired})...)
	return strings.Join(about, "; ")
}

// names are names of secrets with the text before them.
type names struct {
	before string
	names  []string
}

// texts returns the text of each list that is not empty.
func texts(lists ...names) (texts []string) {
	for _, list := range lists {
		if len(list.names) > 0 {
			texts = append(texts, list.before+safetext.Names(list.names))
		}
	}
	return texts
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

// Notes on secrets, in the column message of CSV or before a list of names.
const (
	onlyElsewhere   = "only in other environments: "
	noteDuplicate   = "registered more than once"
	noteNotRequired = "not required"
)
