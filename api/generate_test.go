package api_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// generate runs every go:generate line of the repository on a document, with the output in a temporary folder. It returns the
// paths of the generated files, relative to that folder and to the repository, and the generator's output if it failed.
func generate(t *testing.T, document string) (dir string, made []string, failure string) {
	t.Helper()
	source, err := os.ReadFile("../generate.go")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, directive := range regexp.MustCompile(`(?m)^//go:generate go (.+)$`).FindAllStringSubmatch(string(source), -1) {
		args := strings.Fields(directive[1])
		output := slices.Index(args, "-o") + 1
		if input := len(args) - 1; output == 0 || args[input] != "api/openapi.yaml" {
			t.Fatalf("generate.go: no -o, or not of the document: %s", directive[0])
		} else {
			args[input] = document
		}
		made = append(made, args[output])
		args[output] = filepath.Join(dir, args[output])
		if err := os.MkdirAll(filepath.Dir(args[output]), 0o700); err != nil {
			t.Fatal(err)
		}
		if out, err := goIn(t, "..", args...); err != nil {
			return dir, made, out
		}
	}
	return dir, made, ""
}

func goIn(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	command := exec.Command("go", args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), err
}

func TestGenerated_UpToDate(t *testing.T) {
	fresh, made, failure := generate(t, "api/openapi.yaml")
	if failure != "" {
		t.Fatal(failure)
	}
	for _, file := range made {
		if diff := cmp.Diff(lines(t, filepath.Join("..", file)), lines(t, filepath.Join(fresh, file))); diff != "" {
			t.Errorf("%s is stale, run `make generate` (-committed +fresh):\n%s", file, diff)
		}
	}
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(content), "\n")
}

// object is a part of the document.
type object = map[string]any

// changed writes a copy of the document with the objects of a YAML text merged in: lists grow, except those of required
// properties, values are replaced, and null removes.
func changed(t *testing.T, changes string) string {
	t.Helper()
	var document, more object
	if err := errors.Join(yaml.Load(api.Spec, &document), yaml.Load([]byte(changes), &more)); err != nil {
		t.Fatal(err)
	}
	merge(document, more)
	content, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// listPath returns the path of the operation that lists secrets.
func listPath(t *testing.T) string {
	t.Helper()
	for path, item := range load(t).Paths.Map() {
		if item.Get != nil && item.Get.OperationID == "listConnectorSecrets" {
			return path
		}
	}
	t.Fatal("there is no operation listConnectorSecrets")
	return ""
}

func merge(into, more object) {
	for name, value := range more {
		switch value := value.(type) {
		case object:
			if inner, ok := into[name].(object); ok {
				merge(inner, value)
				continue
			}
		case []any:
			if list, ok := into[name].([]any); ok && name != "required" && name != "servers" {
				into[name] = append(list, value...)
				continue
			}
		case nil:
			delete(into, name)
			continue
		}
		into[name] = more[name]
	}
}

// TestGenerate_AChangeNeedsNoHandEdit generates from copies of the document with changes. The result replaces the committed
// files. It must compile with the whole repository, and tests in testdata must find the changes in the client and the sandbox.
func TestGenerate_AChangeNeedsNoHandEdit(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for changes, tests := range map[string][]string{
		"changes.yaml": {"changes_test.go", "changes_internal_test.go"}, "openapi31.yaml": {"openapi31_test.go"},
	} {
		t.Run(changes, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata", changes))
			if err != nil {
				t.Fatal(err)
			}
			document := changed(t, strings.Replace(string(content), "LIST_PATH", listPath(t), 1))
			dir, made, failure := generate(t, document)
			if failure != "" {
				t.Fatal(failure)
			}
			replace := map[string]string{filepath.Join(root, "api", "openapi.yaml"): document}
			for _, file := range tests {
				replace[filepath.Join(root, "pkg", "connectorsecrets", "zz_"+file)] = filepath.Join(root, "api", "testdata", file)
			}
			for _, file := range made {
				replace[filepath.Join(root, file)] = filepath.Join(dir, file)
			}
			if content, err = json.Marshal(map[string]any{"Replace": replace}); err != nil {
				t.Fatal(err)
			}
			overlay := filepath.Join(t.TempDir(), "overlay.json")
			if err := os.WriteFile(overlay, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := goIn(t, root, "vet", "-overlay", overlay, "./..."); err != nil {
				t.Fatalf("does not compile: %s", out)
			}
			if out, err := goIn(t, root, "test", "-overlay", overlay, "-count=1", "-run", "^TestChanges_", "-v", "./pkg/connectorsecrets"); err != nil || !strings.Contains(out, "--- PASS") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestGenerate_StopsAtWhatNoTemplateCanHandle: the generator must fail, and not leave the error to the compiler or a user.
func TestGenerate_StopsAtWhatNoTemplateCanHandle(t *testing.T) {
	const secret, get = "components: {schemas: {ConnectorSecret: {properties: {odd: %s}}}}", "paths: {'LIST_PATH': {get: %s}}"
	property := func(schema string) string { return strings.Replace(secret, "%s", schema, 1) }
	operation := func(parts string) string {
		return strings.NewReplacer("LIST_PATH", listPath(t), "%s", parts).Replace(get)
	}
	for name, test := range map[string]struct{ changes, want string }{
		"anyOf":                      {property("{type: array, items: {anyOf: [{type: string}, {type: integer}]}}"), "it is oneOf or anyOf"},
		"cookie":                     {operation("{parameters: [{name: odd, in: cookie, required: true, schema: {type: string}}]}"), "no way to send the parameter odd"},
		"list":                       {operation("{parameters: [{name: odd, in: query, required: true, schema: {type: array, items: {type: string}}}]}"), "no way to send the parameter odd"},
		"multiple":                   {"components: {parameters: {TeamId: {schema: {multipleOf: 2}}}}", "of the parameter team_id"},
		"pattern":                    {"components: {parameters: {ConnectorIdentifier: {schema: {minLength: 3, pattern: '^(?!x)y'}}}}", "Go can't match the pattern ^(?!x)y"},
		"values":                     {property("{type: string, x-extensible-enum: [a-b, A.B]}"), "two values of odd have the same Go name: a-b and A.B"},
		"a name that may be null":    {property("null, secret_name: {nullable: true}"), "secret_name may be missing or null: people must decide"},
		"a list that may be missing": {"components: {schemas: {ConnectorSecretList: {required: [count]}}}", "secrets may be missing or null"},
		"two parts with one name":    {"components: {schemas: {ErrorDetail: {properties: {odd: {type: string}}}, ErrorMeta: {properties: {odd: {type: integer}}}}}", "ErrorDetail and ErrorMeta both have a property odd"},
		"two types":                  {"openapi: 3.1.0\n" + property("{type: [string, integer]}"), "property 'odd': error resolving primitive type"},
		"a server with a variable":   {"servers: [{url: 'https://{region}.example.com', variables: {region: {default: eu}}}]", "a constant for a server's URL with a {variable}"},
		"body":                       {operation("{requestBody: {content: {application/json: {schema: {type: object}}}}}"), "no way to send the body of listConnectorSecrets"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, failure := generate(t, changed(t, test.changes)); !strings.Contains(failure, test.want) {
				t.Errorf("%q does not contain %q", failure, test.want)
			}
		})
	}
}
