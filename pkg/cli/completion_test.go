package cli_test

import (
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func TestRun_Completion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if got := run("completion", shell); got.code != 0 || !strings.Contains(got.stdout, "connector-secrets") {
			t.Errorf("%s: exit code %d, stderr %s", shell, got.code, got.stderr)
		}
	}
	if found, _, err := cli.Command().Find([]string{"completion", "bash"}); err != nil || found.Name() != "bash" {
		t.Errorf("Command() has no completion: %v", err)
	}
	if got := run("__complete", "list", "--output", ""); !strings.Contains(got.stdout, "table\njson\ncsv\nnames\nndjson\n") {
		t.Errorf("formats: %s", got.stdout)
	}
}

// TestRun_CompletionOfValues: files of the right kind, or no files, and no back-ticks.
func TestRun_CompletionOfValues(t *testing.T) {
	for words, want := range map[string]string{
		"check --manifest ": "yaml\nyml\njson\n:8", "check --config ": "json\n:8", "sandbox --seed ": "yaml\nyml\njson\n:8",
		"check --output ": "table\njson\ncsv\ngithub\nndjson\njunit\n:4", "spec --form ": "full\nclient\n:4", "list ": ":4", "check T3S70 ": ":4", "help l": "list\t",
	} {
		args := append([]string{"__complete"}, strings.Split(words, " ")...)
		if got := run(args...); got.code != 0 || !strings.HasPrefix(got.stdout, want) {
			t.Errorf("%s: %q, want %q", words, got.stdout, want)
		}
	}
	for _, command := range []string{"list", "check", "sandbox", "spec"} {
		if got := run("__complete", command, "--"); strings.Contains(got.stdout, "`") || !strings.Contains(got.stdout, "--help\t") {
			t.Errorf("%s: %s", command, got.stdout)
		}
	}
}
