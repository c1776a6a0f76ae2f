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

var inBackticks = regexp.MustCompile("`([^`]+)`")

// rows returns the cells of the table below a heading, row by row.
func rows(t *testing.T, document, heading string) [][]string {
	t.Helper()
	_, section, ok := strings.Cut(document, "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][]string
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| ") {
			rows = append(rows, strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"))
		}
	}
	if !ok || len(rows) < 2 {
		t.Fatalf("there is no table below %q", heading)
	}
	return rows[1:]
}

func TestSecurity_EveryPromiseHasTests(t *testing.T) {
	for _, row := range rows(t, read(t, "SECURITY.md"), "What is promised") {
		names := inBackticks.FindAllStringSubmatch(row[1], -1)
		if len(names) < 2 {
			t.Errorf("no folder and tests for %q", row[0])
			continue
		}
		files, err := filepath.Glob(filepath.Join(root, names[0][1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		var source strings.Builder
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(content)
		}
		for _, name := range names[1:] {
			if !strings.Contains(source.String(), "\nfunc "+name[1]+"(t *testing.T)") {
				t.Errorf("%s has no test %s", names[0][1], name[1])
			}
		}
	}
}

// TestSecurity_KnowsTheClientsDependencies: somebody must review a new dependency or version, and then list it.
func TestSecurity_KnowsTheClientsDependencies(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "-f", "{{if .Module}}{{.Module.Path}} {{.Module.Version}} {{join .Imports \" \"}}{{end}}", "./pkg/connectorsecrets")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	var imports []string
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		if fields[0] == "github.com/connectorsecrets/connectorsecrets-go" {
			imports = append(imports, fields[1:]...)
		} else {
			versions[fields[0]] = fields[1]
		}
	}
	direct := map[string]string{}
	for module, version := range versions {
		if slices.ContainsFunc(imports, func(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }) {
			direct[module] = version
		}
	}
	for _, row := range rows(t, read(t, "SECURITY.md"), "Dependencies of the client") {
		module := strings.Trim(row[0], " `")
		if version := strings.TrimSpace(row[1]); direct[module] != version {
			t.Errorf("%s: version %s in SECURITY.md, %q in use", module, version, direct[module])
		}
		delete(direct, module)
	}
	if len(direct) > 0 {
		t.Errorf("not in SECURITY.md: %v", direct)
	}
}
