package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// TestCheck_UsedUpLimit: stderr has one line for all connectors that were not asked.
func TestCheck_UsedUpLimit(t *testing.T) {
	var requests atomic.Int32
	url := handle(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "2760")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(envelope))
	})
	binary := build(t)
	var manifest strings.Builder
	manifest.WriteString("team_id: 1\nconnectors:\n")
	for i := range 20_000 {
		fmt.Fprintf(&manifest, "- {connector_identifier: C%d, require: [client_id]}\n", i)
	}
	command := exec.Command(binary, "check", "--manifest", "-", "--workers", "4", "-o", "json")
	command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+planted, "SUPERMETRICS_BASE_URL="+url)
	command.Stdin = strings.NewReader(manifest.String())
	var stdout, stderr strings.Builder
	command.Stderr = &stderr
	pipe, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var memory string // not from ProcessState, which begins with the memory of this process
	for chunk := make([]byte, 32<<10); err == nil; {
		var n int
		n, err = pipe.Read(chunk)
		stdout.Write(chunk[:n])
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", command.Process.Pid)); err == nil {
			if peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status); peak != nil {
				memory = string(peak[1])
			}
		}
	}
	_ = command.Wait() // the exit code is checked below
	if code := command.ProcessState.ExitCode(); code != 75 || strings.Count(stdout.String(), "not_asked\"") < 19_990 {
		t.Errorf("exit code %d", code)
	}
	if lines := strings.Count(stderr.String(), "\n"); lines > 10 || !strings.Contains(stderr.String(), " not asked: rate limit used up, try again in 46m\n") || strings.Count(stdout.String()+stderr.String(), id) > 12 {
		t.Errorf("%d lines:\n%s", lines, stderr.String())
	}
	if requests.Load() > 4 {
		t.Errorf("%d requests", requests.Load())
	}
	const bound = 100 << 10
	if peak, err := strconv.Atoi(memory); runtime.GOOS == "linux" && (err != nil || peak > bound) {
		t.Errorf("%s KiB of memory, want at most %d", memory, bound)
	}
}

// TestCheck_ErrorsOnATerminal stand in the table, and are not printed again.
func TestCheck_ErrorsOnATerminal(t *testing.T) {
	setEnv(t, "fake-key", serve(t, http.StatusForbidden, envelope))
	if got := onTerminal(t, process(t), "120", `"$BINARY" check 1/A -r a; test $? -eq 65`); strings.Count(got, "status 403") != 1 {
		t.Errorf("%q", got)
	}
}

// TestFailures_Many: stdout has all of them, stderr only the first.
func TestFailures_Many(t *testing.T) {
	setEnv(t, "fake-key", listing(t, nil))
	for _, command := range [][]string{{"list"}, {"check", "-r", "a"}} {
		for n, want := range map[int]string{10: "", 11: "1 more connectors failed", 30: "20 more connectors failed"} {
			got := run(append(command, "-f", write(t, "list", numbered("1/c", n)), "--rate", "0", "-o", "csv")...)
			if got.code != 66 || strings.Count(got.stdout, "status 404") != n || strings.Count(got.stderr, "status 404") != 10 ||
				!strings.Contains(got.stderr, want) || strings.Contains(got.stderr, "more connectors") != (want != "") {
				t.Errorf("%s, %d failures: %+v", command, n, got)
			}
		}
	}
}

// TestFailures_NothingAnswers: the rest is not asked, and the reason is printed once.
func TestFailures_NothingAnswers(t *testing.T) {
	setEnv(t, "fake-key", refused(t))
	got := run("check", "-r", "a", "-f", write(t, "list", numbered("1/c", 300)), "--no-retry", "--rate", "0", "--workers", "2", "-o", "csv")
	reason := regexp.MustCompile(`connector-secrets: 2\d\d not asked: none of the last \d+ connectors got a list: no response from the API: .*connection refused; check the network, the proxy settings and the base URL\nchecked 0: `)
	if got.code != 69 || strings.Count(got.stdout, "not_asked") < 270 || !reason.MatchString(got.stderr) || strings.Count(got.stderr, "\n") > 14 {
		t.Errorf("exit code %d, %s", got.code, got.stderr)
	}
}

// TestFailures_FailFast: the first problem stops the run, once all environments of its connector are read.
func TestFailures_FailFast(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "1/B": {}, "1/C": {"a"}, "2/A": {}}))
	manifest := write(t, "audit.yaml", "connectors:\n- connector_identifier: A\n  environments: {one: 1, two: 2}\n- {connector_identifier: C, team_id: 1, require: [a]}\n")
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"1/A", "1/B", "1/C", "-r", "a"}, 1, "checked 2: 1 ok, 1 lack 1 secrets, 0 failed, 1 not asked"},
		{[]string{"1/A", "1/NONE", "1/C", "-r", "a"}, 66, "checked 1: 1 ok, 0 lack 0 secrets, 1 failed, 1 not asked"},
		{[]string{"-m", manifest}, 1, "checked 2: 1 ok, 1 lack 1 secrets, 0 failed, 1 not asked"},
	} {
		got := run(append([]string{"check", "--fail-fast", "--workers", "1", "-o", "json"}, test.args...)...)
		if got.code != test.code || !strings.Contains(got.stderr, "1 not asked: stopped at the first problem, as --fail-fast asks\n"+test.want) || !strings.Contains(got.stdout, `"complete": false`) {
			t.Errorf("%v: %+v", test.args, got)
		}
	}
}
