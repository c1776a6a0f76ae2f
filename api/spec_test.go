package api_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// These are rules for any version of the document. They repeat no fact of it: `make breaking` shows the changes.

func load(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func TestSpec_ValidWithItsExamples(t *testing.T) {
	if err := load(t).Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
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
	want, wantErr := load(t).MarshalJSON()
	got, gotErr := fromJSON.MarshalJSON()
	if diff := cmp.Diff(string(want), string(got)); wantErr != nil || gotErr != nil || diff != "" {
		t.Errorf("%v, %v (-YAML +JSON):\n%s", wantErr, gotErr, diff)
	}
	if !strings.HasPrefix(string(document), "{\n  \"openapi\":") {
		t.Errorf("the JSON does not keep the order of the YAML: it begins %.40q", document)
	}
}

// TestSpec_ErrorsShareOneEnvelope: a client must be able to read an error of any status.
func TestSpec_ErrorsShareOneEnvelope(t *testing.T) {
	var envelope string
	for name, operation := range operations(load(t)) {
		for status, response := range operation.Responses.Map() {
			if status < "4" {
				continue // the others are 400 to 599, 4XX, 5XX and default
			}
			if len(response.Value.Content) == 0 {
				t.Errorf("%s, %s: the error has no body", name, status)
			}
			for _, media := range response.Value.Content {
				if envelope == "" && media.Schema != nil {
					envelope = media.Schema.Ref
				}
				if media.Schema == nil || envelope == "" || media.Schema.Ref != envelope {
					t.Errorf("%s, %s: the schema is no reference to the envelope that the other errors have", name, status)
				}
			}
		}
	}
}

// TestSpec_HeadersHaveExamples: the document's validator checks only the examples of parameters and bodies.
func TestSpec_HeadersHaveExamples(t *testing.T) {
	for answer, response := range answers(load(t)) {
		for name, header := range response.Headers {
			// Either place is right, and the lint rules want a schema.
			example := header.Value.Example
			if example == nil {
				example = header.Value.Schema.Value.Example
			}
			if err := header.Value.Schema.Value.VisitJSON(example); example == nil || err != nil {
				t.Errorf("%s, %s: no example, or a wrong one: %v", answer, name, err)
			}
		}
	}
}

// TestSpec_HeadersOfOneNameAgree: a response with its own example of a header has a copy of the schema, which must not differ.
func TestSpec_HeadersOfOneNameAgree(t *testing.T) {
	schemas := map[string]*openapi3.Schema{}
	for answer, response := range answers(load(t)) {
		for name, header := range response.Headers {
			schema := header.Value.Schema.Value
			if schemas[name] == nil {
				schemas[name] = schema
			}
			if diff := cmp.Diff(schemas[name], schema, cmpopts.IgnoreUnexported(openapi3.Schema{}), cmpopts.IgnoreFields(openapi3.Schema{}, "Extensions", "Origin")); diff != "" {
				t.Errorf("%s, %s: another response has another schema:\n%s", answer, name, diff)
			}
		}
	}
}

// TestSpec_SecuritySchemesAreAlternatives: every operation lists them, because some generators look only there.
func TestSpec_SecuritySchemesAreAlternatives(t *testing.T) {
	for name, operation := range operations(load(t)) {
		needsTwo := func(alternative openapi3.SecurityRequirement) bool { return len(alternative) != 1 }
		if operation.Security == nil || len(*operation.Security) == 0 || slices.ContainsFunc(*operation.Security, needsTwo) {
			t.Errorf("%s: security %v, want alternatives of one scheme each", name, operation.Security)
		}
	}
}

// TestSpec_AnswersAreOpen: with closed enums, strict clients fail as soon as the API adds something. Linters see to the objects.
func TestSpec_AnswersAreOpen(t *testing.T) {
	eachSchema(load(t), func(at, _ string, schema *openapi3.Schema) {
		if len(schema.Enum) > 0 {
			t.Errorf("%s: has a closed enum, want x-extensible-enum", at)
		}
	})
}

// TestSpec_NoPlaceForASecretsValue checks the words in the names of properties and header fields.
func TestSpec_NoPlaceForASecretsValue(t *testing.T) {
	camel := regexp.MustCompile(`([a-z0-9])([A-Z])`)
	suspect := regexp.MustCompile(`(^|_)(values?|plain|(plain|clear|cipher)_?text|cipher|passwords?|passphrase|tokens?|credentials?|(api|private)_?key)(_|$)|(^|_)(secret|encrypted)$`)
	// Allowed: facts about a value, and the token of a page.
	harmless := regexp.MustCompile(`_(id|name|type|kind|format)$|page_token$`)
	eachSchema(load(t), func(at, name string, schema *openapi3.Schema) {
		if schema.WriteOnly || schema.Type.Is("boolean") || schema.Type.Is("integer") || schema.Type.Is("number") || schema.Format == "date-time" {
			return
		}
		name = strings.ToLower(strings.ReplaceAll(camel.ReplaceAllString(name, "${1}_${2}"), "-", "_"))
		if suspect.MatchString(name) && !harmless.MatchString(name) {
			t.Errorf("%s: could carry a secret's value", at)
		}
	})
}

// decided has the parameters and properties about which people have decided, with the reason.
var decided = map[string]string{}

// TestSpec_PeopleDecideAboutPages: no caller can send a parameter that is not in the path, and the first page of a list would
// pass for the whole list.
func TestSpec_PeopleDecideAboutPages(t *testing.T) {
	for _, name := range undecided(load(t)) {
		t.Errorf("people must decide about %s: let callers send it or read on, or say in `decided` why the list is complete without it", name)
	}
}

func undecided(spec *openapi3.T) (names []string) {
	for _, item := range spec.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
				if parameter.Value.In != openapi3.ParameterInPath {
					names = append(names, parameter.Value.Name)
				}
			}
		}
	}
	ofPages := regexp.MustCompile(`(?i)cursor|pag(e|ing|ination)|offset|next|more|total|truncated`)
	eachSchema(spec, func(at, name string, _ *openapi3.Schema) {
		if success := regexp.MustCompile(`^[^,]*, 2`); success.MatchString(at) && ofPages.MatchString(name) {
			names = append(names, name)
		}
	})
	names = slices.DeleteFunc(names, func(name string) bool { return decided[name] != "" })
	slices.Sort(names)
	return names
}

func operations(spec *openapi3.T) map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+path] = operation
		}
	}
	return all
}

func answers(spec *openapi3.T) map[string]*openapi3.Response {
	all := map[string]*openapi3.Response{}
	for name, operation := range operations(spec) {
		for status, response := range operation.Responses.Map() {
			all[name+", "+status] = response.Value
		}
	}
	return all
}

// eachSchema visits all schemas in all responses. It passes the place, and the property or header field of the schema.
func eachSchema(spec *openapi3.T, visit func(at, name string, schema *openapi3.Schema)) {
	open := map[*openapi3.Schema]bool{} // a schema can contain itself
	var descend func(at, name string, schema *openapi3.SchemaRef)
	descend = func(at, name string, schema *openapi3.SchemaRef) {
		if schema == nil || open[schema.Value] {
			return
		}
		open[schema.Value] = true
		defer delete(open, schema.Value)
		visit(at, name, schema.Value)
		for property, schema := range schema.Value.Properties {
			descend(at+"."+property, property, schema)
		}
		descend(at+"[]", name, schema.Value.Items)
		descend(at+"{}", name, schema.Value.AdditionalProperties.Schema)
		for _, part := range slices.Concat(schema.Value.AllOf, schema.Value.AnyOf, schema.Value.OneOf) {
			descend(at, name, part)
		}
	}
	for answer, response := range answers(spec) {
		for _, media := range response.Content {
			descend(answer, "", media.Schema)
		}
		for name, header := range response.Headers {
			descend(answer+", "+name, name, header.Value.Schema)
		}
	}
}
