package audit

import (
	"encoding/xml"
	"io"
	"strconv"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// junitReporter writes a test case for each finding.
type junitReporter struct {
	kept
	w io.Writer
}

// The elements and attributes that all readers of the format know.
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
		Failure *junitMessage `xml:"failure"`
		Error   *junitMessage `xml:"error"`
		Skipped *junitMessage `xml:"skipped"`
	}
	junitMessage struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
	}
)

func (r *junitReporter) Close(*Summary) error {
	suite := junitSuite{Name: "connector-secrets", Tests: len(r.findings)}
	for _, f := range r.findings {
		next := junitCase{Class: "team " + strconv.FormatInt(f.TeamID, 10), Name: f.ConnectorID, File: safetext.Printable(f.File)}
		if f.Environment != "" {
			next.Name += " (" + safetext.Printable(f.Environment) + ")"
		}
		message := &junitMessage{Type: string(f.State)}
		switch {
		case f.Error != nil:
			message.Message = f.Error.Message
			next.Error = message
			suite.Errors++
		case f.State == StateMissing:
			message.Message = "missing: " + safetext.Names(append(list(f.Missing), f.OnlyElsewhere...))
			next.Failure = message
			suite.Failures++
		case f.State == StateNotAsked, f.State == StateNothingToCompare:
			next.Skipped = &junitMessage{Message: string(f.State)}
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, next)
	}
	if _, err := io.WriteString(r.w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(r.w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(r.w, "\n")
	return err
}
