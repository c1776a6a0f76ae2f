package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestWorkflows_GiveAwayLittle: actions are pinned by commit, because a tag can be moved. Permissions and variables are
// limited, because everything that runs in a job can use those of the job.
func TestWorkflows_GiveAwayLittle(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			if _, action, ok := strings.Cut(strings.TrimSpace(line), "uses: "); ok && !pinned.MatchString(action) {
				t.Errorf("%s: %q is not an action at a commit, with its version as a comment", file, action)
			}
		}
		var workflow struct {
			Permissions map[string]string `yaml:"permissions"`
			Env         map[string]string `yaml:"env"`
			Jobs        map[string]struct {
				Env   map[string]string `yaml:"env"`
				Steps []struct {
					Uses string         `yaml:"uses"`
					Run  string         `yaml:"run"`
					With map[string]any `yaml:"with"`
				} `yaml:"steps"`
			} `yaml:"jobs"`
		}
		if err := yaml.Load(content, &workflow); err != nil {
			t.Fatal(err)
		}
		for name, access := range workflow.Permissions {
			if name != "contents" || access != "read" {
				t.Errorf("%s: every job has %s: %s", file, name, access)
			}
		}
		if workflow.Permissions == nil || workflow.Env != nil {
			t.Errorf("%s: permissions are not set for all jobs, or variables are", file)
		}
		for name, job := range workflow.Jobs {
			if job.Env != nil {
				t.Errorf("%s, %s: give variables to the steps that need them", file, name)
			}
			for _, step := range job.Steps {
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s, %s: an expression becomes part of a script: pass it as a variable", file, name)
				}
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
					t.Errorf("%s, %s: the checkout leaves its token behind", file, name)
				}
			}
		}
	}
}
