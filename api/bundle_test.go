package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// bundle runs `make dist` and returns its files by name.
func bundle(t *testing.T, environment ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "it's a $(bundle)")
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

func TestBundle_IsReproducible(t *testing.T) {
	first := bundle(t, "TZ=UTC", "LC_ALL=C")
	second := bundle(t, "TZ=Pacific/Auckland", "LC_ALL=C.UTF-8", "GOMAXPROCS=1")
	for name, content := range first {
		if second[name] != content {
			t.Errorf("%s is different the second time", name)
		}
	}
	if len(first) != len(second) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
}

func TestBundle_HoldsWhatItShould(t *testing.T) {
	files := bundle(t)
	asJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.ClientSpec()
	if err != nil {
		t.Fatal(err)
	}
	clientJSON, err := api.ClientSpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"openapi.yaml": string(api.Spec), "openapi.json": string(asJSON),
		"openapi.client.yaml": string(client), "openapi.client.json": string(clientJSON),
	}
	for _, name := range []string{"README.md", "cases.json", "cases.schema.json"} {
		content, err := os.ReadFile(filepath.Join("conformance", name))
		if err != nil {
			t.Fatal(err)
		}
		want["conformance/"+name] = string(content)
	}
	for name, content := range want {
		if diff := cmp.Diff(content, files[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if !strings.HasPrefix(files["reference.html"], "<!DOCTYPE html>") {
		t.Error("reference.html is not a page")
	}

	sums := map[string]string{}
	for line := range strings.Lines(files["SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = sum
	}
	delete(files, "SHA256SUMS")
	if len(sums) != len(files) || len(files) != len(want)+1 {
		t.Errorf("%d checksums for %d files, want %d", len(sums), len(files), len(want)+1)
	}
	for name, content := range files {
		if sum := sha256.Sum256([]byte(content)); sums[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: checksum %s, want %x", name, sums[name], sum)
		}
	}
}

// TestBundle_TakesAFolderOfItsOwn: other files would have no checksum, and must not be removed.
func TestBundle_TakesAFolderOfItsOwn(t *testing.T) {
	for name, want := range map[string]string{"": "needs a folder", t.TempDir(): "there is something else in"} {
		if name != "" {
			if err := os.WriteFile(filepath.Join(name, "mine"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		command := exec.Command("make", "dist", "DIST="+name)
		command.Dir = ".."
		if output, err := command.CombinedOutput(); err == nil || !strings.Contains(string(output), want) {
			t.Errorf("DIST=%s: %v, want %q in:\n%s", name, err, want, output)
		}
	}
}
