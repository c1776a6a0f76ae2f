package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func written(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := write(cli.Command(), dir); err != nil {
		t.Fatal(err)
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

func TestWrite(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	files := written(t)
	want := []string{"man/connector-secrets.1"}
	for _, shell := range []string{"bash", "fish", "ps1", "zsh"} {
		want = append(want, "completions/connector-secrets."+shell)
	}
	for _, command := range cli.Command().Commands() {
		if command.IsAvailableCommand() {
			want = append(want, "man/connector-secrets-"+command.Name()+".1")
		}
	}
	for _, name := range want {
		if files[name] == "" {
			t.Errorf("%s is missing or empty", name)
		}
	}
	for name := range files {
		if !slices.Contains(want, name) && filepath.Ext(name) != ".1" {
			t.Errorf("%s is left over", name)
		}
	}
	if diff := cmp.Diff(files, written(t)); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
}
