package audit_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

// compile compiles a part of a published schema.
func compile(t *testing.T, schema []byte, part string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("schema.json" + part)
}

// checkSchema returns an error if the schema refuses a document in YAML or JSON.
func checkSchema(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var document jsontext.Value
	if _, err := yamlfile.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestManifest_Taken(t *testing.T) {
	schema := compile(t, audit.ManifestSchema, "")
	source := audit.Source{LookupEnv: func(name string) (string, bool) {
		value, ok := map[string]string{"SUPERMETRICS_TEAM_ID": " 7\n", "STAGING_API_KEY": "fake-key-of-staging"}[name]
		return value, ok
	}}
	tests := map[string]struct{ manifest, want string }{
		"team":                {"connectors:\n- connector_identifier: A\n  team_id: 1\n", "A[] 1"},
		"team of the file":    {"team_id: 2\nconnectors:\n- connector_identifier: A\n", "A[] 2"},
		"team of a variable":  {"connectors:\n- connector_identifier: A\n", "A[] 7"},
		"largest team":        {"connectors:\n- connector_identifier: B\n  team_id: 9223372036854775807\n", "B[] 9223372036854775807"},
		"largest file":        {"connectors:\n- connector_identifier: A\n  team_id: 1" + strings.Repeat("\n", audit.MaxManifestBytes-50), "A[] 1"},
		"long name":           {"connectors:\n- {connector_identifier: A, team_id: 1, require: [" + strings.Repeat("n", 256) + "]}\n", "A[" + strings.Repeat("n", 256) + "] 1"},
		"required names":      {"connectors:\n- {connector_identifier: A, team_id: 1, require: [a, b, a]}\n", "A[a b] 1"},
		"environments":        {"connectors:\n- {connector_identifier: A, environments: {two: 2, one: 1}}\n", "A[] two=2 one=1"},
		"environments of all": {"environments: {one: 1, two: 2}\nconnectors:\n- {connector_identifier: A}\n", "A[] one=1 two=2"},
		"own team":            {"environments: {one: 1}\nconnectors:\n- {connector_identifier: A, team_id: 2}\n", "A[] 2"},
		"own environments":    {"team_id: 5\nconnectors:\n- {connector_identifier: A, environments: {one: 1}}\n", "A[] one=1"},
		"other accounts": {"connectors:\n- {connector_identifier: A, environments: {one: {team_id: 1, credential_env: STAGING_API_KEY}, two: 2, three: {team_id: 3}}}\n",
			"A[] one=1 with a credential two=2 three=3"},
		"other account":                     {"connectors:\n- {connector_identifier: A, team_id: 1, credential_env: STAGING_API_KEY}\n", "A[] 1 with a credential"},
		"other account, team of the file":   {"team_id: 2\nconnectors:\n- {connector_identifier: A, credential_env: STAGING_API_KEY}\n", "A[] 2 with a credential"},
		"other account, team of a variable": {"connectors:\n- {connector_identifier: A, credential_env: STAGING_API_KEY}\n", "A[] 7 with a credential"},
		"JSON":                              {`{"connectors":[{"connector_identifier":"A","team_id":1,"require":["a"]}]}`, "A[a] 1"},
		"names as they are written":         {"connectors:\n- {connector_identifier: A, team_id: 1, require: [no, 0123, 1_000, 0x10, 2030-12-31, '1', 'true']}\n", "A[no 0123 1_000 0x10 2030-12-31 1 true] 1"},
		"JSON as Python writes it":          {`{"connectors":[{"connector_identifier":"A","team_id":1,"require":["\ud83d\udd11","` + "\u0085" + `"]}]}`, "A[🔑 \u0085] 1"},
		"schema":                            {"$schema: https://example.com/schema.json\nconnectors:\n- {connector_identifier: A, team_id: 1}\n", "A[] 1"},
		"schema in JSON":                    {`{"$schema":"https://example.com/schema.json","connectors":[{"connector_identifier":"A","team_id":1}]}`, "A[] 1"},
		"version of YAML":                   {"%YAML 1.2\n---\nconnectors:\n- {connector_identifier: A, team_id: 1}\n", "A[] 1"},
		"comments":                          {"# all\nconnectors: # of them\n- connector_identifier: A # this\n  team_id: 1\n", "A[] 1"},
		"one connector of two teams":        {"connectors:\n- {connector_identifier: A, team_id: 1}\n- {connector_identifier: A, team_id: 2}\n", "A[] 1; A[] 2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := checkSchema(t, schema, test.manifest); err != nil {
				t.Errorf("the schema refuses it: %v", err)
			}
			manifest, err := source.Parse([]byte(test.manifest), "audit.yaml")
			if err != nil {
				t.Fatal(err)
			}
			var connectors []string
			for _, connector := range manifest.Connectors {
				text := fmt.Sprint(connector.ID, connector.Required)
				for _, environment := range connector.Environments {
					text += " "
					if environment.Name != "" {
						text += environment.Name + "="
					}
					text += strconv.FormatInt(environment.TeamID, 10)
					if environment.Credential != (connectorsecrets.Credential{}) {
						text += " with a credential"
					}
				}
				connectors = append(connectors, text)
			}
			if got := strings.Join(connectors, "; "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if c := manifest.Connectors[0]; c.File != "audit.yaml" || c.Line < 1 || len(manifest.Warnings) > 0 {
				t.Errorf("%+v, warnings %v", c, manifest.Warnings)
			}
		})
	}
}

func TestManifest_Refused(t *testing.T) {
	schema := compile(t, audit.ManifestSchema, "")
	source := audit.Source{LookupEnv: func(name string) (string, bool) {
		value, ok := map[string]string{"BAD_API_KEY": "planted-secret-value\nx", "EMPTY_API_KEY": ""}[name]
		return value, ok
	}}
	const planted = "planted-secret-value"
	badConfig := write(t, "bad.json", `{"secrets":{"items":[{"value":"`+planted+`"}]}}`)
	tests := []struct {
		name, manifest, want string
		schema               bool // the schema refuses it as well
	}{
		{"no connectors", "team_id: 1\n", "connectors: there is no connector", true},
		{"empty list", "connectors: []\n", "line 1, connectors: there is no connector", true},
		{"unknown field", "connectors:\n- connector_identifier: A\n  team: 1\n", `line 3: connectors[0]: unknown field "team"`, true},
		{"unknown field of the file", "connectors:\n- {connector_identifier: A, team_id: 1}\nenvs: {}\n", `line 3: unknown field "envs"`, true},
		{"no identifier", "connectors:\n- team_id: 1\n", "line 2, connectors[0].connector_identifier: invalid connector identifier: must not be empty", true},
		{"bad identifier", "connectors:\n- connector_identifier: A\n  team_id: 1\n- connector_identifier: a/b\n  team_id: 1\n", "line 4, connectors[1].connector_identifier: invalid connector identifier", false},
		{"no team", "connectors:\n- connector_identifier: A\n", "line 2, connectors[0].team_id: give the number of a team", false},
		{"team 0", "connectors:\n- connector_identifier: A\n  team_id: 0\n", "line 3, connectors[0].team_id: give the number of a team", true},
		{"negative team", "connectors:\n- connector_identifier: A\n  team_id: -1\n", "line 3, connectors[0].team_id: give the number of a team", true},
		{"team as text", "connectors:\n- connector_identifier: A\n  team_id: mine\n", "line 3: connectors[0].team_id: expected a plain whole number", true},
		{"team over 64 bits", "connectors:\n- connector_identifier: A\n  team_id: 9223372036854775808\n", "line 3: connectors[0].team_id: the number is too large", true},
		{"team and environments", "connectors:\n- connector_identifier: A\n  team_id: 1\n  environments: {one: 1}\n", "line 4, connectors[0].environments: give a team_id or environments, not both", true},
		{"team and environments of the file", "team_id: 1\nenvironments: {one: 1}\nconnectors:\n- connector_identifier: A\n", "line 2, environments: give a team_id or environments", false},
		{"environment as text", "connectors:\n- connector_identifier: A\n  environments: {one: first}\n", "line 3: connectors[0].environments.one: expected a plain whole number", true},
		{"environment 0", "environments: {one: 0}\nconnectors:\n- connector_identifier: A\n", "line 1, environments: each needs", true},
		{"environment without a name", "environments: {'': 1}\nconnectors:\n- connector_identifier: A\n", "line 1, environments: each needs", true},
		{"environment twice", "connectors:\n- connector_identifier: A\n  environments: {one: 1, one: 2}\n", "line 3", false},
		{"empty name", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require: [a, '']\n", "line 4, connectors[0].require[1]: the name of a secret must not be empty", true},
		{"empty configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: ''\n", "line 4, connectors[0].config: the path must not be empty", true},
		{"no value", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require:\n", "line 4: connectors[0].require: has no value", false},
		{"no environments", "connectors:\n- connector_identifier: A\n  environments: {}\n", "connectors[0].environments: there is none", true},
		{"merge key", "connectors:\n- connector_identifier: A\n  <<: {team_id: 0x10}\n", "merge keys are not read", false},
		{"names as text", "connectors:\n- connector_identifier: A\n  team_id: 1\n  require: a\n", "line 4", true},
		{"no configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: none.json\n", "line 4, connectors[0].config: open ", false},
		{"bad configuration", "connectors:\n- connector_identifier: A\n  team_id: 1\n  config: " + badConfig + "\n", "bad.json, line 1, column 54: item 1 of the secrets has no id", false},
		{"variable that is not set", "connectors:\n- connector_identifier: A\n  team_id: 1\n  credential_env: OTHER_API_KEY\n", "line 4, connectors[0].credential_env: the variable OTHER_API_KEY is not set", false},
		{"variable that is empty", "connectors:\n- connector_identifier: A\n  environments:\n    one:\n      team_id: 1\n      credential_env: EMPTY_API_KEY\n", "line 6, connectors[0].environments.one.credential_env: the variable EMPTY_API_KEY is not set", false},
		{"variable with a bad credential", "connectors:\n- connector_identifier: A\n  team_id: 1\n  credential_env: BAD_API_KEY\n", "the variable BAD_API_KEY: invalid", false},
		{"credential for a variable", "connectors:\n- connector_identifier: A\n  team_id: 1\n  credential_env: planted-secret-value\n", "line 4, connectors[0].credential_env: give the name of a variable", true},
		{"variable beside environments", "connectors:\n- connector_identifier: A\n  credential_env: BAD_API_KEY\n  environments: {one: 1}\n", "line 3, connectors[0].credential_env: give each environment its own", true},
		{"variable beside environments of the file", "environments: {one: 1}\nconnectors:\n- connector_identifier: A\n  credential_env: BAD_API_KEY\n", "line 4, connectors[0].credential_env: give each environment its own", false},
		{"unknown field of an environment", "connectors:\n- connector_identifier: A\n  environments: {one: {team_id: 1, key: planted-secret-value}}\n", `connectors[0].environments.one: unknown field "key"`, true},
		{"environment without a team", "connectors:\n- connector_identifier: A\n  environments: {one: {credential_env: BAD_API_KEY}}\n", "line 3, connectors[0].environments: each needs a name and the number of a team", true},
		{"environment as a list", "connectors:\n- connector_identifier: A\n  environments: {one: [1]}\n", "line 3", true},
		{"the same connector twice", "team_id: 1\nconnectors:\n- connector_identifier: A\n- connector_identifier: B\n- connector_identifier: A\n  require: [a]\n", "line 5, connectors[2]: the connector of team 1 is in the manifest twice: merge it with that of line 3", false},
		{"the same team twice", "connectors:\n- connector_identifier: A\n  environments:\n    one: 1\n    two: 1\n", "line 5, connectors[0]: the connector of team 1 is in the manifest twice: merge it with that of line 4", false},
		{"not YAML", "connectors: [\n", "line 1, column 13", false},
		{"text", "hello\n", `line 1: expected fields, written "name: value"`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, "audit.yaml", test.manifest)
			_, err := source.Load(path)
			if err == nil {
				t.Fatal("no error")
			}
			text := err.Error()
			if !strings.HasPrefix(text, path) || !strings.Contains(text, test.want) || strings.Contains(text, "\n") || strings.Contains(text, planted) {
				t.Errorf("%s, want the path, %q, and no value", text, test.want)
			}
			if test.schema && checkSchema(t, schema, test.manifest) == nil {
				t.Error("the published schema takes it")
			}
		})
	}
	variables := func(value string) audit.Source {
		return audit.Source{LookupEnv: func(string) (string, bool) { return value, true }}
	}
	const noTeam = "connectors:\n- connector_identifier: A\n"
	for want, parse := range map[string]func() (*audit.Manifest, error){
		"none.yaml: no such file":      func() (*audit.Manifest, error) { return source.Load("testdata/none.yaml") },
		"/dev/zero, larger than 4 MiB": func() (*audit.Manifest, error) { return audit.Source{}.Load("/dev/zero") },
		"large.yaml, larger than 4 MiB": func() (*audit.Manifest, error) {
			return source.Parse(make([]byte, audit.MaxManifestBytes+1), "large.yaml")
		},
		"none, line 2, connectors[0].team_id: give the number of a team":  func() (*audit.Manifest, error) { return audit.Source{}.Parse([]byte(noTeam), "none") },
		"zero, line 3, connectors[0].team_id: give the number of a team":  func() (*audit.Manifest, error) { return variables("7").Parse([]byte(noTeam+"  team_id: 0\n"), "zero") },
		"SUPERMETRICS_TEAM_ID must be the number of a team":               func() (*audit.Manifest, error) { return variables("mine").Parse([]byte(noTeam), "mine") },
		"blank, line 2, connectors[0].team_id: give the number of a team": func() (*audit.Manifest, error) { return variables(" ").Parse([]byte(noTeam), "blank") },
	} {
		if _, err := parse(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestManifest_Example: the schema takes the file that README and the help show.
func TestManifest_Example(t *testing.T) {
	example, err := os.ReadFile("testdata/connector-secrets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkSchema(t, compile(t, audit.ManifestSchema, ""), string(example)); err != nil {
		t.Error(err)
	}
}

// TestSource_ReadFile: it reads the manifest and the files that the manifest names, each once.
func TestSource_ReadFile(t *testing.T) {
	var read []string
	source := audit.Source{ReadFile: func(path string) ([]byte, error) {
		read = append(read, filepath.ToSlash(path))
		files := map[string]string{
			"memory/audit.yaml": "team_id: 1\nconnectors:\n- {connector_identifier: A, config: c.json}\n- {connector_identifier: B, config: c.json}\n",
			"memory/c.json":     `{"secrets":{"items":[{"id":"a","source":"encrypted"}]}}`,
		}
		return []byte(files[filepath.ToSlash(path)]), nil
	}}
	manifest, err := source.Load("memory/audit.yaml")
	if err != nil || !slices.Equal(manifest.Connectors[1].Required, []string{"a"}) || !slices.Equal(read, []string{"memory/audit.yaml", "memory/c.json"}) {
		t.Errorf("%+v, read %q, error %v", manifest, read, err)
	}
}

// TestManifest_Configurations: paths are relative to the manifest, and suspicious configurations cause warnings.
func TestManifest_Configurations(t *testing.T) {
	tests := []struct {
		config   string
		required []string
		warning  string
	}{
		{`{"secrets":{"items":[{"id":"a","source":"encrypted","value":"x"},{"id":"b","source":"userInput"},{"id":"c","component":{}}]},"other":true}`, []string{"z", "a"}, ""},
		{`{"secrets":{"items":[{"id":"z","source":"encrypted"}]}}`, []string{"z"}, ""},
		{`{"name":"x"}`, []string{"z"}, `connector.json has no section "secrets"`},
		{`{"secrets":{"items":[{"id":"b","source":"userInput"}]}}`, []string{"z"}, `connector.json has no item with "source": "encrypted"`},
		{`{"secrets":{"items":[{"id":"a","source":"encrypted"},{"id":"b","source":"vault"}]}}`, []string{"z", "a"}, `the secret "b" has an unknown source`},
	}
	for _, test := range tests {
		path := write(t, "connector.json", test.config)
		manifest, err := audit.Source{}.Parse([]byte("connectors:\n- {connector_identifier: A, team_id: 1, require: [z], config: connector.json}\n"), filepath.Join(filepath.Dir(path), "audit.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if got := manifest.Connectors[0].Required; !slices.Equal(got, test.required) {
			t.Errorf("%s: %v, want %v", test.config, got, test.required)
		}
		if warnings := strings.Join(manifest.Warnings, "\n"); !strings.Contains(warnings, test.warning) || (warnings == "") != (test.warning == "") || len(manifest.Warnings) > 1 {
			t.Errorf("%s: warnings %q, want %q", test.config, warnings, test.warning)
		}
	}
	var read string
	source := audit.Source{ReadFile: func(path string) ([]byte, error) { read = path; return []byte("{}"), nil }}
	if _, err := source.Parse([]byte("connectors:\n- {connector_identifier: A, team_id: 1, config: '-'}\n"), "audit.yaml"); err != nil || read != "./-" {
		t.Errorf("a configuration in the file -: read %q, %v", read, err)
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestManifest_Mistakes are those that people make in whole files, each with its line after the name of the file.
func TestManifest_Mistakes(t *testing.T) {
	const one = "- connector_identifier: A\n  team_id: 1\n"
	for name, test := range map[string]struct{ manifest, want string }{
		"empty":                     {"", `: the file is empty: begin with "connectors:", and in the next line "- connector_identifier: T3S70"`},
		"without connectors":        {"connectors: []\n", `, line 1, connectors: there is no connector in the manifest: give each as "- connector_identifier: T3S70"`},
		"names alone":               {"connectors: [A, B]\n", `, line 1: connectors[0]: expected fields, written "name: value": the fields here are connector_identifier, team_id, credential_env, environments, require, config`},
		"quoted team":               {"team_id: '1'\nconnectors:\n" + one, ", line 1: team_id: expected a plain whole number, without quotes"},
		"seed":                      {"teams:\n- team_id: 1\n", ", this is a sandbox's seed, not a manifest: give it as --seed"},
		"UTF-16":                    {"\xff\xfec\x00", ", line 1, column 1: this is UTF-16: save the file as UTF-8"},
		"comment in JSON":           {"{\n  // all\n  \"connectors\": []\n}", ", line 2, column 3: JSON has no comments: leave this one out"},
		"comma too many":            {"{\"connectors\": [\n  {\"connector_identifier\": \"\\ud83d\\udd11\",\n}]}", ", line 2, column 42: JSON has no comma before a closing bracket: leave it out"},
		"configuration":             {`{"name": "x", "secrets": {"items": [{"id": "a", "value": null}]}}`, ", this is a connector's configuration, not a manifest: give it as --config, or name it in a manifest"},
		"no-break space":            {"connectors:\n- connector_identifier: A\n\u00a0\u00a0team_id: 1\n", ", line 3, column 1: this is a no-break space: write a plain space"},
		"no-break space at a colon": {"connectors:\n- connector_identifier: A\n  team_id:\u00a01\n", ", line 3, column 11: this is a no-break space: write a plain space"},
		"one name":                  {"connectors:\n" + one + "  require: client_id\n", `, line 4: connectors[0].require: expected a list: write [client_id], or begin each element with "- "`},
		"list of environments":      {"environments:\n- staging: 1\nconnectors:\n- connector_identifier: A\n", ", line 2: environments: expected names with values, such as staging: 936506"},
		"indented too little":       {"connectors:\n" + one + " require: [a]\n", ", line 4, column 2: this does not fit the lines before it: indent alike what belongs together"},
		"indented too much":         {"connectors:\n" + one + "   require: [a]\n", `, line 4, column 11: this goes on with the text before it: put text with ": " in quotes, write a space after each colon, and indent lines alike`},
		"dedented list":             {"connectors:\n" + one + "  require:\n- a\n", ", line 4: connectors[0].require: has no value: give one, indent what belongs to it, or leave it out"},
		"list with a dedented name": {"connectors:\n" + one + "  require:\n  - a\n - b\n", ", line 6, column 2: this does not fit the lines before it: indent alike what belongs together"},
		"field in another case":     {"Connectors:\n" + one, `, line 1: unknown field "Connectors": write "connectors"`},
	} {
		if _, err := (audit.Source{}).Parse([]byte(test.manifest), "m.yaml"); err == nil || err.Error() != "m.yaml"+test.want {
			t.Errorf("%s: %v, want m.yaml%s", name, err, test.want)
		}
	}
	for name, config := range map[string]string{"YAML": "connectors:\n" + one, "YAML with a mistake": "connectors:\n- {team: 1}\n", "JSON": `{"connectors":[]}`} {
		const want = "c.json, this is a manifest, not a connector's configuration: give it as --manifest"
		if _, _, err := audit.Encrypted([]byte(config), "c.json"); err == nil || err.Error() != want {
			t.Errorf("a manifest for a configuration, %s: %v", name, err)
		}
	}
	if _, err := (audit.Team{Text: "1"}).Connectors([]byte("A\x00\n\x00"), "list"); err == nil || err.Error() != "list, line 1, column 1: this is UTF-16: save the file as UTF-8" {
		t.Errorf("a list in UTF-16: %v", err)
	}
}
