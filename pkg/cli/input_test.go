package cli_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func runStdin(stdin string, args ...string) result {
	var stdout, stderr strings.Builder
	code := cli.Run(context.Background(), args, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// TestInput_Stdin: - is stdin for every flag that takes a file.
func TestInput_Stdin(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	tests := []struct {
		name, stdin string
		args        []string
		code        int
		stderr      string
	}{
		{"manifest", "connectors:\n- {connector_identifier: A, team_id: 1, require: [a]}\n", []string{"--manifest", "-"}, 0, "checked 1"},
		{"bad manifest", "connectors:\n- {connector_identifier: A}\n", []string{"--manifest", "-"}, 64, "stdin, line 2, connectors[0].team_id"},
		{"configuration", `{"secrets":{"items":[{"id":"a","source":"encrypted"}]}}`, []string{"1/A", "--config", "-"}, 0, "checked 1"},
		{"bad configuration", `{"secrets":[]}`, []string{"1/A", "--config", "-"}, 64, "--config: stdin, line 1, column"},
		{"connectors", "1/A\n", []string{"--connectors-from", "-", "-r", "a"}, 0, "checked 1"},
		{"bad connectors", "1/A\n1/\n", []string{"--connectors-from", "-", "-r", "a"}, 64, "stdin, line 2: invalid connector identifier"},
		{"two", "{}", []string{"--connectors-from", "-", "--config", "-"}, 64, "only one flag can be -"},
		{"as much as is allowed", "1/A\n" + strings.Repeat("\n", 16<<20-4), []string{"--connectors-from", "-", "-r", "a"}, 0, "checked 1"},
		{"too much", strings.Repeat("# \n", 6<<20), []string{"--connectors-from", "-", "-r", "a"}, 64, "--connectors-from: stdin: larger than 16 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := runStdin(test.stdin, append([]string{"check"}, test.args...)...)
			if got.code != test.code || !strings.Contains(got.stderr, test.stderr) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%+v, want exit code %d and %q", got, test.code, test.stderr)
			}
		})
	}
}

// TestInput_FIFOCanBeInterrupted: nobody writes to the pipe, so even opening it blocks.
func TestInput_FIFOCanBeInterrupted(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"1/A", "--config", path}, {"--manifest", path}, {"-f", path, "-r", "a"}} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		got := runContext(ctx, append([]string{"check"}, args...)...)
		cancel()
		checkFailure(t, got, 130, "interrupted")
	}
}

// TestConnectorsFrom_StdinCanBeInterrupted: stdin never sends anything.
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
