//go:build gate

package lint_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const breakingDocument = "api/openapi.yaml"

// breakingRepository makes a repository with the files that the targets need, in one commit. The document is that of the
// working tree, which may differ from HEAD.
func breakingRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range []string{"Makefile", breakingDocument, "api/lint/oasdiff.sh", "api/lint/oasdiff-severity.txt"} {
		content, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	breakingGit(t, dir, "init", "--quiet", "--initial-branch=main")
	breakingGit(t, dir, "add", "--all")
	breakingGit(t, dir, "commit", "--quiet", "--message=x")
	return dir
}

func breakingGit(t *testing.T, dir string, args ...string) {
	t.Helper()
	args = append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)
	if status, stdout, stderr := breakingRun(t, dir, "git", args...); status != 0 {
		t.Fatalf("git %q: exit status %d\n%s%s", args, status, stdout, stderr)
	}
}

func breakingMake(t *testing.T, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return breakingRun(t, dir, "make", args...)
}

// breakingRun runs a command without the variables of an outer make or git hook, and without the machine's Git configuration.
func breakingRun(t *testing.T, dir, name string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return regexp.MustCompile(`^(GIT_|MAKE|MFLAGS|BASE=|SPEC=|OASDIFF)`).MatchString(variable)
	})
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestBreaking_Base(t *testing.T) {
	dir := breakingRepository(t)
	file := filepath.Join(dir, breakingDocument)
	read := func() []byte {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	write := func(document []byte) {
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	breakingEdit := func(name string) {
		t.Helper()
		text, err := baseEdits[name].apply(read())
		if err != nil {
			t.Fatal(err)
		}
		write([]byte(text))
	}
	check := func(wantStatus int, wantStdout, wantStderr string, args ...string) {
		t.Helper()
		status, stdout, stderr := breakingMake(t, dir, args...)
		if status != wantStatus || !strings.Contains(stdout, wantStdout) || !strings.Contains(stderr, wantStderr) {
			t.Errorf("make %q: exit status %d, want %d with %q and %q\n%s%s", args, status, wantStatus, wantStdout, wantStderr, stdout, stderr)
		}
	}

	check(0, "", "nothing compared: there is no tag yet, and api/openapi.yaml is as HEAD has it; name an older ref with BASE=<ref>\n", "breaking")
	original := read()
	breakingEdit("operation renamed")
	check(2, "[api-operation-id-removed]", "there is no tag yet: comparing with HEAD\n", "breaking")
	write(original)
	breakingGit(t, dir, "tag", "v1.0.0")
	breakingEdit("list made longer")
	breakingEdit("security scheme added")
	breakingGit(t, dir, "commit", "--quiet", "--all", "--message=x")
	check(2, "[response-property-max-items-increased]", "", "breaking")
	check(0, "no breaking change", "", "breaking", "BASE=HEAD")
	check(0, "[response-property-max-items-increased]", "", "changelog")

	breakingGit(t, dir, "branch", "feature/$(false)'\"")
	check(0, "no breaking change", "", "breaking", "BASE=feature/$(false)'\"")
	breakingGit(t, dir, "tag", "v1.1.0")
	check(0, "no change but in words in api/openapi.yaml since v1.1.0", "", "changelog")
	breakingEdit("description edited")
	check(0, "no change but in words in api/openapi.yaml since v1.1.0", "", "changelog")
	breakingEdit("open set edited")
	check(0, "Modified /0 from ", "", "changelog")
	check(2, "[response-property-max-items-increased]", "", "breaking", "BASE=v1.0.0")
	breakingEdit("security scheme moved")
	check(2, "warning\t[api-security-component-openid-connect-url-changed]", "", "breaking")
	breakingEdit("operation renamed")
	check(2, "[api-operation-id-removed]", "", "breaking")

	breakingGit(t, dir, "rm", "--quiet", "--force", "--cached", breakingDocument)
	breakingGit(t, dir, "commit", "--quiet", "--message=x")
	check(2, "", "BASE=HEAD has no api/openapi.yaml: name a ref that has it\n", "breaking", "BASE=HEAD")
	check(2, "", "none.yaml is no file: name an OpenAPI document with SPEC=<file>\n", "breaking", "SPEC=none.yaml")
}

func TestBreaking_BaseThatIsNotThere(t *testing.T) {
	origin := breakingRepository(t)
	breakingGit(t, origin, "tag", "v1.0.0")
	breakingGit(t, origin, "commit", "--quiet", "--allow-empty", "--message=x")
	shallow := filepath.Join(t.TempDir(), "clone")
	breakingGit(t, origin, "clone", "--quiet", "--depth=1", "--no-tags", "file://"+origin, shallow)

	const unshallow = "this clone is shallow, so run git fetch --tags --unshallow origin, or name "
	for _, test := range []struct{ name, dir, base, want string }{
		{"no such ref", origin, "release/9", "BASE=release/9 is no commit in this clone: run git fetch --tags origin, or name another ref"},
		{"an option", origin, "--output=planted", "BASE=--output=planted is no commit in this clone: run git fetch --tags origin, or name another ref"},
		{"an option with an answer", origin, "--since=now", "BASE=--since=now is no commit in this clone: run git fetch --tags origin, or name another ref"},
		{"a file", origin, "HEAD:api/openapi.yaml", "BASE=HEAD:api/openapi.yaml is no commit in this clone: run git fetch --tags origin, or name another ref"},
		{"for the shell", origin, "`touch planted`", "BASE=\\`touch\\ planted\\` is no commit in this clone: run git fetch --tags origin, or name another ref"},
		{"for make", origin, "$(shell touch planted)", `BASE=\$\(shell\ touch\ planted\) is no commit in this clone: run git fetch --tags origin, or name another ref`},
		{"shallow clone, a tag", shallow, "v1.0.0", "BASE=v1.0.0 is no commit in this clone: " + unshallow + "another ref"},
		{"shallow clone, the last tag", shallow, "", "no tag leads to HEAD in this clone: " + unshallow + "a ref with BASE=<ref>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, stdout, stderr := breakingMake(t, test.dir, "breaking", "BASE="+test.base)
			line, rest, _ := strings.Cut(stderr, "\n")
			if status != 2 || stdout != "" || line != test.want || !strings.HasPrefix(rest, "make: ") || strings.Count(rest, "\n") != 1 {
				t.Errorf("exit status %d, want the error %q\n%s%s", status, test.want, stdout, stderr)
			}
			if _, err := os.Lstat(filepath.Join(test.dir, "planted")); err == nil {
				t.Error("BASE was run")
			}
		})
	}
}

func TestBreaking_LeavesNoFiles(t *testing.T) {
	dir := breakingRepository(t)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, target := range []string{"breaking", "changelog"} {
		if status, stdout, stderr := breakingMake(t, dir, target); status != 0 {
			t.Errorf("make %s: exit status %d\n%s%s", target, status, stdout, stderr)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left in the folder for temporary files: %v, %v", left, err)
	}
	if _, stdout, _ := breakingRun(t, dir, "git", "status", "--porcelain"); stdout != "" {
		t.Errorf("left in the repository:\n%s", stdout)
	}
}

// TestBreaking_UploadsNothing: oasdiff's --open uploads the document, so nothing may use it.
func TestBreaking_UploadsNothing(t *testing.T) {
	for _, file := range []string{"Makefile", "api/lint/oasdiff.sh"} {
		content, err := os.ReadFile(filepath.Join("../..", file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "--open") {
			t.Errorf("%s passes --open", file)
		}
	}
}

// The file of the levels has no comments, so the reasons are in breaking.md.
func TestBreaking_EachLevelHasItsReason(t *testing.T) {
	levels, err := os.ReadFile("oasdiff-severity.txt")
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile("breaking.md")
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^|]*)` \\|").FindAllStringSubmatch(string(reasons), -1) {
		for pattern := range strings.SplitSeq(row[1], "` `") {
			patterns[pattern] = false
		}
	}
	lines := strings.Split(strings.TrimSuffix(string(levels), "\n"), "\n")
	if !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
		t.Error("the lines are not sorted, or one is there twice")
	}
	for _, line := range lines {
		id, raised := strings.CutSuffix(line, " err")
		found := false
		for pattern := range patterns {
			if match, err := path.Match(pattern, id); err == nil && match {
				patterns[pattern], found = true, true
			}
		}
		if !raised || !found {
			t.Errorf("%q is not raised to err, or breaking.md does not say why", line)
		}
	}
	for pattern, used := range patterns {
		if !used {
			t.Errorf("breaking.md gives a reason for %s, which is not in the file", pattern)
		}
	}
}
