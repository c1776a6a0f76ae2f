package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// shells makes folders for consumers that are shell scripts.
func shells(t *testing.T, consumers ...consumer) (root string, all []consumer) {
	t.Helper()
	root = t.TempDir()
	right, past := rightOutput(t, allCases(t)), rightOutput(t, allPastLimits(t))
	for _, c := range consumers {
		if err := os.MkdirAll(filepath.Join(root, c.folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{"right": right, "past": past, "pin": "generator=1.2.3\n"} {
			if err := os.WriteFile(filepath.Join(root, c.folder, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return root, consumers
}

func TestRun_Verdict(t *testing.T) {
	good := shell("good", []string{"sh"}, "true", "true", "true", "cat right")
	better := shell("better", []string{"sh"}, "true", "true", "true", "cat right")
	bad := shell("bad", []string{"sh"}, "true", "true", "true", "head -n 3 right")
	warns := shell("warns", []string{"sh"}, "true", "echo warning", "true", "cat right")
	skipped := shell("skipped", []string{"no-such-toolchain"}, "true", "true", "true", "cat right")
	// It passes only if its file has no responses.
	cheat := shell("cheat", []string{"sh"}, "true", "true", "true", `grep -q '"answer"' "$2" || cat right`)
	// One of the client form has more cases to pass than the others.
	strict := shell("strict", []string{"sh"}, "true", "true", "true", "cat right past")
	strict.clientForm = true
	lax := shell("lax", []string{"sh"}, "true", "true", "true", "cat right")
	lax.clientForm = true
	tests := []struct {
		name      string
		consumers []consumer
		all       bool
		want      string
	}{
		{"all pass", []consumer{good, better, cheat}, true, ""},
		{"one of the client form passes", []consumer{strict}, true, ""},
		{"one of the client form stops at the limits", []consumer{lax}, true, "failed: lax"},
		{"one fails", []consumer{good, bad, better}, false, "failed: bad"},
		{"two fail", []consumer{warns, bad}, false, "failed: warns, bad"},
		{"one is skipped", []consumer{good, skipped}, false, ""},
		{"one is skipped, and all are demanded", []consumer{good, skipped}, true, "failed: skipped"},
		{"all are skipped", []consumer{skipped}, false, "every consumer was skipped"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root, consumers := shells(t, test.consumers...)
			var output strings.Builder
			got := ""
			if err := run(context.Background(), &output, root, consumers, 2, test.all); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("error %q, want %q\n%s", got, test.want, &output)
			}
			// Each has its own row.
			if rows := strings.Count(output.String(), "\nShell "); rows != len(test.consumers) {
				t.Errorf("%d rows, want %d\n%s", rows, len(test.consumers), &output)
			}
		})
	}
}

func TestChoose(t *testing.T) {
	for prefix, want := range map[string]int{"": len(consumers), "python": 2, "rust-progenitor": 1} {
		if got, err := choose(consumers, prefix); err != nil || len(got) != want {
			t.Errorf("%q: %d consumers, want %d (%v)", prefix, len(got), want, err)
		}
	}
	if _, err := choose(consumers, "progenitor"); err == nil || !strings.Contains(err.Error(), `begins with "progenitor"`) {
		t.Errorf("nothing to choose: %v", err)
	}
}

// TestRun_TheProjectsOwnProgram runs on every machine; `make interop` does the same for the other clients.
func TestRun_TheProjectsOwnProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join(programs, "go-connectorsecrets")
	build.Env = append(os.Environ(), "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	cases := allCases(t)
	casesFile, err := writeCases(cases)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(casesFile) })
	output, err := exec.Command(program, sandbox.Start(t).URL, casesFile).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := judge(cases, output); got.passed != len(cases) || len(got.problems) > 0 {
		t.Errorf("%d of %d passed\n%s", got.passed, len(cases), strings.Join(got.problems, "\n"))
	}
}
