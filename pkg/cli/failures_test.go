package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

// TestCheck_UsedUpLimit: stderr has one line for all connectors that were not asked.
func TestCheck_UsedUpLimit(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "2760")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(envelope))
	}))
	defer server.Close()
	binary := build(t)
	var manifest strings.Builder
	manifest.WriteString("team_id: 1\nconnectors:\n")
	for i := range 20_000 {
		fmt.Fprintf(&manifest, "- {connector_identifier: C%d, require: [client_id]}\n", i)
	}
	command := exec.Command(binary, "check", "--manifest", "-", "--workers", "4")
	command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+planted, "SUPERMETRICS_BASE_URL="+server.URL)
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

// TestCheck_ManyFailures: stdout has all of them, stderr only the first.
func TestCheck_ManyFailures(t *testing.T) {
	setEnv(t, "fake-key", listing(t, nil))
	for _, command := range []string{"check", "list"} {
		args := []string{command, "--connectors-from", write(t, "list", numbered("1/c", 30)), "--rate", "0", "-o", "csv"}
		if command == "check" {
			args = append(args, "-r", "a")
		}
		got := run(args...)
		if got.code != 66 || strings.Count(got.stdout, "status 404") != 30 || strings.Count(got.stderr, "status 404") != 10 || !strings.Contains(got.stderr, "20 more connectors failed") {
			t.Errorf("%+v", got)
		}
	}
}

// TestCheck_OneFailureMore than stderr has is counted.
func TestCheck_OneFailureMore(t *testing.T) {
	setEnv(t, "fake-key", listing(t, nil))
	for n, want := range map[int]bool{10: false, 11: true} {
		got := run("list", "-f", write(t, "list", numbered("1/c", n)), "--rate", "0", "-o", "csv")
		if strings.Contains(got.stderr, "1 more connector") != want || strings.Count(got.stderr, "status 404") != 10 {
			t.Errorf("%d failures: %s", n, got.stderr)
		}
	}
}

// TestCheck_ErrorsOnATerminal stand in the table, and are not printed again.
func TestCheck_ErrorsOnATerminal(t *testing.T) {
	setEnv(t, "fake-key", serve(t, http.StatusForbidden, envelope))
	if got := onTerminal(t, process(t), "120", `"$BINARY" check 1/A -r a; test $? -eq 65`); strings.Count(got, "status 403") != 1 {
		t.Errorf("%q", got)
	}
}

// TestFailures_InterruptedAtTheEnd: the result is complete, and still the exit code tells of the interruption.
func TestFailures_InterruptedAtTheEnd(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}}))
	for _, args := range [][]string{{"list"}, {"check", "-r", "a"}} {
		ctx, cancel := context.WithCancel(t.Context())
		var stderr strings.Builder
		code := cli.Run(ctx, append(args, "1/A", "-o", "ndjson"), nil, writerFunc(cancel), &stderr)
		if code != 130 || !strings.HasPrefix(stderr.String(), "connector-secrets: interrupted\n") {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr.String())
		}
	}
}

// writerFunc is called with each write.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) { f(); return len(p), nil }
