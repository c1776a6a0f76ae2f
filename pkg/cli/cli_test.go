package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const planted = "planted-credential"

// runsCommand is the variable that makes the test binary the command.
const runsCommand = "TEST_RUNS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(runsCommand) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// setEnv sets the variables for a test. An empty value means that the variable is not set.
func setEnv(t *testing.T, apiKey, baseURL string) {
	t.Helper()
	for name, value := range map[string]string{
		"SUPERMETRICS_API_KEY": apiKey, "SUPERMETRICS_BEARER_TOKEN": "",
		"SUPERMETRICS_TEAM_ID": "", "SUPERMETRICS_BASE_URL": baseURL,
		"GITHUB_WORKSPACE": "", "GITHUB_STEP_SUMMARY": "",
	} {
		t.Setenv(name, value)
	}
}

type result struct {
	code           int
	stdout, stderr string
}

func run(args ...string) result { return runContext(context.Background(), "", args...) }

func runContext(ctx context.Context, stdin string, args ...string) result {
	return runReading(ctx, strings.NewReader(stdin), args...)
}

func runReading(ctx context.Context, stdin io.Reader, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, args, stdin, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// checkFailure checks the rules for a failure: nothing on stdout, one line on stderr, no credential in either.
func checkFailure(t *testing.T, got result, code int, parts ...string) {
	t.Helper()
	if got.code != code {
		t.Errorf("exit code %d, want %d", got.code, code)
	}
	if got.stdout != "" {
		t.Errorf("stdout %q, want nothing", got.stdout)
	}
	if !strings.HasPrefix(got.stderr, "connector-secrets: ") || strings.Count(got.stderr, "\n") != 1 || !strings.HasSuffix(got.stderr, "\n") {
		t.Errorf("stderr %q, want one line with the program's name", got.stderr)
	}
	for _, part := range parts {
		if !strings.Contains(got.stderr, part) {
			t.Errorf("stderr %q does not contain %q", got.stderr, part)
		}
	}
	if strings.Contains(got.stderr, planted) || strings.Contains(got.stderr, "goroutine") {
		t.Errorf("stderr %q holds a credential or a stack trace", got.stderr)
	}
}

func TestRun_Usage(t *testing.T) {
	setEnv(t, "fake-key", "")
	dir := t.TempDir()
	malformed := write(t, "seed.yaml", "teams:\n- team_idd: 1\n")
	list := func(args ...string) []string { return append([]string{"list"}, args...) }
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"unknown command", []string{"frobnicate"}, []string{"unknown command", "--help"}},
		{"misspelt command", []string{"lst"}, []string{`did you mean "list"?`}},
		{"command that is like no other", []string{"lisabc"}, []string{`unknown command; "connector-secrets --help" lists them all`}},
		{"flag that is like no other", list("--worabs"), []string{`unknown flag; see "connector-secrets list --help"`}},
		{"misspelt command with a flag", []string{"chekc", "T3S70", "--sandbox"}, []string{`unknown command; did you mean "check"?`}},
		{"credential for a command", []string{planted}, []string{"unknown command"}},
		{"unknown flag", list("--" + planted), []string{"unknown flag", "list --help"}},
		{"misspelt flag", list("--tiemout", "5s"), []string{"did you mean --timeout?"}},
		{"misspelt flag of check", []string{"check", "--requir", "x"}, []string{"did you mean --require?"}},
		{"unknown short flag", list("-k" + planted), []string{"unknown flag -k"}},
		{"credential as a flag", list("--api-key", planted), []string{"set SUPERMETRICS_API_KEY or SUPERMETRICS_BEARER_TOKEN"}},
		{"credential as a flag with =", list("--api-key=" + planted), []string{"set SUPERMETRICS_API_KEY"}},
		{"credential as a flag in another spelling", list("--apiKey=" + planted), []string{"no flag takes a credential"}},
		{"credential as a flag named for the vendor", list("--supermetrics-api-key", planted), []string{"no flag takes a credential"}},
		{"credential as a header", list("-H", "Authorization: Bearer "+planted), []string{"no flag takes a credential"}},
		{"secret for a name", []string{"check", "--secret", planted}, []string{"did you mean --require?"}},
		{"manifest as an argument", []string{"check", "my.yaml"}, []string{"my.yaml looks like a file: give --manifest my.yaml"}},
		{"file as one of the connectors", list("1/A", "dir/my-2.json"), []string{"connector 2 of 2: dir/my-2.json looks like a file: check takes it"}},
		{"something with the end of a file", []string{"check", planted + "?.yaml"}, []string{"check against what?"}},
		{"argument that is no connector", list("--team-id", "1", "A", planted+"!"), []string{"connector 2 of 2: invalid connector identifier"}},
		{"argument of completion", []string{"completion", "bash", planted}, []string{"bash takes no arguments"}},
		{"unknown topic", []string{"help", planted}, []string{"unknown command"}},
		{"misspelt topic", []string{"help", "lst"}, []string{`did you mean "list"?`}},
		{"flag without its value", list("--team-id"), []string{": --team-id needs a value"}},
		{"short flag without its value", list("-o"), []string{": -o needs a value"}},
		{"short flags without a value", list("-vt"), []string{": -t needs a value"}},
		{"no team", list("--connector-identifier", "T3S70"), []string{"--team-id", "SUPERMETRICS_TEAM_ID"}},
		{"no connector", list("--team-id", "936506"), []string{"--connector-identifier"}},
		{"team as a word", list("--team-id", planted), []string{"--team-id must be the number of a team"}},
		{"team 0", list("--team-id", "0", "--connector-identifier", "T3S70"), []string{"--team-id must be the number of a team"}},
		{"team over 64 bits", list("--team-id", "9223372036854775808"), []string{"--team-id must be the number of a team"}},
		{"connector with a slash", list("--team-id", "1", "--connector-identifier", "a/"+planted), []string{"--connector-identifier takes an identifier alone", "team/identifier as an argument"}},
		{"connector with two slashes", list("1/A/" + planted), []string{"identifier or team/identifier, with no other /"}},
		{"connector with a space", list("-t", "1", "A B"), []string{"character 2 is a space; several connectors are several arguments"}},
		{"format as a flag", list("--json"), []string{"unknown flag; did you mean --output json (-o json)?"}},
		{"format as a flag of check", []string{"check", "--junit"}, []string{"did you mean --output junit (-o junit)?"}},
		{"format of another command", list("--junit"), []string{`unknown flag; see "connector-secrets list --help"`}},
		{"flag of another tool", list("--format", "json"), []string{"did you mean --output?"}},
		{"seed that is none", list("--seed", malformed), []string{"seed.yaml", "line 2", "team_idd"}},
		{"empty seed", []string{"check", "--seed", "", "T3S70", "-r", "a"}, []string{"--seed must not be empty"}},
		{"parent directory", list("--team-id", "1", "--connector-identifier", ".."), []string{"connector identifier"}},
		{"empty team", list("--sandbox", "--team-id", ""), []string{"--team-id", "must not be empty"}},
		{"empty connector", list("--sandbox", "--connector-identifier", ""), []string{"connector identifier: must not be empty"}},
		{"empty seed file", []string{"sandbox", "--seed", ""}, []string{"seed file"}},
		{"unknown format", list("--team-id", "1", "--connector-identifier", "a", "--output", "xml"), []string{"--output", "table, json, csv, names"}},
		{"timeout without a unit", list("--timeout", "5"), []string{"--timeout", "30s"}},
		{"negative timeout", list("--team-id", "1", "--connector-identifier", "a", "--timeout", "-5s"), []string{"--timeout must not be negative"}},
		{"switch with a value", list("--verbose=maybe"), []string{"--verbose takes"}},
		{"unknown format of the document", []string{"spec", "--output", "toml"}, []string{"--output", "yaml, json, html"}},
		{"argument of version", []string{"version", "x"}, []string{"version takes no arguments"}},
		{"unknown shell", []string{"completion", "tcsh"}, []string{"completion --help"}},
		{"no seed file", []string{"sandbox", "--seed", filepath.Join(dir, "none.yaml")}, []string{"none.yaml", "no such file"}},
		{"folder for a seed file", []string{"sandbox", "--seed", dir}, []string{dir, "directory"}},
		{"malformed seed file", []string{"sandbox", "--seed", malformed}, []string{"seed.yaml", "line 2: teams[0]", "team_idd"}},
		{"rate limit too high", []string{"sandbox", "--rate-limit", "9999999999"}, []string{"--rate-limit", "X-RateLimit-Limit"}},
		{"rate limit as a word", []string{"sandbox", "--rate-limit", "many"}, []string{"--rate-limit takes a whole number"}},
		{"address without a port", []string{"sandbox", "--addr", "127.0.0.1"}, []string{"missing port", "--addr", "127.0.0.1:8080"}},
		{"port that is none", []string{"sandbox", "--addr", "127.0.0.1:http-x"}, []string{"--addr"}},
		{"address of another machine", []string{"sandbox", "--addr", "192.0.2.1:8080"}, []string{"--addr"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkFailure(t, run(test.args...), 64, test.want...) })
	}
}

func TestRun_BadEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		apiKey, baseURL, teamID string
		code                    int
		want                    []string
	}{
		"no credential":                 {"", "", "1", 65, []string{"connector-secrets: invalid credential", "set SUPERMETRICS_API_KEY", "SUPERMETRICS_BEARER_TOKEN"}},
		"credential that can't be sent": {planted + "\n" + planted, "", "1", 65, []string{"SUPERMETRICS_API_KEY"}},
		"base URL without a scheme":     {"fake-key", "localhost:8080", "1", 64, []string{"SUPERMETRICS_BASE_URL", "base URL"}},
		"base URL with a password":      {"fake-key", "https://user:" + planted + "@example.com", "1", 64, []string{"SUPERMETRICS_BASE_URL", "base URL", "use SUPERMETRICS_API_KEY"}},
		"base URL in clear text":        {"fake-key", "http://example.com", "1", 64, []string{"SUPERMETRICS_BASE_URL", "https://"}},
		"team":                          {"fake-key", "", "mine", 64, []string{"SUPERMETRICS_TEAM_ID must be the number of a team"}},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.apiKey, test.baseURL)
			t.Setenv("SUPERMETRICS_TEAM_ID", test.teamID)
			checkFailure(t, run("list", "a"), test.code, test.want...)
		})
	}
}

func TestRun_Help(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}, {"list", "--help"}, {"sandbox", "-h"}, {"spec", "--help"}, {"version", "--help"}, {"help", "list"}, {"completion"}} {
		got := run(args...)
		if got.code != 0 || got.stderr != "" || !strings.Contains(got.stdout, "Usage:\n  connector-secrets") {
			t.Errorf("%v: %+v", args, got)
		}
	}
	if got, want := run("help", "list"), run("list", "--help"); got != want {
		t.Errorf("help list: %+v, list --help: %+v", got, want)
	}
}

func TestRun_Version(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if got := run(args...); got.code != 0 || !strings.Contains(got.stdout, connectorsecrets.Version) {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

// handle starts a server, and returns its URL.
func handle(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// serve starts a server that always sends the same response.
func serve(t *testing.T, status int, body string, headers ...string) string {
	t.Helper()
	return handle(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

// process returns a program that is the command, for tests that start it as a process: the test binary itself, see [TestMain].
func process(t *testing.T) string {
	t.Helper()
	t.Setenv(runsCommand, "1")
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// build compiles the command, for tests that measure it.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "connector-secrets")
	command := exec.Command("go", "build", "-o", binary, "../cmd/connector-secrets")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return binary
}

// TestMain_PrintsNothingThatAServerSendsUnasked: net/http would quote on stderr what a server sends without a request.
func TestMain_PrintsNothingThatAServerSendsUnasked(t *testing.T) {
	url := handle(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"count\":0,\"secrets\":[]}You sent %s\r\n", r.Header.Get("Authorization"))
		time.Sleep(50 * time.Millisecond)
		_ = conn.Close()
	})
	command := exec.Command(process(t), "list", "--team-id", "1", "--connectors-from", "-", "--rate", "10", "--workers", "1", "--output", "names")
	command.Stdin = strings.NewReader("A\nB\nC\n")
	command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+planted, "SUPERMETRICS_BASE_URL="+url)
	var stderr strings.Builder
	command.Stderr = &stderr
	if err := command.Run(); err != nil || stderr.Len() > 0 {
		t.Errorf("error %v, stderr %q", err, stderr.String())
	}
}

func TestMain_IsRun(t *testing.T) {
	setEnv(t, "", "")
	var stdout, stderr strings.Builder
	if code := cli.Main([]string{"list", "--sandbox", "--output", "names"}, nil, &stdout, &stderr); code != 0 || stdout.String() != "client_id\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}
