package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGenerated_UpToDate runs the repository's own go:generate line with another output file, and compares.
func TestGenerated_UpToDate(t *testing.T) {
	const output = "gen/secretsapi/secretsapi.gen.go"
	source, err := os.ReadFile("../generate.go")
	if err != nil {
		t.Fatal(err)
	}
	directive := regexp.MustCompile(`(?m)^//go:generate go run (\S+) (.+)$`).FindStringSubmatch(string(source))
	if directive == nil {
		t.Fatal("generate.go has no line that runs the generator")
	}

	args := append([]string{"run", directive[1]}, strings.Fields(directive[2])...)
	at := slices.Index(args, output)
	if at < 0 {
		t.Fatalf("generate.go does not write %s", output)
	}
	fresh := filepath.Join(t.TempDir(), "secretsapi.gen.go")
	args[at] = fresh
	command := exec.Command("go", args...)
	command.Dir = ".."
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	if diff := cmp.Diff(lines(t, filepath.Join("..", output)), lines(t, fresh)); diff != "" {
		t.Errorf("gen/ is stale, run `make generate` (-committed +fresh):\n%s", diff)
	}
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(content), "\n")
}
