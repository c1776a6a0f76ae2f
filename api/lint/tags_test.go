//go:build gate

package lint_test

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestLint_SeesEveryFile: the linter skips files with a build tag that it does not know.
func TestLint_SeesEveryFile(t *testing.T) {
	root := filepath.Join("..", "..")
	data, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Run struct {
			Tags []string `yaml:"build-tags"`
		}
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	known := func(tag string) bool { return slices.Contains(config.Run.Tags, tag) || strings.HasPrefix(tag, "go1.") }
	onUnix := func(tag string) bool { return known(tag) || tag == "unix" } // a file can be for other systems

	files, err := run(t, nil, "git", "ls-files", "-co", "--exclude-standard", "--", "*.go")
	if err != nil {
		t.Fatalf("%v:\n%s", err, files)
	}
	constrained := 0
	for file := range strings.Lines(files) {
		file = strings.TrimSpace(file)
		if file == "tools.go" {
			continue // it imports programs, so it can't be built
		}
		source, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Error(err)
			continue
		}
		first, _, _ := strings.Cut(string(source), "\n")
		if !constraint.IsGoBuild(first) {
			continue
		}
		constrained++
		expression, err := constraint.Parse(first)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		} else if !expression.Eval(known) && !expression.Eval(onUnix) {
			t.Errorf("%s: the linter's build-tags %q leave it out: %s", file, config.Run.Tags, first)
		}
	}
	if constrained == 0 {
		t.Error("no file has a build tag: this test looks in the wrong place")
	}
}
