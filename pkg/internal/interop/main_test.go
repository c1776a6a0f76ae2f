package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRun runs programs whose run.sh is a line of shell. Next to it are the output of a correct program, and what a correct one
// of the client form prints in addition.
func TestRun(t *testing.T) {
	good := "cat right"
	tests := []struct {
		name string
		// script is the second program's; the first one's is good.
		script     string
		clientForm bool
		tool       string
		all        bool
		want       string
	}{
		{name: "passes", script: good},
		{name: "is told the URL and the requests", script: `case $1 in http://127.0.0.1:*) grep -q team_id "$2" && cat right ;; esac`},
		{name: "passes past the limits", script: "cat right past", clientForm: true},
		{name: "stops at the limits", script: good, clientForm: true, want: "1 programs failed"},
		{name: "stops early", script: "head -n 3 right", want: "1 programs failed"},
		{name: "crashes at the end", script: "cat right; exit 3", want: "1 programs failed"},
		{name: "has a generator that warns", script: "echo '[main] WARN  o.o.codegen - lost' >&2; cat right", want: "1 programs failed"},
		{name: "lacks its toolchain", script: good, tool: "no-such-toolchain"},
		{name: "lacks its toolchain, and all must run", script: good, tool: "no-such-toolchain", all: true, want: "1 were skipped"},
	}
	cases := allCases(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for folder, script := range map[string]string{"first": good, "second": test.script} {
				write(t, filepath.Join(root, folder, "run.sh"), "#!/bin/sh\n"+script+"\n")
				write(t, filepath.Join(root, folder, "right"), rightOutput(t, cases))
				write(t, filepath.Join(root, folder, "past"), rightOutput(t, allPastLimits(t)))
			}
			second := program{folder: "second", clientForm: test.clientForm}
			if test.tool != "" {
				second.tools = []string{test.tool}
			}
			var output strings.Builder
			got := ""
			if err := run(&output, root, []program{{folder: "first"}, second}, test.all); err != nil {
				got = err.Error()
			}
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) || !strings.Contains(output.String(), "ok    first") {
				t.Errorf("error %q, want %q\n%s", got, test.want, &output)
			}
		})
	}
	if err := run(t.Output(), t.TempDir(), []program{{tools: []string{"no-such-toolchain"}}}, false); err == nil {
		t.Error("all are skipped, and that passes")
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o700); err != nil {
		t.Fatal(err)
	}
}

// TestPrograms_AreTheFolders: each folder is run.
func TestPrograms_AreTheFolders(t *testing.T) {
	scripts, err := filepath.Glob("../../../api/interop/*/run.sh")
	if err != nil || len(scripts) != len(programs) {
		t.Errorf("%q, %v: %d programs", scripts, err, len(programs))
	}
	for _, p := range programs {
		if !slices.Contains(scripts, "../../../api/interop/"+p.folder+"/run.sh") {
			t.Errorf("%s has no run.sh", p.folder)
		}
	}
}
