package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestNormalize_ByTheSchema tests the comparison with schemas that the document does not have yet.
func TestNormalize_ByTheSchema(t *testing.T) {
	const object = `{"type":"object","required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"string"}}}`
	tests := []struct {
		name, schema, answered, printed string
		same                            bool
	}{
		{"a property of allOf", `{"allOf":[` + object + `],"nullable":true}`, `{"a":"x"}`, `{"a":"x","b":null,"c":1}`, true},
		{"another value of it", `{"allOf":[` + object + `],"nullable":true}`, `{"a":"x"}`, `{"a":"y"}`, false},
		{"a map", `{"type":"object","additionalProperties":` + object + `}`, `{"k":{"a":"x"}}`, `{"k":{"a":"x","c":1}}`, true},
		{"a map without a key", `{"type":"object","additionalProperties":` + object + `}`, `{"k":{"a":"x"}}`, `{}`, false},
		{"an object of any form", `{"type":"object"}`, `{"k":1}`, `{"k":2}`, false},
		{"objects in a list", `{"type":"array","items":` + object + `}`, `[{"a":"x"}]`, `[{"a":"x","c":1}]`, true},
		{"a list in another order", `{"type":"array","items":{"type":"string"}}`, `["a","b"]`, `["b","a"]`, false},
		{"a whole number as a float", `{"type":"number"}`, `100`, `1.0e2`, true},
		{"a large integer", `{"type":"integer","format":"int64"}`, `9007199254740993`, `9007199254740992`, false},
		{"a time in another form", `{"type":"string","format":"date-time"}`, `"2026-01-02T03:04:05Z"`, `"2026-01-02T04:04:05.000+01:00"`, true},
		{"another time", `{"type":"string","format":"date-time"}`, `"2026-01-02T03:04:05Z"`, `"2026-01-02T03:04:05+01:00"`, false},
		{"null that the answer has", `{"type":"object","required":["a"],"properties":{"a":{"type":"string","nullable":true}}}`, `{"a":null}`, `{}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var schema openapi3.Schema
			if err := json.Unmarshal([]byte(test.schema), &schema); err != nil {
				t.Fatal(err)
			}
			var written [2]string
			for i, body := range []string{test.answered, test.printed} {
				fields, err := normalize([]byte(`{"body":`+body+`}`), &schema)
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(fields)
				if err != nil {
					t.Fatal(err)
				}
				written[i] = string(text)
			}
			if (written[0] == written[1]) != test.same {
				t.Errorf("answered %s, printed %s", written[0], written[1])
			}
		})
	}
}

// TestExpected_MeetsTheSchemaThatIsServed reads the schema and the document that it refers to from a sandbox, as a client in
// another language can.
func TestExpected_MeetsTheSchemaThatIsServed(t *testing.T) {
	server := sandbox.Start(t)
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(served{})
	schema, err := compiler.Compile(server.URL + "/conformance/cases.schema.json#/$defs/outcome")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range allCases(t) {
		text, err := json.Marshal(expected(c.Answer))
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(outcome); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// served loads the JSON or YAML at a URL.
type served struct{}

func (served) Load(url string) (any, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && strings.HasSuffix(url, ".yaml") {
		var document any
		if err = yaml.Unmarshal(text, &document); err == nil {
			text, err = json.Marshal(document)
		}
	}
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}
