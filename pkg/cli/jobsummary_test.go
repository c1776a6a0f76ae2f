package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheck_UnderGitHub: the job's summary gets a table, whatever the format of the report.
func TestCheck_UnderGitHub(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}}))
	path := write(t, "summary.md", "# Before\n")
	t.Setenv("GITHUB_STEP_SUMMARY", path)
	run("check", "1/A", "-r", "client_id")
	content, err := os.ReadFile(path)
	if want := "# Before\n### Connector secrets\n\nchecked 1: 0 ok, 1 lack 1 secrets, "; err != nil || !strings.HasPrefix(string(content), want) || !strings.Contains(string(content), "| 1 | A |") {
		t.Errorf("%s, error %v", content, err)
	}
	for _, path := range []string{filepath.Dir(path), "/dev/full"} {
		t.Setenv("GITHUB_STEP_SUMMARY", path)
		if got := run("check", "1/A", "-r", "client_id"); got.code != 1 || !strings.Contains(got.stderr, "warning: GITHUB_STEP_SUMMARY: ") {
			t.Errorf("a summary that can't be written to %s: %+v", path, got)
		}
	}
	config := write(t, "c.json", `{"secrets":{"items":[{"id":"b","source":"encrypted"}]}}`)
	if got := run("check", "1/A", "-c", config, "-o", "github"); got.code != 1 || !strings.Contains(got.stdout, ",file="+config) {
		t.Errorf("%+v", got)
	}
	if got := runContext(t.Context(), `{"secrets":{"items":[{"id":"b","source":"encrypted"}]}}`, "check", "1/A", "-c", "-", "-o", "github"); got.code != 1 || strings.Contains(got.stdout, "file=") {
		t.Errorf("%+v", got)
	}
	manifest := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1, require: [a]}\n")
	t.Setenv("GITHUB_WORKSPACE", filepath.Dir(filepath.Dir(manifest)))
	if got := run("check", "-m", manifest, "-o", "github"); !strings.Contains(got.stdout, ",file="+filepath.Base(filepath.Dir(manifest))+"/audit.yaml,") {
		t.Errorf("%+v", got)
	}
}
