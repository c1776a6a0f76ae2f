package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

func cases(t *testing.T) []conformance.Case {
	t.Helper()
	all, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// document returns the document and the operation of the cases.
func document(t *testing.T) (spec *openapi3.T, path string, operation *openapi3.Operation) {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range spec.Paths.Map() {
		if item.Get != nil && item.Get.OperationID == "listConnectorSecrets" {
			return spec, path, item.Get
		}
	}
	t.Fatal("the document does not have the operation that the cases call")
	return nil, "", nil
}

func unmarshal(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// schema compiles a part of the schema. It adds the document under the path that the schema refers to.
func schema(t *testing.T, part string) *jsonschema.Schema {
	t.Helper()
	spec, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	for name, content := range map[string][]byte{"openapi.yaml": spec, "conformance/cases.schema.json": conformance.Schema} {
		if err := compiler.AddResource("file:///api/"+name, unmarshal(t, content)); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := compiler.Compile("file:///api/conformance/cases.schema.json" + part)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func TestCases_MeetTheirSchema(t *testing.T) {
	if err := schema(t, "").Validate(unmarshal(t, conformance.JSON)); err != nil {
		t.Error(err)
	}
}

// TestSchema_RefusesMistakes edits a valid case and a valid outcome. The limits are in the document and not repeated here.
func TestSchema_RefusesMistakes(t *testing.T) {
	const body = `"body": {"meta": {"request_id": "aaaaaaaa"}, "error": {"code": "A", "message": "m"}}`
	tests := []struct {
		part, right string
		edits       [][2]string
	}{
		{
			"", `{"cases": [{
				"name": "a-case", "why": "It shows something.",
				"request": {"team_id": "1", "connector_identifier": "A", "scheme": "BearerAuth", "credential": "conformance-a"},
				"answer": {"status": 429, "headers": {"A": "1"}, ` + body + `}
			}]}`,
			[][2]string{
				{`"a-case"`, `"a case"`},
				{`"why": "It shows something."`, `"why": ""`},
				{`"team_id": "1"`, `"team_id": 1`},
				{`"team_id": "1"`, `"team_id": "01"`},
				{`"connector_identifier": "A"`, `"connector_identifier": 1`},
				{`"conformance-a"`, `"real-key"`},
				{`429`, `200`},
				{`"meta"`, `"metadata"`},
				{`"aaaaaaaa"`, `1`},
				{`"A": "1"`, `"A": 1`},
				{`"answer"`, `"expect": {}, "answer"`},
			},
		},
		{
			"#/$defs/outcome", `{"status": 429, ` + body + `, "retry_after_seconds": 1, "rate_limit": {"limit": 1, "remaining": 0}}`,
			[][2]string{
				{`429`, `200`},
				{`"aaaaaaaa"`, `1`},
				{`"retry_after_seconds": 1, `, ``},
				{`"retry_after_seconds": 1`, `"retry_after_seconds": "1"`},
				{`"limit": 1`, `"limit": "1"`},
				{`"remaining": 0`, `"remaining": 0, "reset": 0`},
				{`"remaining": 0}`, `"remaining": 0}, "code": "A"`},
			},
		},
	}
	for _, test := range tests {
		schema := schema(t, test.part)
		if err := schema.Validate(unmarshal(t, []byte(test.right))); err != nil {
			t.Fatal(err)
		}
		for _, edit := range test.edits {
			if strings.Count(test.right, edit[0]) != 1 {
				t.Fatalf("%s is not there once", edit[0])
			}
			if schema.Validate(unmarshal(t, []byte(strings.Replace(test.right, edit[0], edit[1], 1)))) == nil {
				t.Errorf("the schema takes %s in place of %s", edit[1], edit[0])
			}
		}
	}
}

func TestCases_AreOneForEachNameAndRequest(t *testing.T) {
	names, requests := map[string]bool{}, map[conformance.Request]string{}
	for _, c := range cases(t) {
		if names[c.Name] {
			t.Errorf("two cases with the name %s", c.Name)
		}
		names[c.Name] = true
		if other, ok := requests[c.Request]; ok {
			t.Errorf("%s has the request of %s", c.Name, other)
		}
		requests[c.Request] = c.Name
	}
}

// TestCases_MeetTheSpecification validates every request and every response.
func TestCases_MeetTheSpecification(t *testing.T) {
	spec, path, _ := document(t)
	spec.Servers = nil // the requests may go to any server
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			if spec.Components.SecuritySchemes[c.Request.Scheme] == nil {
				t.Errorf("no security scheme %s", c.Request.Scheme)
			}
			target := strings.NewReplacer("{team_id}", strconv.FormatInt(c.Request.TeamID, 10),
				"{connector_identifier}", c.Request.ConnectorID).Replace(path)
			request, err := http.NewRequest(http.MethodGet, target, nil)
			if err != nil {
				t.Fatal(err)
			}
			route, parameters, err := router.FindRoute(request)
			if err != nil {
				t.Fatal(err)
			}
			options := &openapi3filter.Options{
				AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
				IncludeResponseStatus: true,
				MultiError:            true,
			}
			input := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route, Options: options}
			if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
				t.Error(err)
			}
			header := http.Header{"Content-Type": {"application/json"}}
			for name, value := range c.Answer.Headers {
				header.Set(name, value)
			}
			if err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: input,
				Status:                 c.Answer.Status,
				Header:                 header,
				Body:                   io.NopCloser(bytes.NewReader(c.Answer.Body)),
				Options:                options,
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCases_AreReadWhole encodes the cases again and compares the result with the file.
func TestCases_AreReadWhole(t *testing.T) {
	written, err := json.Marshal(map[string]any{"$schema": "cases.schema.json", "cases": cases(t)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unmarshal(t, conformance.JSON), unmarshal(t, written)); diff != "" {
		t.Errorf("(-file +read):\n%s", diff)
	}
}
