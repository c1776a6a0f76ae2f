// Package house_test tests the files that are not Go code: the Makefile, the workflows and SECURITY.md.
package house_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// fakeGo replaces the go command. It prints its arguments, and installs copies of itself.
const fakeGo = `#!/bin/sh
printf '%s\n' "$@" "$GOTOOLCHAIN" "$BUNDLE" "$API_BASE" "$API_SPEC" >>"$SEEN"
case $1 in
  install) for program; do :; done; program=${program%@*}; cp "$0" "$GOBIN/${program##*/}" ;;
  test) echo FuzzX ;;
  env) echo go1.0 ;;
esac
`

// TestMake_RunsNothingThatACallerSets sets variables to a command, from the command line and from the environment. Neither
// make nor the shell may run it: the targets must pass the value on unchanged.
func TestMake_RunsNothingThatACallerSets(t *testing.T) {
	makefile := read(t, "Makefile")
	const planted = "$(shell touch planted)`touch planted`$$(touch planted)"
	targets := map[string]string{
		"BASE": "breaking", "SPEC": "lint-spec", "VENDOR_SPEC": "drift", "DIST": "dist", "VULNDB": "lint", "INTEROPFLAGS": "interop",
		"FUZZTIME": "fuzz", "BENCHTIME": "bench", "GO_RELEASES": "bench",
	}
	settable := strings.Fields(regexp.MustCompile(`(?m)^override SETTABLE := (.*)$`).FindStringSubmatch(makefile)[1])
	for _, optional := range regexp.MustCompile(`(?m)^(\w+) \?=`).FindAllStringSubmatch(makefile, -1) {
		if optional[1] != "GO" && !slices.Contains(settable, optional[1]) {
			t.Errorf("%s can be set, and is not in SETTABLE", optional[1])
		}
	}
	for _, name := range settable {
		for _, way := range []string{"command line", "environment"} {
			t.Run(name+" on the "+way, func(t *testing.T) {
				dir := t.TempDir()
				seen := filepath.Join(dir, "seen")
				for file, content := range map[string]string{
					"Makefile": makefile, "go": fakeGo, "seen": "", "bin/x": "", "pkg/internal/bench/x": "", ".ci/govulncheck": read(t, ".ci/govulncheck"),
					"api/lint/package-lock.json": "", "api/lint/.npmrc": "", "api/lint/lint-spec.sh": fakeGo, "api/lint/oasdiff.sh": fakeGo, "api/drift/drift.sh": fakeGo, "api/bundle.sh": fakeGo,
				} {
					write(t, filepath.Join(dir, file), content)
				}
				write(t, filepath.Join(dir, "api/lint/node_modules/.package-lock.json"), "") // newer than its sources
				command := exec.Command("make", targets[name], "GO="+filepath.Join(dir, "go"), "SEEN="+seen)
				command.Dir = dir
				command.Env = append(withoutMake(), "SEEN="+seen)
				if way == "environment" {
					command.Env = append(command.Env, name+"="+planted)
				} else {
					command.Args = append(command.Args, name+"="+planted)
				}
				output, err := command.CombinedOutput()
				if got, _ := os.ReadFile(seen); err != nil || !strings.Contains(string(got), "$(shell") {
					t.Errorf("%v: not handed on:\n%s\n%s", err, got, output)
				}
				for _, place := range []string{".", "pkg/internal/bench"} {
					if _, err := os.Stat(filepath.Join(dir, place, "planted")); err == nil {
						t.Errorf("it was run in %s", place)
					}
				}
			})
		}
	}
}

// withoutMake returns the environment without the variables of an outer make.
func withoutMake() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return regexp.MustCompile(`^(MAKE|MFLAGS|GOTOOLCHAIN)`).MatchString(variable)
	})
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
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
