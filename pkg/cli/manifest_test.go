package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// manifestSchema is what the command prints.
func manifestSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	got := run("check", "--manifest-schema")
	if got.code != 0 || got.stderr != "" {
		t.Fatalf("%+v", got)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(got.stdout))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("manifest.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// checkSchema reports whether the published schema takes a manifest.
func checkSchema(t *testing.T, schema *jsonschema.Schema, manifest string) error {
	t.Helper()
	document, err := yaml.YAMLToJSON([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestManifest_Taken(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/A": {"a"}, "9223372036854775807/B": {"a"}}))
	schema := manifestSchema(t)
	tests := map[string]string{
		"team":                "connectors:\n- connector_identifier: A\n  team_id: 1\n",
		"team of the file":    "team_id: 2\nconnectors:\n- connector_identifier: A\n",
		"largest team":        "connectors:\n- connector_identifier: B\n  team_id: 9223372036854775807\n",
		"required names":      "connectors:\n- {connector_identifier: A, team_id: 1, require: [a, a]}\n",
		"environments":        "connectors:\n- {connector_identifier: A, environments: {one: 1, two: 2}}\n",
		"environments of all": "environments: {one: 1, two: 2}\nconnectors:\n- {connector_identifier: A}\n",
		"own team":            "environments: {one: 1}\nconnectors:\n- {connector_identifier: A, team_id: 2}\n",
		"own environments":    "team_id: 5\nconnectors:\n- {connector_identifier: A, environments: {one: 1}}\n",
		"JSON":                `{"connectors":[{"connector_identifier":"A","team_id":1,"require":["a"]}]}`,
		"comments":            "# all\nconnectors: # of them\n- connector_identifier: A # this\n  team_id: 1\n",
	}
	for name, manifest := range tests {
		t.Run(name, func(t *testing.T) {
			if err := checkSchema(t, schema, manifest); err != nil {
				t.Errorf("the schema refuses it: %v", err)
			}
			if report := check(t, 0, "--manifest", write(t, "audit.yaml", manifest)); report.Summary.OK != report.Summary.Asked {
				t.Errorf("%+v", report)
			}
		})
	}
}

func TestManifest_Refused(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	schema := manifestSchema(t)
	const planted = "planted-secret-value"
	badConfig := write(t, "bad.json", `{"secrets":{"items":[{"value":"`+planted+`"}]}}`)
	tests := []struct {
		name, manifest, want string
		schema               bool // the schema can tell too
	}{
		{"no connectors", "team_id: 1\n", "connectors: there is no connector", true},
		{"empty list", "connectors: []\n", "line 1, connectors: there is no connector", true},
		{"unknown field", "connectors:\n- connector_identifier: A\n  team: 1\n", `line 3, column 3: connectors[0]: unknown field "team"`, true},
		{"unknown field of the file", "connectors:\n- {connector_identifier: A, team_id: 1}\nenvs: {}\n", `line 3, column 1: unknown field "envs"`, true},
		{"no identifier", "connectors:\n- team_id: 1\n", "line 2, column 3: connectors[0]: connector_identifier is missing", true},
		{"bad identifier", "connectors:\n- connector_identifier: A\n  team_id: 1\n- connector_identifier: a/b\n  team_id: 1\n", "line 4, connectors[1].connector_identifier: invalid connector identifier", true},
		{"no team", "connectors:\n- connector_identifier: A\n", "line 2, connectors[0].team_id: give the number of a team", false},
		{"team 0", "connectors:\n- connector_identifier: A\n  team_id: 0\n", "line 3, connectors[0].team_id: give the number of a team", true},
		{"negative team", "connectors:\n- connector_identifier: A\n  team_id: -1\n", "line 3, connectors[0].team_id: give the number of a team", true},
		{"team as text", "connectors:\n- connector_identifier: A\n  team_id: mine\n", "line 3, column 12: connectors[0].team_id: expected a plain whole number", true},
		{"team over 64 bits", "connectors:\n- connector_identifier: A\n  team_id: 9223372036854775808\n", "line 3, column 12: connectors[0].team_id: the number is too large", true},
		{"team and environments", "connectors:\n- connector_identifier: A\n  team_id: 1\n  environments: {one: 1}\n", "line 4, connectors[0].environments: give a team_id or environments, not both", true},
		{"team and environments of the file", "team_id: 1\nenvironments: {one: 1}\nconnectors:\n- connector_identifier: A\n", "line 2, environments: give a team_id or environments", false},
		{"environment as text", "connectors:\n- connector_identifier: A\n  environments: {one: first}\n", "line 3, column 23: connectors[0].environments.one: expected a plain whole number", true},
		{"environment 0", "environments: {one: 0}\nconnectors:\n- connector_identifier: A\n", "line 1, environments: each needs", true},
		{"environment without a name", "environments: {'': 1}\nconnectors:\n- connector_identifier: A\n", "line 1, environments: each needs", true},
		{"environment twice", "connectors:\n- connector_identifier: A\n  environments: {one: 1, one: 2}\n", "line 3", false},
		{"empty name", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require: [a, '']\n", "line 4, connectors[0].require[1]: the name of a secret has 1 to 255 characters", true},
		{"name that is too long", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require: [" + strings.Repeat("n", 256) + "]\n", "line 4, connectors[0].require[0]: the name of a secret has 1 to 255 characters", true},
		{"empty configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: ''\n", "line 4, connectors[0].config: the path must not be empty", true},
		{"no value", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require:\n", "connectors[0].require: has no value", true},
		{"no environments", "connectors:\n- connector_identifier: A\n  environments: {}\n", "connectors[0].environments: there is none", true},
		{"merge key", "connectors:\n- connector_identifier: A\n  <<: {team_id: 0x10}\n", "merge keys are not read", false},
		{"names as text", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require: a\n", "line 4", true},
		{"no configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: none.json\n", "line 4, connectors[0].config: open ", false},
		{"bad configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: " + badConfig + "\n", "bad.json, line 1, column 54: item 1 of the secrets has no id", false},
		{"not YAML", "connectors: [\n", "line 1, column 13", false},
		{"text", "hello\n", "line 1, column 1", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, "audit.yaml", test.manifest)
			got := run("check", "--manifest", path)
			checkFailure(t, got, 64, path, test.want)
			if strings.Contains(got.stderr, planted) {
				t.Errorf("holds a value: %s", got.stderr)
			}
			if test.schema && checkSchema(t, schema, test.manifest) == nil {
				t.Error("the published schema takes it")
			}
		})
	}
}

// TestManifest_ConfigIsRelativeToIt and not to the folder that the command runs in.
func TestManifest_ConfigIsRelativeToIt(t *testing.T) {
	setEnv(t, "", "")
	if report := check(t, 65, "--sandbox", "--manifest", "testdata/audit.yaml"); report.Connectors[2].State != "ok" || len(report.Connectors[2].NotRequired) != 2 {
		t.Errorf("%+v", report.Connectors[2])
	}
}

func TestManifestSchema_IsPublished(t *testing.T) {
	var document map[string]any
	if err := json.Unmarshal([]byte(run("check", "--manifest-schema").stdout), &document); err != nil {
		t.Fatal(err)
	}
	if want := "https://json-schema.org/draft/2020-12/schema"; document["$schema"] != want {
		t.Errorf("$schema %v, want %s", fmt.Sprint(document["$schema"]), want)
	}
}
