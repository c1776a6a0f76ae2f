package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file of testdata, in which request IDs are written as ID.
func golden(t *testing.T, file, text string) {
	t.Helper()
	text = regexp.MustCompile(`[A-Za-z0-9_-]{32}`).ReplaceAllString(text, "ID")
	path := filepath.Join("testdata", file)
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

var formats = []string{"table", "json", "csv", "github"}

// TestCheck_Golden shows a connector that is complete, one that lacks a secret, one that does not exist, and a manifest
// with all of that, in every format.
func TestCheck_Golden(t *testing.T) {
	setEnv(t, "", "")
	tests := []struct {
		name string
		args []string
		code int
	}{
		{"complete", []string{"--connector-identifier", "SEVERAL", "--require", "client_id", "--require", "client_secret"}, 0},
		{"missing", []string{"--connector-identifier", "T3S70", "--require", "client_id", "--require", "client_secret"}, 1},
		{"unknown", []string{"--connector-identifier", "NONE", "--require", "client_id"}, 66},
		{"config", []string{"--connector-identifier", "T3S70", "--config", "../connectorconfig/testdata/connector.json"}, 1},
		{"manifest", []string{"--manifest", "testdata/audit.yaml"}, 65},
	}
	for _, test := range tests {
		for _, format := range formats {
			t.Run(test.name+"/"+format, func(t *testing.T) {
				got := run(append([]string{"check", "--sandbox", "--output", format}, test.args...)...)
				if got.code != test.code {
					t.Errorf("exit code %d, want %d: %s", got.code, test.code, got.stderr)
				}
				if told := got.stderr != ""; told != (test.code > 1) {
					t.Errorf("stderr %q", got.stderr)
				}
				golden(t, "check-"+test.name+"."+format+".golden", got.stdout)
			})
		}
	}
}

// listing starts a server with connectors that have the given names of secrets; all others do not exist.
func listing(t *testing.T, connectors map[string][]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.Split(r.URL.Path, "/")
		names, ok := connectors[path[3]+"/"+path[6]]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		secrets := make([]string, len(names))
		for i, name := range names {
			secrets[i] = fmt.Sprintf(`{"secret_placeholder":"p%d","secret_name":%q}`, i, name)
		}
		_, _ = fmt.Fprintf(w, `{"count":%d,"secrets":[%s]}`, len(names), strings.Join(secrets, ","))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type reported struct {
	Complete   bool
	Summary    struct{ Asked, OK, Missing, Failed int }
	Connectors []struct {
		TeamID      int64    `json:"team_id"`
		ConnectorID string   `json:"connector_identifier"`
		Environment string   `json:"environment"`
		State       string   `json:"state"`
		Missing     []string `json:"missing"`
		Elsewhere   []string `json:"only_elsewhere"`
		NotRequired []string `json:"not_required"`
		Duplicate   []string `json:"duplicate"`
		Error       *struct {
			ExitCode int `json:"exit_code"`
		} `json:"error"`
	}
	Environments []struct {
		Secrets []struct {
			Name   string            `json:"secret_name"`
			States map[string]string `json:"states"`
		}
	}
}

// lines puts a report into a line for each connector.
func (r reported) lines() []string {
	var lines []string
	for _, c := range r.Connectors {
		lines = append(lines, fmt.Sprintf("%d/%s %s %q %q %q %q", c.TeamID, c.ConnectorID, c.State, c.Missing, c.Elsewhere, c.NotRequired, c.Duplicate))
	}
	return lines
}

func check(t *testing.T, code int, args ...string) reported {
	t.Helper()
	got := run(append([]string{"check", "--output", "json"}, args...)...)
	if got.code != code {
		t.Errorf("exit code %d, want %d: %s", got.code, code, got.stderr)
	}
	var report reported
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%v: %s%s", err, got.stdout, got.stderr)
	}
	return report
}

func TestCheck_SaysWhatIsMissingExtraAndDouble(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a", "b", "a", "c", "c", "c"}, "1/B": {}}))
	report := check(t, 1, "--team-id", "1", "--connector-identifier", "A", "--connector-identifier", "B", "--require", "a", "--require", "z", "--require", "a")
	want := []string{`1/A missing ["z"] [] ["b" "c"] ["a" "c"]`, `1/B missing ["a" "z"] [] [] []`}
	if diff := cmp.Diff(want, report.lines()); diff != "" || !report.Complete {
		t.Errorf("complete %v (-want +got):\n%s", report.Complete, diff)
	}
}

func TestCheck_RequireAndConfigTogether(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	config := write(t, "c.json", `{"secrets":{"items":[{"id":"a","source":"encrypted"},{"id":"b","source":"encrypted"},{"id":"c","source":"static"}]}}`)
	report := check(t, 1, "--team-id", "1", "--connector-identifier", "A", "--require", "z", "--config", config)
	if diff := cmp.Diff([]string{`1/A missing ["z" "b"] [] [] []`}, report.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	empty := write(t, "c.json", `{}`)
	if report := check(t, 0, "--team-id", "1", "--connector-identifier", "A", "--config", empty); report.Connectors[0].State != "ok" {
		t.Errorf("a configuration without secrets: %+v", report)
	}
}

// TestCheck_AnErrorOutranksMissing: a connector that could not be read is never counted as fine.
func TestCheck_AnErrorOutranksMissing(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}, "1/C": {"a"}}))
	report := check(t, 66, "--team-id", "1", "--connector-identifier", "A", "--connector-identifier", "B", "--connector-identifier", "C", "--require", "a")
	if s := report.Summary; s.Asked != 3 || s.OK != 1 || s.Missing != 1 || s.Failed != 1 || report.Connectors[1].Error.ExitCode != 66 {
		t.Errorf("%+v", report)
	}
}

func TestCheck_ComparesEnvironments(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{
		"1/A": {"a", "debug"}, "2/A": {"a"}, "1/B": {"a"}, "2/B": {"a"}, "1/C": {"a"},
	}))
	manifest := write(t, "audit.yaml", `
environments: {staging: 1, production: 2}
connectors:
  - connector_identifier: A
    require: [a, z]
  - connector_identifier: B
  - connector_identifier: C
  - connector_identifier: A
    team_id: 2
`)
	report := check(t, 66, "--manifest", manifest)
	want := []string{
		`1/A missing ["z"] [] ["debug"] []`, `2/A missing ["z"] ["debug"] [] []`,
		`1/B ok [] [] ["a"] []`, `2/B ok [] [] ["a"] []`,
		`1/C ok [] [] ["a"] []`, `2/C error [] [] [] []`,
		`2/A ok [] [] ["a"] []`,
	}
	if diff := cmp.Diff(want, report.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var cells []string
	for _, matrix := range report.Environments {
		for _, row := range matrix.Secrets {
			cells = append(cells, fmt.Sprintf("%s %s %s", row.Name, row.States["staging"], row.States["production"]))
		}
	}
	if diff := cmp.Diff([]string{"a present present", "z missing missing", "debug present missing", "a present present", "a present unknown"}, cells); diff != "" {
		t.Errorf("matrix (-want +got):\n%s", diff)
	}
}

// TestCheck_DriftAloneCounts: nobody requires the secret that only one environment has.
func TestCheck_DriftAloneCounts(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/A": {}}))
	manifest := write(t, "audit.yaml", "connectors:\n- connector_identifier: A\n  environments: {one: 1, two: 2}\n")
	if report := check(t, 1, "--manifest", manifest); report.Summary.Missing != 1 || report.Connectors[1].State != "missing" {
		t.Errorf("%+v", report)
	}
}

func TestCheck_FailFast(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "1/B": {}, "1/C": {"a"}}))
	args := []string{"check", "--team-id", "1", "--connector-identifier", "A", "--connector-identifier", "B", "--connector-identifier", "C",
		"--require", "a", "--fail-fast", "--workers", "1", "--output", "json"}
	got := run(args...)
	var report reported
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if got.code != 1 || report.Complete || len(report.Connectors) != 2 || !strings.Contains(got.stderr, "incomplete: 2 of 3 connectors done") {
		t.Errorf("%+v", got)
	}
	args[8] = "NONE" // in the place of C, which is not reached; A is complete
	args[6] = "NONE"
	if got := run(args...); got.code != 66 || !strings.Contains(got.stderr, "status 404") {
		t.Errorf("%+v", got)
	}
}

// TestCheck_Interrupted: what is known is printed, and it says that it is not all.
func TestCheck_Interrupted(t *testing.T) {
	for _, command := range []string{"check", "list"} {
		ctx, cancel := context.WithCancel(context.Background())
		var served atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if served.Add(1) == 3 {
				cancel()
				<-r.Context().Done()
				return
			}
			_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"known"}]}`))
		}))
		setEnv(t, "fake-key", server.URL)
		var list strings.Builder
		for i := range 100 {
			fmt.Fprintf(&list, "1/c%d\n", i)
		}
		args := []string{command, "--connectors-from", write(t, "list", list.String()), "--workers", "1", "--output", "csv"}
		if command == "check" {
			args = append(args, "--require", "known")
		}
		got := runContext(ctx, args...)
		server.Close()
		if got.code != 130 || strings.Count(got.stdout, "known") != 2 || !strings.Contains(got.stderr, "interrupted; incomplete: 2 of 100 connectors done") {
			t.Errorf("%s: %+v", command, got)
		}
	}
}

func TestCheck_Usage(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	good := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1}\n")
	one := []string{"--team-id", "1", "--connector-identifier", "A"}
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"nothing to check against", one, []string{"--require, --config or --manifest"}},
		{"empty name", append(one, "--require", ""), []string{"--require must not be empty"}},
		{"no connector", []string{"--team-id", "1", "--require", "a"}, []string{"--connector-identifier"}},
		{"no configuration", append(one, "--config", "none.json"), []string{"--config", "none.json", "no such file"}},
		{"bad configuration", append(one, "--config", write(t, "c.json", "{\n\"secrets\":[]}")), []string{"c.json, line 2, column 12", "must be an object"}},
		{"manifest and connector", append(one, "--manifest", good), []string{"--manifest", "leave out"}},
		{"manifest and names", []string{"--manifest", good, "--require", "a"}, []string{"leave out"}},
		{"no manifest", []string{"--manifest", "none.yaml"}, []string{"--manifest", "none.yaml"}},
		{"no list", append(one, "--require", "a", "--connectors-from", "none.txt"), []string{"--connectors-from", "none.txt"}},
		{"no workers", append(one, "--require", "a", "--workers", "0"), []string{"--workers must be from 1 to 1000"}},
		{"negative rate", append(one, "--require", "a", "--rate", "-1"), []string{"--rate must be"}},
		{"rate as a word", append(one, "--require", "a", "--rate", "fast"), []string{"--rate takes a number"}},
		{"rate that is none", append(one, "--require", "a", "--rate", "NaN"), []string{"--rate must be"}},
		{"unknown format", append(one, "--require", "a", "--output", "names"), []string{"table, json, csv, github"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkFailure(t, run(append([]string{"check"}, test.args...)...), 64, test.want...) })
	}
}

// TestCheck_OnATerminal runs the command with a terminal for its output: progress and colour are there then, and only
// then.
func TestCheck_OnATerminal(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil {
		t.Fatal("this test needs script, from util-linux:", err)
	}
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	setEnv(t, server.APIKey, server.URL)
	list := write(t, "list", strings.Repeat("936506/T3S70\n", 30))
	binary := build(t)
	terminal := func(environment string) string {
		command := exec.Command("script", "-qec", environment+` "$BINARY" check --connectors-from "$LIST" --require client_id --rate 60`, "/dev/null")
		command.Env = append(os.Environ(), "SHELL=/bin/sh", "BINARY="+binary, "LIST="+list)
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return string(output)
	}
	got := terminal("env -u NO_COLOR TERM=xterm")
	for _, part := range []string{"missing 0, failed 0", "/30", "connectors/s", "TEAM    CONNECTOR", "\x1b[32mok"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in %q", part, got)
		}
	}
	if plain := terminal("env NO_COLOR=1 TERM=xterm"); strings.Contains(plain, "\x1b[32m") {
		t.Errorf("coloured in spite of NO_COLOR: %q", plain)
	}
	if got := run("check", "--connectors-from", list, "--require", "client_id", "--rate", "60"); strings.Contains(got.stdout+got.stderr, "\x1b") || got.stderr != "" {
		t.Errorf("progress or colour without a terminal: %+v", got)
	}
}

func TestCheck_KeepsThePace(t *testing.T) {
	server := sandbox.Start(t, sandbox.WithRateLimit(200))
	setEnv(t, server.APIKey, server.URL)
	list := write(t, "list", strings.Repeat("936506/T3S70\n", 100))
	begin := time.Now()
	got := run("check", "--connectors-from", list, "--require", "client_id", "--rate", "200", "--output", "json")
	if took := time.Since(begin); got.code != 0 || took < 490*time.Millisecond {
		t.Errorf("exit code %d after %v, want 0 after half a second at least", got.code, took)
	}
}

// TestCheck_InterruptedKeepsWhatIsKnown: the first connector is slow, and those after it have been answered.
func TestCheck_InterruptedKeepsWhatIsKnown(t *testing.T) {
	for _, command := range []string{"check", "list"} {
		ctx, cancel := context.WithCancel(context.Background())
		var served atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/slow/") {
				<-r.Context().Done()
				return
			}
			_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"known"}]}`))
			if served.Add(1) == 10 {
				time.AfterFunc(500*time.Millisecond, cancel)
			}
		}))
		setEnv(t, "fake-key", server.URL)
		args := []string{command, "--connectors-from", write(t, "list", "1/slow\n"+strings.Repeat("1/fast\n", 10)), "--rate", "0", "--output", "csv"}
		if command == "check" {
			args = append(args, "--require", "known")
		}
		got := runContext(ctx, args...)
		server.Close()
		if got.code != 130 || strings.Count(got.stdout, "known") != 10 || !strings.Contains(got.stderr, "incomplete: 10 of 11 connectors done") {
			t.Errorf("%s: %+v", command, got)
		}
	}
}

// TestList_InterruptedAfterAFailure: the failure is told too, and the interruption decides.
func TestList_InterruptedAfterAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/NONE/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
	got := runContext(ctx, "list", "--connectors-from", write(t, "list", "1/NONE\n1/A\n1/B\n"), "--workers", "1", "--output", "names")
	if got.code != 130 || !strings.Contains(got.stderr, "connector NONE of team 1: status 404") || !strings.HasSuffix(got.stderr, "connector-secrets: interrupted; incomplete: 1 of 3 connectors done\n") {
		t.Errorf("%+v", got)
	}
}

// TestConnectorsFrom_StdinCanBeInterrupted: nothing ever comes from it.
func TestConnectorsFrom_StdinCanBeInterrupted(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	reader, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	var stdout, stderr strings.Builder
	if code := cli.Run(ctx, []string{"list", "--connectors-from", "-"}, reader, &stdout, &stderr); code != 130 || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}

// TestCheck_FailFastKnowsEnvironments: what only one environment has is a problem as soon as both are read.
func TestCheck_FailFastKnowsEnvironments(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/A": {}, "1/B": {}}))
	manifest := write(t, "audit.yaml", "connectors:\n- connector_identifier: A\n  environments: {one: 1, two: 2}\n- {connector_identifier: NONE, team_id: 1}\n")
	report := check(t, 1, "--manifest", manifest, "--fail-fast", "--workers", "1")
	if report.Complete || len(report.Connectors) != 2 || report.Summary.Missing != 1 {
		t.Errorf("%+v", report)
	}
}

// TestCheck_UnreachedEnvironmentsAreUnknown and not left out of the matrix.
func TestCheck_UnreachedEnvironmentsAreUnknown(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}, "2/A": {"a"}}))
	manifest := write(t, "audit.yaml", "connectors:\n- connector_identifier: A\n  environments: {one: 3, two: 1, three: 2}\n  require: [a]\n- connector_identifier: A\n  environments: {four: 2}\n")
	report := check(t, 66, "--manifest", manifest)
	if len(report.Environments) != 2 || report.Environments[0].Secrets[0].States["one"] != "unknown" {
		t.Errorf("%+v", report.Environments)
	}
}

// TestCheck_WarnsOfAConfigurationThatRequiresNothing: it may be another file.
func TestCheck_WarnsOfAConfigurationThatRequiresNothing(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	one := []string{"check", "--team-id", "1", "--connector-identifier", "A", "--output", "csv"}
	for content, want := range map[string]string{
		`{"name":"x"}`: `has no section "secrets"`,
		`{"secrets":{"items":[{"id":"a","source":"vault"}]}}`:                                               `the secret "a" has a source that is not known`,
		`{"secrets":{"items":[{"id":"a","source":"userInput"},{"id":"b","component":{}}]}}`:                 "",
		`{"secrets":{"items":[{"id":"a","source":"encrypted","value":"planted-credential"}]},"other":true}`: "",
	} {
		path := write(t, "package.json", content)
		got := run(append(one, "--config", path)...)
		if got.code != 0 || !strings.Contains(got.stderr, want) || (got.stderr == "") != (want == "") {
			t.Errorf("%s: %+v, want a warning %q", content, got, want)
		}
		manifest := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1, config: '"+path+"'}\n")
		if got := run("check", "--manifest", manifest); got.code != 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("manifest with %s: %+v", content, got)
		}
	}
}

// TestCheck_NamesThatCouldMislead: names are chosen by people, and by others than those who read the report.
func TestCheck_NamesThatCouldMislead(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"count":3,"secrets":[{"secret_placeholder":"p","secret_name":"client_id "},{"secret_placeholder":"q","secret_name":"x, y"},{"secret_placeholder":"r","secret_name":"a\u200b\u001b[31m%\n::error::"}]}`))
	}))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
	args := []string{"check", "--team-id", "1", "--connector-identifier", "A", "--require", "client_id", "--require", "a\xffb"}
	table := run(append(args, "--output", "table")...)
	for _, want := range []string{`missing  client_id, "a�b"` + "\n", `registered, not required: "client_id ", "x, y", "a\u200b\u001b[31m%\u000a::error::"` + "\n"} {
		if !strings.Contains(table.stdout, want) {
			t.Errorf("no %s in\n%s", want, table.stdout)
		}
	}
	github := run(append(args, "--output", "github")...)
	if strings.Count(github.stdout, "\n") != 5 || strings.Contains(github.stdout, "\x1b") || !strings.Contains(github.stdout, `a\u200b\u001b[31m%25\u000a::error::`) {
		t.Errorf("%s", github.stdout)
	}
}

func TestCheck_AnnotationsOfOddPlaces(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}}))
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("a, b", 0o700); err != nil {
		t.Fatal(err)
	}
	content := []byte("connectors:\n\n- connector_identifier: A\n  environments: {\"one: two\": 1}\n  require: [z]\n")
	if err := os.WriteFile("a, b/c:d%.yaml", content, 0o600); err != nil {
		t.Fatal(err)
	}
	want := "::error title=Secret missing,file=a%2C b/c%3Ad%25.yaml,line=3::connector A of team 1 (one: two) lacks the secret z\n"
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"a, b/c:d%.yaml", "./a, b/../a, b/c:d%.yaml", filepath.Join(here, "a, b", "c:d%.yaml")} {
		if got := run("check", "--manifest", path, "--output", "github"); got.stdout != want {
			t.Errorf("%s: %s%s", path, got.stdout, got.stderr)
		}
	}
}

// TestMain_PrintsNothingThatAServerSendsUnasked: net/http would quote it on stderr.
func TestMain_PrintsNothingThatAServerSendsUnasked(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"count\":0,\"secrets\":[]}You sent %s\r\n", request.Header.Get("Authorization"))
				time.Sleep(50 * time.Millisecond)
			}
			_ = conn.Close()
		}
	}()
	command := exec.Command(build(t), "list", "--team-id", "1", "--connectors-from", "-", "--rate", "10", "--workers", "1", "--output", "names")
	command.Stdin = strings.NewReader("A\nA\nA\n")
	command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+planted, "SUPERMETRICS_BASE_URL=http://"+listener.Addr().String())
	var stderr strings.Builder
	command.Stderr = &stderr
	if err := command.Run(); err != nil || stderr.Len() > 0 {
		t.Errorf("error %v, stderr %q", err, stderr.String())
	}
}
