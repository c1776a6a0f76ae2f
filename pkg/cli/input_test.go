package cli_test

import (
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
			got := runContext(t.Context(), test.stdin, append([]string{"check"}, test.args...)...)
			if got.code != test.code || !strings.Contains(got.stderr, test.stderr) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%+v, want exit code %d and %q", got, test.code, test.stderr)
			}
		})
	}
}

// TestInput_CanBeInterrupted: stdin never sends anything, and a pipe without a writer can't even be opened.
func TestInput_CanBeInterrupted(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skip("this system has no mkfifo:", err)
	}
	reader, writer := io.Pipe()
	defer writer.Close()
	for _, path := range []string{"-", fifo} {
		for _, args := range []string{"check 1/A --config", "check --manifest", "check -r a -f", "list -f", "list --seed", "sandbox --seed"} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			checkFailure(t, runReading(ctx, reader, append(strings.Fields(args), path)...), 130, "interrupted")
			cancel()
		}
	}
}
