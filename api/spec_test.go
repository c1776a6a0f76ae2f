package api_test

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

const path = "/v1/teams/{team_id}/connector_builder/connectors/{connector_identifier}/secrets"

func load(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func operation(t *testing.T) *openapi3.Operation {
	t.Helper()
	item := load(t).Paths.Value(path)
	if item == nil || item.Get == nil {
		t.Fatalf("there is no GET %s", path)
	}
	return item.Get
}

func TestSpec_ValidWithItsExamples(t *testing.T) {
	if err := load(t).Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

func TestSpec_EmbeddedIsTheFile(t *testing.T) {
	file, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(file), string(api.Spec)); diff != "" {
		t.Errorf("(-file +embedded):\n%s", diff)
	}
}

func TestSpecJSON_IsTheSameDocument(t *testing.T) {
	document, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	want, err := load(t).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := fromJSON.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-YAML +JSON):\n%s", diff)
	}
	if !strings.HasPrefix(string(document), "{\n  \"openapi\": \"3.0.3\"") {
		t.Errorf("the JSON does not keep the order of the YAML: it begins %.40q", document)
	}
}

func TestSpec_Operation(t *testing.T) {
	spec, get := load(t), operation(t)
	if got, want := spec.Paths.Len(), 1; got != want {
		t.Errorf("%d paths, want %d", got, want)
	}
	if got, want := spec.Servers[0].URL, "https://api.supermetrics.com"; got != want || len(spec.Servers) != 1 {
		t.Errorf("server %q of %d, want %q alone", got, len(spec.Servers), want)
	}
	if len(spec.Security) > 0 {
		t.Error("security belongs to the operation: some generators look for it there only")
	}
	if spec.OpenAPI != "3.0.3" || spec.Info.Contact == nil || spec.Info.License == nil {
		t.Error("want OpenAPI 3.0.3 with a contact and a licence")
	}
	if got, want := get.OperationID, "listConnectorSecrets"; got != want {
		t.Errorf("operationId %q, want %q", got, want)
	}
	if got, want := get.Summary, "List connector secrets"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if got, want := get.Tags, []string{"Connector Secrets"}; !slices.Equal(got, want) {
		t.Errorf("tags %q, want %q", got, want)
	}
	if get.RequestBody != nil {
		t.Error("the operation has no request body")
	}
	for _, word := range []string{"never returned", "no paging", "at most 100", "cb_secrets_read"} {
		if !strings.Contains(get.Description, word) {
			t.Errorf("the description does not say %q", word)
		}
	}
}

func TestSpec_Parameters(t *testing.T) {
	parameters := operation(t).Parameters
	if len(parameters) != 2 {
		t.Fatalf("%d parameters, want 2", len(parameters))
	}
	team := parameters.GetByInAndName("path", "team_id")
	if schema := team.Schema.Value; !team.Required || !schema.Type.Is("integer") || schema.Format != "int64" || *schema.Min != 1 || schema.Max != nil {
		t.Errorf("team_id must be a required int64 from 1, without a maximum: %+v", schema)
	}
	for _, parameter := range parameters {
		if parameter.Value.Description == "" || parameter.Value.Description != parameter.Value.Schema.Value.Description {
			t.Errorf("%s: the schema must have the parameter's description too", parameter.Value.Name)
		}
	}
	if got, want := team.Example, any(float64(936506)); got != want {
		t.Errorf("example of team_id %v, want %v", got, want)
	}
	connector := parameters.GetByInAndName("path", "connector_identifier")
	if schema := connector.Schema.Value; !connector.Required || !schema.Type.Is("string") || *schema.MaxLength != 100 || schema.Pattern != "^[A-Za-z0-9_-]+$" {
		t.Errorf("connector_identifier must be a required string of at most 100 with the pattern: %+v", schema)
	}
	if got, want := connector.Example, any("T3S70"); got != want {
		t.Errorf("example of connector_identifier %v, want %v", got, want)
	}
}

// TestSpec_Answers holds the answers to the table of the contract: which there are, their headers and their example.
func TestSpec_Answers(t *testing.T) {
	advice := map[string]string{
		"401": "Do not repeat the request with the\nsame credential", "403": "cb_secrets_read", "404": "Check both identifiers",
		"429": "Wait as long as `Retry-After` says", "500": "Repeat the request a few times",
	}
	const limit, remaining, origin = "X-RateLimit-Limit", "X-RateLimit-Remaining", "Access-Control-Allow-Origin"
	want := map[string]struct {
		headers       []string
		code, message string
	}{
		"200": {},
		"401": {[]string{origin, "WWW-Authenticate", limit, remaining}, "UNAUTHORIZED", "Authentication is required."},
		"403": {[]string{origin, limit, remaining}, "FORBIDDEN", "You do not have access to this resource."},
		"404": {[]string{origin, limit, remaining}, "NOT_FOUND", "The requested resource was not found."},
		"429": {[]string{origin, "Retry-After", limit, remaining}, "TOO_MANY_REQUESTS", "Rate limit exceeded. Retry later."},
		"500": {[]string{origin}, "INTERNAL_SERVER_ERROR", "An unexpected error occurred."},
	}
	responses := operation(t).Responses.Map()
	if len(responses) != len(want) {
		t.Errorf("%d answers, want %d", len(responses), len(want))
	}
	for status, want := range want {
		response := responses[status]
		if response == nil {
			t.Errorf("%s is missing", status)
			continue
		}
		var headers []string
		for name, header := range response.Value.Headers {
			headers = append(headers, name)
			if header.Ref == "" || header.Value.Example == nil {
				t.Errorf("%s: the header %s must be a reusable one with an example", status, name)
			}
		}
		slices.Sort(headers)
		if diff := cmp.Diff(want.headers, headers); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", status, diff)
		}
		if !strings.Contains(*response.Value.Description, advice[status]) {
			t.Errorf("%s: the description does not say %q", status, advice[status])
		}
		content := response.Value.Content.Get("application/json")
		if status == "200" {
			if len(content.Examples) < 3 || content.Examples["none"] == nil || content.Examples["several"] == nil {
				t.Error("200: want examples of one secret, none and several")
			}
			continue
		}
		if response.Ref == "" || content.Schema.Ref != "#/components/schemas/ErrorEnvelope" {
			t.Errorf("%s: must be a named response with the shared envelope, not %q with %q", status, response.Ref, content.Schema.Ref)
		}
		for _, example := range content.Examples {
			envelope := example.Value.Value.(map[string]any)
			if id := envelope["meta"].(map[string]any)["request_id"]; id != "BXaEFVtjc7TXaJxgZhmFgSUD9edqq_CN" {
				t.Errorf("%s: request id %v of the example", status, id)
			}
			detail := envelope["error"].(map[string]any)
			if detail["code"] != want.code || detail["message"] != want.message {
				t.Errorf("%s: example %v, want %s, %q", status, detail, want.code, want.message)
			}
		}
	}
}

func TestSpec_Headers(t *testing.T) {
	bounds := map[string]struct{ minimum, maximum, example float64 }{
		"X-RateLimit-Limit":     {1, 10000, 5000},
		"X-RateLimit-Remaining": {0, 10000, 4999},
		"Retry-After":           {1, 86400, 3600},
	}
	headers := load(t).Components.Headers
	for name, want := range bounds {
		header := headers[name].Value
		schema := header.Schema.Value
		if !schema.Type.Is("integer") || *schema.Min != want.minimum || *schema.Max != want.maximum || header.Example != want.example {
			t.Errorf("%s: %v to %v, example %v; want %v", name, *schema.Min, *schema.Max, header.Example, want)
		}
	}
	for name, pattern := range map[string]string{"WWW-Authenticate": "^Bearer", "Access-Control-Allow-Origin": `^\*$`} {
		if got := headers[name].Value.Schema.Value.Pattern; got != pattern {
			t.Errorf("%s: pattern %s, want %s", name, got, pattern)
		}
	}
	for name, header := range headers {
		// The validator of documents looks at the examples of parameters and bodies only.
		if err := header.Value.Schema.Value.VisitJSON(header.Value.Example); err != nil {
			t.Errorf("%s: example: %v", name, err)
		}
	}
}

func TestSpec_SecuritySchemesAreAlternatives(t *testing.T) {
	schemes := load(t).Components.SecuritySchemes
	if bearer := schemes["BearerAuth"].Value; bearer.Type != "http" || bearer.Scheme != "bearer" || bearer.BearerFormat != "otok" {
		t.Errorf("BearerAuth: %+v", bearer)
	}
	if key := schemes["ApiKeyAuth"].Value; key.Type != "apiKey" || key.In != "header" || key.Name != "Authorization" || !strings.Contains(key.Description, "Authorization: Bearer <api key>") || !strings.Contains(key.Description, "cb_secrets_read") {
		t.Errorf("ApiKeyAuth: %+v", key)
	}
	want := openapi3.SecurityRequirements{{"BearerAuth": {}}, {"ApiKeyAuth": {}}}
	if diff := cmp.Diff(&want, operation(t).Security); diff != "" {
		t.Errorf("security (-want +got):\n%s", diff)
	}
}

func TestSpec_Schemas(t *testing.T) {
	schemas := load(t).Components.Schemas
	property := func(schema, name string) *openapi3.Schema {
		t.Helper()
		if schemas[schema] == nil || schemas[schema].Value.Properties[name] == nil {
			t.Fatalf("there is no schema %s with a property %s", schema, name)
		}
		return schemas[schema].Value.Properties[name].Value
	}

	required := map[string][]string{
		"ConnectorSecretList": {"count", "secrets"},
		"ConnectorSecret":     {"secret_placeholder", "secret_name"},
		"ErrorEnvelope":       {"meta", "error"},
		"ErrorMeta":           {"request_id"},
		"ErrorDetail":         {"code", "message"},
	}
	for name, want := range required {
		if diff := cmp.Diff(want, schemas[name].Value.Required); diff != "" {
			t.Errorf("%s: required (-want +got):\n%s", name, diff)
		}
	}
	if count := property("ConnectorSecretList", "count"); count.Format != "int32" || *count.Min != 0 {
		t.Errorf("count: %+v", count)
	}
	if got := *property("ConnectorSecretList", "secrets").MaxItems; got != 100 {
		t.Errorf("secrets: at most %d, want 100", got)
	}
	lengths := []struct {
		schema, name     string
		minimum, maximum uint64
		pattern          string
	}{
		{"ConnectorSecret", "secret_placeholder", 0, 100, ""},
		{"ConnectorSecret", "secret_name", 0, 255, ""},
		{"ErrorMeta", "request_id", 8, 64, "^[A-Za-z0-9_-]+$"},
		{"ErrorDetail", "code", 0, 100, "^[A-Z][A-Z0-9_]*$"},
		{"ErrorDetail", "message", 1, 255, ""},
		{"ErrorDetail", "description", 0, 2048, ""},
	}
	for _, want := range lengths {
		got := property(want.schema, want.name)
		if !got.Type.Is("string") || got.MinLength != want.minimum || *got.MaxLength != want.maximum || got.Pattern != want.pattern || got.Example == nil {
			t.Errorf("%s.%s: %+v, want %+v with an example", want.schema, want.name, got, want)
		}
	}
}

// TestSpec_OpenForNewValues: a closed set or a closed object makes strict clients fail on the day the API grows.
func TestSpec_OpenForNewValues(t *testing.T) {
	for name, schema := range load(t).Components.Schemas {
		walk(schema, func(at string, schema *openapi3.Schema) {
			if len(schema.Enum) > 0 {
				t.Errorf("%s%s: has a closed enum", name, at)
			}
			if schema.AdditionalProperties.Has != nil || schema.AdditionalProperties.Schema != nil {
				t.Errorf("%s%s: says something about additional properties", name, at)
			}
		})
	}
	code := load(t).Components.Schemas["ErrorDetail"].Value.Properties["code"].Value
	codes, ok := code.Extensions["x-extensible-enum"].([]any)
	if !ok || len(codes) != 12 {
		t.Errorf("error.code: x-extensible-enum %v, want the 12 common codes", codes)
	}
	for _, value := range codes {
		// Generators drop the extension, and keep the text.
		if !strings.Contains(code.Description, "`"+value.(string)+"`") {
			t.Errorf("error.code: the description does not name %v", value)
		}
	}
}

// TestSpec_NoPlaceForASecretsValue lists every property that an answer can have. One more needs a decision.
func TestSpec_NoPlaceForASecretsValue(t *testing.T) {
	want := []string{
		"200.count", "200.secrets", "200.secrets[].secret_name", "200.secrets[].secret_placeholder",
		"4xx.error", "4xx.error.code", "4xx.error.description", "4xx.error.message", "4xx.meta", "4xx.meta.request_id",
	}
	var got []string
	for status, response := range operation(t).Responses.Map() {
		for _, media := range response.Value.Content {
			walk(media.Schema, func(at string, _ *openapi3.Schema) {
				if at != "" && !strings.HasSuffix(at, "]") {
					got = append(got, map[bool]string{true: "200", false: "4xx"}[status == "200"]+at)
				}
			})
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("list a new property here if it can't carry a secret's value (-want +got):\n%s", diff)
	}
	for _, name := range got {
		if regexp.MustCompile(`(?i)value|plain|cipher|password|token`).MatchString(name) {
			t.Errorf("%s could carry a secret's value", name)
		}
	}
}

// walk visits a schema and all that it holds.
func walk(schema *openapi3.SchemaRef, visit func(at string, schema *openapi3.Schema)) {
	var descend func(at string, schema *openapi3.SchemaRef)
	descend = func(at string, schema *openapi3.SchemaRef) {
		if schema == nil {
			return
		}
		visit(at, schema.Value)
		for name, property := range schema.Value.Properties {
			descend(at+"."+name, property)
		}
		descend(at+"[]", schema.Value.Items)
		for _, group := range []openapi3.SchemaRefs{schema.Value.AllOf, schema.Value.AnyOf, schema.Value.OneOf} {
			for _, part := range group {
				descend(at, part)
			}
		}
	}
	descend("", schema)
}

// TestSpec_SpeaksNoProgrammingLanguage keeps the document fit for every language: no generator's extension, no type of
// a language.
func TestSpec_SpeaksNoProgrammingLanguage(t *testing.T) {
	foreign := regexp.MustCompile(`(?i)\bgo(lang)?\b|x-go|oapi-codegen|goroutine|\bstruct\b|\bnil\b|\bslice\b`)
	for i, line := range strings.Split(string(api.Spec), "\n") {
		if strings.Contains(line, "github.com/connectorsecrets/connectorsecrets-go") {
			continue // the contact, which is the repository's name
		}
		if found := foreign.FindString(line); found != "" {
			t.Errorf("line %d: %q", i+1, found)
		}
	}
}

// TestSpec_ExamplesAreJSON: an example that YAML reads as another type than JSON would mislead other languages.
func TestSpec_ExamplesAreJSON(t *testing.T) {
	for status, response := range operation(t).Responses.Map() {
		for name, example := range response.Value.Content.Get("application/json").Examples {
			if example.Value.Summary == "" {
				t.Errorf("%s, %s: has no summary", status, name)
			}
			if _, err := json.Marshal(example.Value.Value); err != nil {
				t.Errorf("%s, %s: %v", status, name, err)
			}
		}
	}
}
