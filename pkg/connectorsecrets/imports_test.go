package connectorsecrets_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/connectorsecrets/connectorsecrets-go"

// goCommand runs a go command and returns its output.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

// outsideModule makes a module with the given main.go, which imports this module by a replace directive.
func outsideModule(t *testing.T, source string) string {
	t.Helper()
	root, _ := filepath.Abs("../..")
	sums, _ := os.ReadFile("../../go.sum")
	requires := "require " + module + " v0.0.0\nreplace " + module + " => " + strconv.Quote(root) + "\n"
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/importer\ngo 1.26.0\n" + requires, "go.sum": string(sums), "main.go": source,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestImporter_GetsAHandfulOfModules counts the modules that an importer of the client requires, this one included.
func TestImporter_GetsAHandfulOfModules(t *testing.T) {
	dir := outsideModule(t, `package main

import "`+module+`/pkg/connectorsecrets"

func main() { _, _ = connectorsecrets.New(connectorsecrets.CredentialFromEnv()) }
`)
	goCommand(t, dir, "build", "-o", os.DevNull, ".")
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v`).FindAllStringSubmatch(string(content), -1)
	if len(required) > 5 || len(required) < 2 {
		t.Errorf("%d modules, want at most 5:\n%s", len(required), content)
	}
	for _, match := range required {
		if strings.Contains(match[1], "kin-openapi") || strings.Contains(match[1], "cobra") {
			t.Errorf("%s is required", match[1])
		}
	}
}

func TestImports_OneWay(t *testing.T) {
	forbidden := map[string][]string{
		"gen/secretsapi":          {"/pkg/connectorsecrets", "/pkg/sandbox", "/pkg/cli", "getkin/kin-openapi"},
		"pkg/internal/strictjson": {module + "/gen"},
		"pkg/internal/operation":  {module + "/gen"},
		"pkg/connectorsecrets": {
			"getkin/kin-openapi", "spf13/", "/pkg/sandbox", "/pkg/audit", "/pkg/cli", "/pkg/connectorconfig", module + "/api", "yaml",
		},
		"pkg/audit":   {"/pkg/sandbox", "/pkg/cli", "getkin/kin-openapi", "spf13/", "golang.org/x/term"},
		"pkg/sandbox": {"/pkg/audit", "/pkg/cli", "/pkg/connectorsecrets", "spf13/"},
	}
	for dir, forbidden := range forbidden {
		imports := strings.Fields(goCommand(t, "../..", "list", "-deps", "./"+dir))
		if !slices.Contains(imports, module+"/"+dir) {
			t.Errorf("%s is not among its own dependencies: %v", dir, imports)
		}
		for _, path := range imports {
			for _, part := range forbidden {
				if strings.Contains(path, part) {
					t.Errorf("%s imports %s", dir, path)
				}
			}
		}
	}
}

// TestREADME_SnippetsCompile builds every Go snippet in a function of its own. The function declares what the text around
// the snippet assumes.
func TestREADME_SnippetsCompile(t *testing.T) {
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(content), -1)
	if len(snippets) < 2 {
		t.Fatalf("%d snippets, want at least 2", len(snippets))
	}
	var source strings.Builder
	source.WriteString(`package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"` + module + `/pkg/connectorsecrets"
	"` + module + `/pkg/sandbox"
)

var (
	_ = errors.Is
	_ = fmt.Sprint
	_ = os.Getenv
	_ = sandbox.Start
)

func main() {}
`)
	for i, snippet := range snippets {
		const function = "func snippet%d(ctx context.Context, t *testing.T, client *connectorsecrets.Client) error {\n" +
			"{\n%s\n_, _ = client, err\n}\nreturn nil\n}\n"
		fmt.Fprintf(&source, function, i, snippet[1])
	}
	goCommand(t, outsideModule(t, source.String()), "vet", ".")
}
