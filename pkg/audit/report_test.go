package audit_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestReport_Golden compares a report with every state, in every format.
func TestReport_Golden(t *testing.T) {
	seed, err := sandbox.LoadSeed("testdata/seed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	server := sandbox.Start(t, sandbox.WithSeed(seed))
	client := newClient(t, server.APIKey, server.URL)
	manifest, err := audit.Source{}.Load("testdata/every-state.yaml")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range append(audit.Formats(), string(audit.Markdown)) {
		t.Run(format, func(t *testing.T) {
			var text bytes.Buffer
			summary := report(t, &text, audit.Format(format), audit.Style{Root: root},
				audit.Run(t.Context(), manifest, client, connectorsecrets.WithWorkers(1), connectorsecrets.WithPace(0)))
			if got, want := summary.String(), "checked 3: 1 ok, 2 lack 3 secrets, 2 failed, 2 not asked, 1 nothing to compare"; got != want {
				t.Errorf("summary %q, want %q", got, want)
			}
			golden(t, format, requestID.ReplaceAllString(text.String(), "${1}ID$2"))
			checkForm(t, audit.Format(format), text.Bytes(), summary.Total)
		})
	}
}

var requestID = regexp.MustCompile(`(request id |"request_id": ?")[^)"]+([)"])`)

func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", "report."+name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// checkForm checks that a report is valid in its format.
func checkForm(t *testing.T, format audit.Format, text []byte, findings int) {
	t.Helper()
	for _, r := range string(text) {
		if r < ' ' && r != '\n' || r == '\u007f' {
			t.Errorf("the control character %q", r)
		}
	}
	for line := range strings.Lines(string(text)) {
		if format != audit.GitHub && strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("a runner would take this for a command: %s", line)
		}
	}
	switch format {
	case audit.JSON:
		if err := checkSchema(t, compile(t, audit.ReportSchema, ""), string(text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	case audit.NDJSON:
		schema, lines := compile(t, audit.ReportSchema, "#/$defs/finding"), slices.Collect(strings.Lines(string(text)))
		for _, line := range lines {
			if err := checkSchema(t, schema, line); err != nil {
				t.Errorf("%v\n%s", err, line)
			}
		}
		if len(lines) != findings {
			t.Errorf("%d lines, want %d", len(lines), findings)
		}
	case audit.CSV:
		if _, err := csv.NewReader(bytes.NewReader(text)).ReadAll(); err != nil {
			t.Error(err)
		}
	}
}

// TestReport_KeepsAnErrorOfTheWriter: the caller gets the error of each single write.
func TestReport_KeepsAnErrorOfTheWriter(t *testing.T) {
	write := func(w io.Writer, format string) error {
		reporter, err := audit.NewReporter(w, audit.Format(format), audit.Style{})
		if err == nil {
			err = reporter.Write(&audit.Finding{State: audit.StateMissing, Missing: []string{"a", "b"}})
		}
		if err == nil {
			err = reporter.Close(&audit.Summary{})
		}
		return err
	}
	for _, format := range append(audit.Formats(), string(audit.Markdown)) {
		writes := &failingWriter{}
		if err := write(writes, format); err != nil || writes.count == 0 {
			t.Fatalf("%s: %d writes, %v", format, writes.count, err)
		}
		for n := 1; n <= writes.count; n++ {
			if err := write(&failingWriter{fails: n}, format); !errors.Is(err, io.ErrShortWrite) {
				t.Errorf("%s: write %d of %d fails, and the error is %v", format, n, writes.count, err)
			}
		}
	}
	if _, err := audit.NewReporter(io.Discard, "xml", audit.Style{}); err == nil || !strings.Contains(err.Error(), "table, json") {
		t.Errorf("unknown format: %v", err)
	}
}

// failingWriter fails in one of its writes.
type failingWriter struct{ count, fails int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.count++; w.count == w.fails {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// TestReport_StreamsWhatItCan: findings are written before the end of the run.
func TestReport_StreamsWhatItCan(t *testing.T) {
	for _, format := range []audit.Format{audit.CSV, audit.NDJSON, audit.GitHub} {
		var text bytes.Buffer
		reporter, err := audit.NewReporter(&text, format, audit.Style{})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"FIRST", "SECOND"} {
			if err := reporter.Write(&audit.Finding{TeamID: 1, ConnectorID: id, State: audit.StateMissing, Missing: []string{"a"}}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(text.String(), id) {
				t.Errorf("%s keeps %s back", format, id)
			}
		}
	}
}

// TestReport_PlacesOfAnnotations: GitHub needs paths relative to the root of the repository.
func TestReport_PlacesOfAnnotations(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.ToSlash(filepath.Join(filepath.Dir(here), "x.yaml"))
	tests := []struct {
		root, path string
		line       int
		want       string
	}{
		{"", "a, b/c:d%.yaml", 3, ",file=a%2C b/c%3Ad%25.yaml,line=3"},
		{"", "./a/../b.yaml", 1, ",file=b.yaml,line=1"},
		{"", filepath.Join(here, "a.yaml"), 0, ",file=a.yaml"},
		{filepath.Dir(here), "a.yaml", 3, ",file=" + filepath.Base(here) + "/a.yaml,line=3"},
		{filepath.Join(here, "sub"), "../x.yaml", 3, ",file=../x.yaml,line=3"},
		{here, outside, 3, ",file=" + strings.ReplaceAll(outside, ":", "%3A") + ",line=3"},
		{"", "", 0, ""},
	}
	for _, test := range tests {
		var text bytes.Buffer
		findings := func(yield func(*audit.Finding) bool) {
			yield(&audit.Finding{TeamID: 1, ConnectorID: "A", Environment: "one: two", Missing: []string{"z%"}, File: test.path, Line: test.line})
		}
		report(t, &text, audit.GitHub, audit.Style{Root: test.root}, findings)
		if want := "::error title=Secret missing" + test.want + "::connector A of team 1 (one: two) lacks z%25\n"; text.String() != want {
			t.Errorf("root %s, path %s: %s", test.root, test.path, text.String())
		}
	}
}

// TestReport_Table: there is a column of environments where there are some, and colour where it is wanted.
func TestReport_Table(t *testing.T) {
	ok := &audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateOK}
	empty := &audit.Finding{TeamID: 22, ConnectorID: "B", Environment: "one", State: audit.StateNotAsked,
		Environments: &audit.Matrix{ConnectorID: "B", Environments: []string{"one", "two"}}}
	one := &audit.Finding{TeamID: 1, ConnectorID: "C", Environment: "one", State: audit.StateMissing, Missing: []string{"a"}, Environments: &audit.Matrix{
		ConnectorID: "C", Environments: []string{"one", "two"},
		Secrets: []audit.MatrixRow{{Name: "a", States: map[string]string{"one": "missing", "two": "unknown"}}, {Name: "b", States: map[string]string{"one": "present", "two": "present"}}},
	}}
	tests := map[string]struct {
		colour   bool
		findings []*audit.Finding
		want     string
	}{
		"plain": {false, []*audit.Finding{ok}, "TEAM  CONNECTOR  STATE  DETAILS\n1     A          ok\n"},
		"no secrets anywhere": {false, []*audit.Finding{ok, empty}, "TEAM  CONNECTOR  ENVIRONMENT  STATE      DETAILS\n" +
			"1     A                       ok\n22    B          one          not_asked\n\nB  one  two\n(no secrets)\n"},
		"colour": {true, []*audit.Finding{one}, "TEAM  CONNECTOR  ENVIRONMENT  STATE    DETAILS\n1     C          one          \x1b[31mmissing\x1b[0m  a\n\n" +
			"C  one      two\na  \x1b[31mmissing\x1b[0m  \x1b[31munknown\x1b[0m\nb  \x1b[32mpresent\x1b[0m  \x1b[32mpresent\x1b[0m\n"},
	}
	for name, test := range tests {
		var text bytes.Buffer
		report(t, &text, audit.Table, audit.Style{Colour: test.colour}, func(yield func(*audit.Finding) bool) {
			for _, finding := range test.findings {
				yield(finding)
			}
		})
		if diff := cmp.Diff(test.want, text.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestReport_Markdown has a table only if somebody has to act. It says what it leaves out to stay below GitHub's limit, which
// rows of short names reach later than rows of long ones.
func TestReport_Markdown(t *testing.T) {
	tests := map[string]struct {
		findings int
		name     string
		least    int // bytes
		want     string
	}{
		"nothing to do": {0, "", 0, "1 not asked: interrupted\n\n"},
		"all fit":       {270, "a_name", 8_000, "| 1 | A |  | error | a_name |\n\n"},
		"short names":   {40_000, "a_name", 900_000, "\nLeft out, because GitHub shows at most 1 MiB: "},
		"long names":    {20_000, strings.Repeat("n_", 120), 900_000, " connectors with a problem. The output of the command has them all.\n\n"},
		"too long":      {2, strings.Repeat("-_", 200_000), 0, "at most 1 MiB: 2 connectors with a problem. The output of the command has them all.\n\n"},
	}
	for name, test := range tests {
		var text bytes.Buffer
		report(t, &text, audit.Markdown, audit.Style{}, func(yield func(*audit.Finding) bool) {
			for i := range test.findings {
				state := []audit.State{audit.StateMissing, audit.StateError}[i%2]
				yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: state, Missing: []string{test.name}})
			}
			yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateOK})
			yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateNotAsked, Reason: "interrupted"})
		})
		if got := text.String(); len(got) > 1<<20 || len(got) < test.least || !strings.Contains(got[max(0, len(got)-200):], test.want) || strings.Contains(got, "| team |") != (test.findings > 0) {
			t.Errorf("%s: %d bytes, which end with %s", name, len(got), got[max(0, len(got)-200):])
		}
	}
}

// TestReport_MarkdownEscapesMarkup, and an underscore only where it could be some.
func TestReport_MarkdownEscapesMarkup(t *testing.T) {
	var text bytes.Buffer
	report(t, &text, audit.Markdown, audit.Style{}, func(yield func(*audit.Finding) bool) {
		yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateMissing, Missing: []string{"client_id_2", "_em_", "a__b", "<b>|*`@x"}})
	})
	if want := "| missing | client_id_2, &#95;em&#95;, a&#95;&#95;b, &#60;b&#62;&#124;&#42;&#96;&#64;x |\n"; !strings.Contains(text.String(), want) {
		t.Errorf("%s, want %s", text.String(), want)
	}
}

// TestReport_JUnit: GitLab shows the text of a failure, other readers its message. Both have all that matters.
func TestReport_JUnit(t *testing.T) {
	var text bytes.Buffer
	report(t, &text, audit.JUnit, audit.Style{}, func(yield func(*audit.Finding) bool) {
		yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateMissing, File: "a.yaml", Line: 3,
			Required: []string{"Key", "b"}, Missing: []string{"Key", "b"}, OnlyElsewhere: []string{"c"}, NotRequired: []string{"key"}})
		yield(&audit.Finding{TeamID: 1, ConnectorID: "B", State: audit.StateNotAsked, Reason: "interrupted"})
		yield(&audit.Finding{TeamID: 1, ConnectorID: "C", State: audit.StateNothingToCompare})
	})
	type said struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	var got struct {
		Cases []struct {
			File    string `xml:"file,attr"`
			Line    int    `xml:"line,attr"`
			Failure said   `xml:"failure"`
			Skipped said   `xml:"skipped"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	failure := said{"missing: Key, b; only in other environments: c", "missing: Key, b\nonly in other environments: c\n" +
		"hint: connector A of team 1 lacks Key, but has key: they differ only in case, spaces, Unicode form or look-alike letters"}
	if first := got.Cases[0]; first.Failure != failure || first.File != "a.yaml" || first.Line != 3 {
		t.Errorf("%+v", first)
	}
	const nothing = "nothing to compare: name required secrets, a configuration with encrypted items, or a second environment that can be read"
	for i, want := range []string{"not asked: interrupted", nothing} {
		if skipped := got.Cases[i+1].Skipped; skipped.Message != want || skipped.Text != want {
			t.Errorf("%+v", skipped)
		}
	}
}

func report(t *testing.T, w *bytes.Buffer, format audit.Format, style audit.Style, findings func(func(*audit.Finding) bool)) *audit.Summary {
	t.Helper()
	reporter, err := audit.NewReporter(w, format, style)
	if err != nil {
		t.Fatal(err)
	}
	summary := &audit.Summary{}
	findings(func(finding *audit.Finding) bool {
		summary.Add(finding)
		if err := reporter.Write(finding); err != nil {
			t.Fatal(err)
		}
		return true
	})
	if err := reporter.Close(summary); err != nil {
		t.Fatal(err)
	}
	return summary
}

func newClient(t *testing.T, apiKey, baseURL string) *connectorsecrets.Client {
	t.Helper()
	client, err := connectorsecrets.New(connectorsecrets.APIKey(apiKey), connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry())
	if err != nil {
		t.Fatal(err)
	}
	return client
}
