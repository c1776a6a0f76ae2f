package audit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// junitReporter writes a test case for each finding.
type junitReporter struct {
	kept
	w io.Writer
}

// The elements and attributes that readers of the format know.
type (
	junitSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitMessage `xml:"failure"`
		Error   *junitMessage `xml:"error"`
		Skipped *junitMessage `xml:"skipped"`
	}
	// junitMessage has its text twice, because some readers show the attribute, and some the text.
	junitMessage struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func (r *junitReporter) Close(*Summary) error {
	suite := junitSuite{Name: "connector-secrets", Tests: len(r.findings)}
	for _, f := range r.findings {
		next := junitCase{Class: "team " + strconv.FormatInt(f.TeamID, 10), Name: f.ConnectorID, File: safetext.Printable(f.File), Line: f.Line}
		if f.Environment != "" {
			next.Name += " (" + safetext.Printable(f.Environment) + ")"
		}
		message := func(kind State, parts ...string) *junitMessage {
			return &junitMessage{string(kind), strings.Join(parts, "; "), strings.Join(append(parts, f.Hints()...), "\n")}
		}
		switch {
		case f.Error != nil:
			next.Error = message(f.State, f.Error.Message)
			suite.Errors++
		case f.State == StateMissing:
			next.Failure = message(f.State, texts(names{"missing: ", f.Missing}, names{onlyElsewhere, f.OnlyElsewhere})...)
			suite.Failures++
		case f.State == StateNotAsked:
			next.Skipped = message("", "not asked: "+safetext.Printable(f.Reason))
			suite.Skipped++
		case f.State == StateNothingToCompare:
			next.Skipped = message("", ErrNothingToCompare.Error())
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, next)
	}
	text, err := xml.MarshalIndent(junitSuites{Suite: suite}, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(r.w, "%s%s\n", xml.Header, text)
	}
	return err
}
