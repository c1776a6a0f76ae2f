//go:build gate

package lint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestBreaking_EachEdit(t *testing.T) {
	dir := breakingRepository(t)
	finding := regexp.MustCompile(`(?m)^(?:error|warning)\t\[([a-z0-9-]+)\]`)
	for _, test := range breakingEdits {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := breakingMake(t, dir, "breaking", "BASE=HEAD", "SPEC="+edited(t, test.edit))
			var ids []string
			for _, match := range finding.FindAllStringSubmatch(stdout, -1) {
				ids = append(ids, match[1])
			}
			slices.Sort(ids)
			if got := strings.Join(slices.Compact(ids), " "); got != test.want || (status != 0) != (test.want != "") {
				t.Errorf("exit status %d, checks %q, want %q\n%s%s", status, got, test.want, stdout, stderr)
			}
		})
	}
}

// edited returns the path of an edited copy of the document.
func edited(t *testing.T, edit edit) string {
	t.Helper()
	document, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := edit.apply(document)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
