package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
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

// TestCases_MeetTheirSchema also checks that no case repeats a name or a request, and that Go reads all of the file.
func TestCases_MeetTheirSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	for name, content := range map[string][]byte{"openapi.yaml": must(api.SpecJSON()), "conformance/cases.schema.json": conformance.Schema} {
		if err := compiler.AddResource("file:///api/"+name, unmarshal(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := compiler.MustCompile("file:///api/conformance/cases.schema.json").Validate(unmarshal(conformance.JSON)); err != nil {
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
