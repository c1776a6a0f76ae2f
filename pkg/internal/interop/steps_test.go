package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// programs is the folder with the programs in all languages.
var programs = filepath.Join("..", "..", "..", "api", "interop")

// tryShell runs a consumer whose commands are shell scripts. Its folder has a file with the correct output.
func tryShell(t *testing.T, tools []string, install, generate, compile, run string) result {
	t.Helper()
	root := t.TempDir()
	cases := allCases(t)
	if err := os.MkdirAll(filepath.Join(root, "shell"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"right": rightOutput(t, cases), "pin": "generator=1.2.3\n"} {
		if err := os.WriteFile(filepath.Join(root, "shell", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := bench{root: root, url: "http://127.0.0.1:0", cases: cases, progress: t.Logf}
	return b.try(context.Background(), shell("shell", tools, install, generate, compile, run))
}

// shell returns a consumer. Its step generate makes a file "client", unless the script removes it.
func shell(folder string, tools []string, install, generate, compile, run string) consumer {
	step := func(script string) [][]string { return [][]string{{"sh", "-c", script}} }
	return consumer{
		folder: folder, language: "Shell", generator: "generator", versionFile: "pin", versionPattern: `generator=(\S+)`,
		made: []string{"cli*", "built"}, tools: tools,
		install: step(install), generate: step("touch client; " + generate), compile: step(compile), run: []string{"sh", "-c", run, "shell"},
	}
}

func TestTry(t *testing.T) {
	total := len(allCases(t))
	tests := []struct {
		name, install, generate, compile, run string
		ok, generated, compiled               bool
		passed                                int
		problem                               string
	}{
		{"all right", "true", "true", "true", "cat right", true, true, true, total, ""},
		{"gets the URL and the cases", "true", "true", "true", `[ "$1" = http://127.0.0.1:0 ] && [ -s "$2" ] && cat right`, true, true, true, total, ""},
		{"install fails", "echo no network; false", "true", "true", "cat right", false, false, false, 0, "no network"},
		{"install fails once", "ls installed || { touch installed; false; }", "true", "true", "cat right", true, true, true, total, ""},
		{"generate fails", "true", "echo bad document >&2; false", "true", "cat right", false, false, false, 0, "bad document"},
		{"generate warns", "true", "echo '[main] WARN  o.o.c.u.ModelUtils - odd' >&2", "true", "cat right", false, true, true, total, ""},
		{"generate finds nothing", "true", "echo 'done: 0 warnings'", "true", "cat right", true, true, true, total, ""},
		{"generate makes nothing", "touch client", "rm client", "true", "cat right", false, false, false, 0, "there is no cli*"},
		{"compile makes nothing", "touch built", "true", "true", "cat built right", false, true, true, total, "built"},
		{"compile fails", "true", "true", "echo type error; false", "cat right", false, true, false, 0, "type error"},
		{"compile warns", "true", "true", "echo 'warning: unused import'", "cat right", false, true, false, 0, "unused import"},
		{"compile generates again", "true", "echo 'warning: odd'", "echo 'warning: odd'", "cat right", false, true, true, total, ""},
		{"run crashes at the end", "true", "true", "true", "cat right; echo segfault >&2; exit 3", false, true, true, total, "segfault"},
		{"run stops early", "true", "true", "true", "head -n 2 right", false, true, true, 2, "0 lines, want 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := tryShell(t, []string{"sh"}, test.install, test.generate, test.compile, test.run)
			if got.ok() != test.ok || got.generated != test.generated || got.compiled != test.compiled || got.passed != test.passed || got.version != "1.2.3" {
				t.Errorf("ok %t, generated %t, compiled %t, %d passed, version %s", got.ok(), got.generated, got.compiled, got.passed, got.version)
			}
			if (test.problem == "") != (got.problem == "") || !strings.Contains(got.problem, test.problem) {
				t.Errorf("problem %q, want %q", got.problem, test.problem)
			}
		})
	}
}

func TestTry_SkipsWithoutATool(t *testing.T) {
	got := tryShell(t, []string{"sh", "no-such-toolchain"}, "true", "true", "true", "cat right")
	if got.skipped != "no-such-toolchain is not on the PATH" || got.ok() || got.passed != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWarnings(t *testing.T) {
	c := consumer{harmless: "odd name"}
	for line, want := range map[string]bool{
		"warning: unused import":                            true,
		"[main] WARN  o.o.codegen - Failed":                 true,
		"\x1b[33mwarning\x1b[0m: unused":                    true,
		"main.py:3: DeprecationWarning: old":                true,
		"(node:1) ExperimentalWarning: new":                 true,
		"100 warnings generated":                            true,
		"warning: 0 warnings were expected":                 true,
		"\u26a0 the schema has no name":                     true,
		"this option is deprecated":                         true,
		"Found 0 warnings and 0 errors.":                    false,
		"done, no warnings":                                 false,
		"WARN odd name of a header":                         false,
		"generated 12 files":                                false,
		"No results with a severity of 'error' were found.": false,
	} {
		if got := len(c.warnings([]byte("before\n"+line+"\nafter\n"))) > 0; got != want {
			t.Errorf("%q: %t, want %t", line, got, want)
		}
	}
}

func TestEnvironment_HasNoColours(t *testing.T) {
	got := environment([]string{"PATH=/bin", "FORCE_COLOR=1", "CARGO_TERM_COLOR=always", "HTTP_PROXY=http://127.0.0.1:9"})
	for _, want := range []string{"PATH=/bin", "NO_COLOR=1", "NO_PROXY=127.0.0.1"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %q", want, got)
		}
	}
	for _, variable := range got {
		if strings.Contains(variable, "FORCE") || strings.HasPrefix(variable, "CARGO") {
			t.Errorf("%s has stayed", variable)
		}
	}
}

func TestReport(t *testing.T) {
	of := func(language string) consumer { return consumer{language: language, generator: "generator"} }
	var text strings.Builder
	err := report(&text, []result{
		{consumer: of("A"), version: "1", generated: true, compiled: true, cases: 2, passed: 2},
		{consumer: consumer{language: "A", generator: "generator", clientForm: true}, version: "2", generated: true, compiled: true, cases: 2, passed: 2},
		{consumer: of("B"), version: "3", generated: true, warnings: []string{"odd"}, compiled: true, cases: 2, passed: 2},
		{consumer: of("C"), version: "4", generated: true, cases: 2, problem: "compile: it does not"},
		{consumer: of("D"), version: "5", cases: 2, skipped: "d is not on the PATH"},
		{consumer: of("E"), version: "6", cases: 2, problem: "generate: it does not"},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(` {2,}`).ReplaceAllString(text.String(), "|")
	const want = `LANGUAGE|CLIENT|VERSION|FORM|NO WARNING|COMPILED|CASES PASSED
A|generator|1|full|yes|yes|2 of 2
A|generator|2|client|yes|yes|2 of 2
B|generator|3|full|no|yes|2 of 2
C|generator|4|full|yes|no|0 of 2
D|generator|5|full|skipped|skipped|skipped: d is not on the PATH
E|generator|6|full|not generated|not generated|0 of 2

2 of 6 clients, in 1 languages, passed every case; 3 failed, 1 skipped.
`
	if rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
}

// TestConsumers_AreOnesToCopy checks that each folder has what its README promises.
func TestConsumers_AreOnesToCopy(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(programs, "*", "README.md"))
	if err != nil || len(folders) != len(consumers) {
		t.Errorf("%d folders with a README, %d consumers (%v)", len(folders), len(consumers), err)
	}
	languages, generated := map[string]bool{}, 0
	for _, c := range consumers {
		version, err := c.version(programs)
		if err != nil || !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
			t.Errorf("%s: version %q, %v", c.folder, version, err)
		}
		if ignored, err := os.ReadFile(filepath.Join(programs, c.folder, ".gitignore")); err != nil || len(ignored) == 0 {
			t.Errorf("%s: what it generates is not ignored: %v", c.folder, err)
		}
		languages[c.language] = true
		if c.versionFile != "" {
			generated++
		}
	}
	if len(languages) < 7 || generated < 9 {
		t.Errorf("%d languages and %d generated clients, want at least 7 and 9", len(languages), generated)
	}
}
