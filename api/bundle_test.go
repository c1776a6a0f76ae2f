package api_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// bundle runs `make dist` and returns its files by name.
func bundle(t *testing.T, environment ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "it's a bundle")
	command := exec.Command("make", "dist", "DIST="+dir)
	command.Dir = ".."
	command.Env = append(os.Environ(), environment...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("make dist: %v\n%s", err, output)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestBundle(t *testing.T) {
	files := bundle(t, "TZ=UTC", "LC_ALL=C")
	if diff := cmp.Diff(files, bundle(t, "TZ=Pacific/Auckland", "LC_ALL=C.UTF-8", "GOMAXPROCS=1")); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	want := map[string]string{"openapi.yaml": string(api.Spec)}
	for name, form := range map[string]func() ([]byte, error){
		"openapi.json": api.SpecJSON, "openapi.client.yaml": api.ClientSpec, "openapi.client.json": api.ClientSpecJSON,
	} {
		content, err := form()
		if err != nil {
			t.Fatal(err)
		}
		want[name] = string(content)
	}
	for _, name := range []string{"conformance/README.md", "conformance/cases.json", "conformance/cases.schema.json"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want[name] = string(content)
	}
	if page := files["reference.html"]; strings.HasPrefix(page, "<!DOCTYPE html>") {
		want["reference.html"] = page
	}
	sums := ""
	for name, content := range want {
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(content)), name)
	}
	inOrder := func(lines string) string { return strings.Join(slices.Sorted(strings.Lines(lines)), "") }
	want["SHA256SUMS"], files["SHA256SUMS"] = inOrder(sums), inOrder(files["SHA256SUMS"])
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBundle_TakesAFolderOfItsOwn: other files would have no checksum, and must not be removed.
func TestBundle_TakesAFolderOfItsOwn(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("make", "-C", "..", "dist", "DIST="+folder)
	if output, err := command.CombinedOutput(); err == nil || !strings.Contains(string(output), "there is something else in") {
		t.Errorf("%v:\n%s", err, output)
	}
}
