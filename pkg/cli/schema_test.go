package cli_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestOutputSchemas: what the commands print as json and ndjson meets the schema that they publish, in every state.
func TestOutputSchemas(t *testing.T) {
	setEnv(t, "fake-key", handle(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/LIMITED/"):
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(envelope))
		case strings.Contains(r.URL.Path, "/EMPTY/"):
			_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
		default:
			_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n ##[group]"}]}`))
		}
	}))
	connectors := []string{"1/A", "1/EMPTY", "1/LIMITED", "1/LATE", "--workers", "1", "--rate", "0"}
	for command, line := range map[string]string{"list": "connector", "check": "finding"} {
		args := append([]string{command}, connectors...)
		if command == "check" {
			args = append(args, "-r", "n ##[group]")
		}
		published := run(command, "--output-schema").stdout
		whole := run(append(args, "-o", "json")...).stdout
		validate(t, published, "schema.json", whole)
		lines := run(append(args, "-o", "ndjson")...).stdout
		for one := range strings.Lines(lines) {
			validate(t, published, "schema.json#/$defs/"+line, one)
		}
		for _, state := range []string{"ok", "error", "not_asked"} {
			if want := `"state":"` + state + `"`; !strings.Contains(lines, want) {
				t.Errorf("%s: no %s in %s", command, want, lines)
			}
		}
		if strings.Contains(whole+lines, "##[") {
			t.Errorf("%s: a runner would take this for a command: %s", command, lines)
		}
	}
}

func validate(t *testing.T, published, location, document string) {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(published))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile(location).Validate(value); err != nil {
		t.Errorf("%v\n%s", err, document)
	}
}
