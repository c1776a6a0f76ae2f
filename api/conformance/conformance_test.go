package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var (
	cases = must(conformance.Cases())
	spec  = must(openapi3.NewLoader().LoadFromData(api.Spec))
	// operation is the one that the cases call.
	operation = spec.Paths.Value(secretsapi.ListConnectorSecretsPath).Get
)

func unmarshal(text []byte) any { return must(jsonschema.UnmarshalJSON(bytes.NewReader(text))) }

// schema compiles a part of the schema. It adds the document under the path that the schema refers to.
func schema(t *testing.T, part string) *jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	for name, content := range map[string][]byte{"openapi.yaml": must(api.SpecJSON()), "conformance/cases.schema.json": conformance.Schema} {
		if err := compiler.AddResource("file:///api/"+name, unmarshal(content)); err != nil {
			t.Fatal(err)
		}
	}
	return compiler.MustCompile("file:///api/conformance/cases.schema.json" + part)
}

// TestCases_MeetTheirSchema also checks that no case repeats a name or a request, and that Go reads all of the file.
func TestCases_MeetTheirSchema(t *testing.T) {
	if err := schema(t, "").Validate(unmarshal(conformance.JSON)); err != nil {
		t.Error(err)
	}
	seen := map[any]string{}
	for _, c := range cases {
		if seen[c.Name]+seen[c.Request] != "" {
			t.Errorf("%s repeats a name, or the request of %s", c.Name, seen[c.Request])
		}
		seen[c.Name], seen[c.Request] = c.Name, c.Name
	}
	written := must(json.Marshal(map[string]any{"$schema": "cases.schema.json", "cases": cases}))
	if diff := cmp.Diff(unmarshal(conformance.JSON), unmarshal(written)); diff != "" {
		t.Errorf("(-file +read):\n%s", diff)
	}
}

// TestSchema_RefusesMistakes edits a valid outcome, as a client reports it. The limits are in the document and not repeated here.
func TestSchema_RefusesMistakes(t *testing.T) {
	const right = `{"status": 429, "body": {"meta": {"request_id": "aaaaaaaa"}, "error": {"code": "A", "message": "m"}},
		"retry_after_seconds": 1, "rate_limit": {"limit": 1, "remaining": 0}}`
	outcome := schema(t, "#/$defs/outcome")
	if err := outcome.Validate(unmarshal([]byte(right))); err != nil {
		t.Fatal(err)
	}
	for _, edit := range [][2]string{
		{`429`, `200`},
		{`"meta"`, `"metadata"`},
		{`"aaaaaaaa"`, `1`},
		{`"retry_after_seconds": 1, `, ``},
		{`"retry_after_seconds": 1`, `"retry_after_seconds": "1"`},
		{`"limit": 1`, `"limit": "1"`},
		{`"remaining": 0`, `"remaining": 0, "reset": 0`},
	} {
		wrong := strings.Replace(right, edit[0], edit[1], 1)
		if outcome.Validate(unmarshal([]byte(wrong))) == nil {
			t.Errorf("the schema takes %s in place of %s", edit[1], edit[0])
		}
	}
}

// TestCases_MeetTheSpecification validates every request and every response.
func TestCases_MeetTheSpecification(t *testing.T) {
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
	}
	for _, c := range cases {
		if spec.Components.SecuritySchemes[c.Request.Scheme] == nil {
			t.Errorf("%s: no security scheme %s", c.Name, c.Request.Scheme)
		}
		request := &openapi3filter.RequestValidationInput{
			Request:    httptest.NewRequest(http.MethodGet, "/", nil),
			PathParams: map[string]string{"team_id": strconv.FormatInt(c.Request.TeamID, 10), "connector_identifier": c.Request.ConnectorID},
			Route:      &routers.Route{Spec: spec, PathItem: &openapi3.PathItem{}, Method: http.MethodGet, Operation: operation},
			Options:    options,
		}
		response := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: request, Options: options, Status: c.Answer.Status,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(c.Answer.Body)),
		}
		for name, value := range c.Answer.Headers {
			response.Header.Set(name, value)
		}
		err := errors.Join(openapi3filter.ValidateRequest(t.Context(), request), openapi3filter.ValidateResponse(t.Context(), response))
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
