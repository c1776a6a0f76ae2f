package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

// listing starts a server with these connectors and the names of their secrets. Any other connector gets a 404.
func listing(t *testing.T, connectors map[string][]string) string {
	t.Helper()
	return handle(t, func(w http.ResponseWriter, r *http.Request) {
		path := strings.Split(r.URL.Path, "/")
		names, ok := connectors[path[3]+"/"+path[6]]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		secrets := make([]string, len(names))
		for i, name := range names {
			secrets[i] = fmt.Sprintf(`{"secret_placeholder":"p%d","secret_name":%q}`, i, name)
		}
		_, _ = fmt.Fprintf(w, `{"count":%d,"secrets":[%s]}`, len(names), strings.Join(secrets, ","))
	})
}

// numbered returns n lines: the text and a number.
func numbered(text string, n int) string {
	var lines strings.Builder
	for i := range n {
		fmt.Fprintf(&lines, "%s%d\n", text, i)
	}
	return lines.String()
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheck_RequireAndConfigTogether(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	config := write(t, "c.json", `{"secrets":{"items":[{"id":"a","source":"encrypted"},{"id":"b","source":"encrypted"},{"id":"c","source":"static"}]}}`)
	got := run("check", "--team-id", "1", "--connector-identifier", "A", "--require", "z", "--config", config, "-o", "csv")
	if want := "1,A,,missing,z,\n1,A,,missing,b,\n1,A,,ok,a,\n"; got.code != 1 || !strings.HasSuffix(got.stdout, want) {
		t.Errorf("%+v, want %s", got, want)
	}
}

// TestCheck_AnErrorOutranksMissing, and nothing to compare: the failure of another connector sets the exit code.
func TestCheck_AnErrorOutranksMissing(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}, "1/C": {"a"}}))
	got := run("check", "1/A", "1/B", "1/C", "--require", "a", "-o", "json")
	if got.code != 66 || !strings.HasSuffix(got.stderr, "checked 2: 1 ok, 1 lack 1 secrets, 1 failed, 0 not asked, 0 nothing to compare\n") || !strings.Contains(got.stdout, `"exit_code": 66,`) {
		t.Errorf("%+v", got)
	}
	for connector, code := range map[string]int{"A": 64, "NONE": 66} {
		manifest := write(t, "audit.yaml", "team_id: 1\nconnectors:\n- {connector_identifier: EMPTY}\n- {connector_identifier: "+connector+", require: [a]}\n")
		if got := run("check", "-m", manifest); got.code != code {
			t.Errorf("%s: %+v", connector, got)
		}
	}
}

func TestCheck_Usage(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	good := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1}\n")
	one := []string{"--team-id", "1", "--connector-identifier", "A"}
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"nothing to check against", one, []string{"--require, --config or --manifest"}},
		{"empty name", append(one, "--require", ""), []string{"--require must not be empty"}},
		{"empty path of a configuration", append(one, "--require", "a", "--config", ""), []string{"--config must not be empty"}},
		{"empty path of a manifest", []string{"--manifest", ""}, []string{"--manifest must not be empty"}},
		{"manifest and empty team", []string{"--manifest", good, "--team-id", ""}, []string{"--team-id must not be empty"}},
		{"no connector", []string{"--team-id", "1", "--require", "a"}, []string{"--connector-identifier"}},
		{"no configuration", append(one, "--config", "none.json"), []string{"--config", "none.json", "no such file"}},
		{"bad configuration", append(one, "--config", write(t, "c.json", "{\n\"secrets\":[]}")), []string{"c.json, line 2, column 11", "must be an object"}},
		{"manifest for a configuration", append(one, "--config", good), []string{"this is a manifest, not a connector's configuration: give it as --manifest"}},
		{"configuration for a manifest", []string{"--manifest", write(t, "c.json", `{"secrets":{}}`)}, []string{"this is a connector's configuration, not a manifest: give it as --config"}},
		{"list in UTF-16", []string{"-t", "1", "-r", "a", "-f", write(t, "list", "A\x00\n\x00")}, []string{"list, line 1, column 1: this is UTF-16: save the file as UTF-8"}},
		{"manifest and connector", []string{"--manifest", good, "A"}, []string{"--manifest", "leave out"}},
		{"manifest and flag for it", []string{"--manifest", good, "--connector-identifier", "A"}, []string{"leave out"}},
		{"manifest and list", []string{"--manifest", good, "-f", "list"}, []string{"leave out"}},
		{"manifest and team", []string{"--manifest", good, "-t", "1"}, []string{"leave out"}},
		{"manifest and names", []string{"--manifest", good, "--require", "a"}, []string{"leave out"}},
		{"manifest and configuration", []string{"--manifest", good, "-c", "c.json"}, []string{"leave out"}},
		{"no manifest", []string{"--manifest", "none.yaml"}, []string{"--manifest", "none.yaml"}},
		{"no list", append(one, "--require", "a", "--connectors-from", "none.txt"), []string{"--connectors-from", "none.txt"}},
		{"negative rate", append(one, "--require", "a", "--rate", "-1"), []string{"--rate must be"}},
		{"rate as a word", append(one, "--require", "a", "--rate", "fast"), []string{"--rate takes a number"}},
		{"rate that is none", append(one, "--require", "a", "--rate", "NaN"), []string{"--rate must be"}},
		{"unknown format", append(one, "--require", "a", "--output", "names"), []string{"table, json, csv, github, ndjson, junit"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkFailure(t, run(append([]string{"check"}, test.args...)...), 64, test.want...) })
	}
}

// TestCheck_NamesThatCouldMislead: a name must not forge a part of the report.
func TestCheck_NamesThatCouldMislead(t *testing.T) {
	setEnv(t, "fake-key", handle(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"count":3,"secrets":[{"secret_placeholder":"p","secret_name":"client_id "},{"secret_placeholder":"q","secret_name":"x, y"},{"secret_placeholder":"r","secret_name":"a\u200b\u001b[31m%\n::error::"}]}`))
	}))
	args := []string{"check", "--team-id", "1", "--connector-identifier", "A", "--require", "client_id", "--require", "a\xffb"}
	table := run(append(args, "--output", "table")...)
	if want := `missing  client_id, "a�b"; registered, not required: "client_id ", "x, y", "a\u200b\u001b[31m%\u000a::error::"` + "\n"; !strings.Contains(table.stdout, want) {
		t.Errorf("no %s in\n%s", want, table.stdout)
	}
	github := run(append(args, "--output", "github")...)
	if github.stdout != "::error title=Secret missing::connector A of team 1 lacks client_id, \"a\ufffdb\"%0Ahint: connector A of team 1 lacks client_id, but has \"client_id \": they differ only in case, spaces, Unicode form or look-alike letters\n" {
		t.Errorf("%s", github.stdout)
	}
}

// TestCheck_NothingToCompare is an error unless it is allowed, and sends no request.
func TestCheck_NothingToCompare(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
	none := write(t, "c.json", `{"secrets":{"items":[{"id":"a","source":"userInput"}]}}`)
	manifest := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1}\n")
	for _, args := range [][]string{{"1/A", "--config", none}, {"--manifest", manifest}} {
		for _, format := range audit.Formats() {
			got := run(append([]string{"check", "--output", format}, args...)...)
			isNamed := format == "github" || strings.Contains(got.stdout, "nothing_to_compare")
			if got.code != 64 || !isNamed || !strings.Contains(got.stdout, "othing to compare") ||
				!strings.HasSuffix(got.stderr, "checked 0: 0 ok, 0 lack 0 secrets, 0 failed, 0 not asked, 1 nothing to compare\n") {
				t.Errorf("%v as %s: %+v", args, format, got)
			}
		}
		if got := run(append([]string{"check", "--allow-empty"}, args...)...); got.code != 0 || !strings.Contains(got.stdout, "  nothing_to_compare\n") {
			t.Errorf("allowed: %+v", got)
		}
	}
	if requests.Load() != 0 {
		t.Errorf("%d requests", requests.Load())
	}
}

// TestCheck_TakesTheManifestOfTheFolder if nothing else is given.
func TestCheck_TakesTheManifestOfTheFolder(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	t.Chdir(t.TempDir())
	checkFailure(t, run("check"), 64, "connector-secrets.yaml", "--manifest", "--require")
	for _, name := range []string{"connector-secrets.json", "connector-secrets.yml", "connector-secrets.yaml"} {
		if err := os.WriteFile(name, []byte(`{"connectors": [{"connector_identifier": "A", "team_id": 1, "require": ["`+name+`"]}]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		// Each file is preferred to the one before it.
		if got := run("check", "-o", "github"); got.code != 1 || !strings.Contains(got.stdout, "file="+name) || !strings.Contains(got.stdout, "lacks "+name) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// No flag that says what to check is ignored.
	checkFailure(t, run("check", "-t", "2"), 64, "connector-secrets.yaml says which teams to check", "leave out --team-id")
	for _, flag := range []string{"--team-id", "--connectors-from", "--config", "--manifest"} {
		checkFailure(t, run("check", flag, ""), 64, flag+" must not be empty")
	}
}

// TestCheck_Examples: README and the help show the example files, and the examples work.
func TestCheck_Examples(t *testing.T) {
	help := run("check", "--help").stdout
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"connector.json", "connector-secrets.yaml"} {
		example, err := os.ReadFile("../audit/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if indented := "  " + strings.ReplaceAll(strings.TrimSpace(string(example)), "\n", "\n  ") + "\n\n"; !strings.Contains(help, indented) {
			t.Errorf("the help does not show %s:\n%s", file, help)
		}
	}
	if pictured, err := os.ReadFile("testdata/connector-secrets.yaml"); err != nil || !strings.Contains(string(readme), string(pictured)+"```") {
		t.Errorf("README.md does not show the manifest of its picture: %v", err)
	}
	setEnv(t, "", "")
	got := run("check", "--sandbox", "--manifest", "../audit/testdata/connector-secrets.yaml")
	if got.code != 1 || got.stderr != "checked 3: 2 ok, 1 lack 1 secrets, 0 failed, 0 not asked, 0 nothing to compare\n" {
		t.Errorf("%+v", got)
	}
	t.Setenv("SUPERMETRICS_TEAM_ID", "1")
	noTeam := write(t, "audit.yaml", "connectors:\n- {connector_identifier: T3S70, require: [client_id]}\n")
	if got := run("check", "--sandbox", "--manifest", noTeam); got.code != 0 {
		t.Errorf("a sandbox has its own team: %+v", got)
	}
}

// TestCheck_OtherAccounts: each environment is read with its own credential. If all have one, no other is needed.
func TestCheck_OtherAccounts(t *testing.T) {
	var mu sync.Mutex
	sent := map[string]string{}
	url := handle(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		sent[strings.Split(r.URL.Path, "/")[3]] = r.Header.Get("Authorization")
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	})
	setEnv(t, "", url)
	t.Setenv("STAGING_API_KEY", "fake-staging-key")
	one := "connectors:\n- connector_identifier: A\n  environments:\n    staging: {team_id: 1, credential_env: STAGING_API_KEY}\n"
	all := write(t, "audit.yaml", one+"    production: {team_id: 2, credential_env: PRODUCTION_API_KEY}\n")
	checkFailure(t, run("check", "--manifest", all), 64, "line 5", "the variable PRODUCTION_API_KEY is not set")
	t.Setenv("PRODUCTION_API_KEY", "fake-production-key")
	if got := run("check", "--manifest", all); got.code != 0 {
		t.Errorf("%+v", got)
	}
	mixed := write(t, "audit.yaml", one+"    production: 3\n")
	checkFailure(t, run("check", "--manifest", mixed), 65, "set SUPERMETRICS_API_KEY")
	setEnv(t, "fake-key", url)
	if got := run("check", "--manifest", mixed); got.code != 0 {
		t.Errorf("%+v", got)
	}
	want := map[string]string{"1": "Bearer fake-staging-key", "2": "Bearer fake-production-key", "3": "Bearer fake-key"}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCheck_Warnings: what is odd about a configuration is told, and stops nothing.
func TestCheck_Warnings(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	got := run("check", "1/A", "-r", "a", "--config", write(t, "c.json", `{"name":"x"}`))
	if got.code != 0 || !strings.Contains(got.stderr, "connector-secrets: warning: ") || !strings.Contains(got.stderr, `has no section "secrets"`) {
		t.Errorf("%+v", got)
	}
}
