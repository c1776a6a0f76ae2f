package api_test

import (
	"bytes"
	"context"
	"os"
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

func TestSpec_EmbeddedIsTheFile(t *testing.T) {
	if file, err := os.ReadFile("openapi.yaml"); err != nil || !bytes.Equal(file, api.Spec) {
		t.Errorf("it is not: %v", err)
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
	for name, operation := range operations(t) {
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
	for answer, response := range answers(t) {
		for name, header := range response.Headers {
			if header.Value.Schema == nil {
				t.Errorf("%s, %s: the header has no schema", answer, name)
				continue
			}
			examples := []any{header.Value.Example, header.Value.Schema.Value.Example}
			for _, example := range header.Value.Examples {
				examples = append(examples, example.Value.Value)
			}
			examples = slices.DeleteFunc(examples, func(example any) bool { return example == nil })
			if len(examples) == 0 {
				t.Errorf("%s, %s: the header has no example", answer, name)
			}
			for _, example := range examples {
				if err := header.Value.Schema.Value.VisitJSON(example); err != nil {
					t.Errorf("%s, %s: example: %v", answer, name, err)
				}
			}
		}
	}
}

// TestSpec_HeadersOfOneNameAgree: a response with its own example of a header has a copy of the schema, which must not differ.
func TestSpec_HeadersOfOneNameAgree(t *testing.T) {
	schemas := map[string]*openapi3.Schema{}
	for answer, response := range answers(t) {
		for name, header := range response.Headers {
			schema := header.Value.Schema.Value
			if schemas[name] == nil {
				schemas[name] = schema
			}
			if diff := cmp.Diff(schemas[name], schema, cmpopts.IgnoreUnexported(openapi3.Schema{}), cmpopts.IgnoreFields(openapi3.Schema{}, "Extensions", "Origin")); diff != "" {
				t.Errorf("%s, %s: another response has another schema:\n%s", answer, name, diff)
			}
			if strings.HasSuffix(answer, ", 429") && name == "X-RateLimit-Remaining" && header.Value.Example != *schema.Min {
				t.Errorf("%s, %s: the example leaves %v requests", answer, name, header.Value.Example)
			}
		}
	}
}

// TestSpec_SecuritySchemesAreAlternatives: every operation lists them, because some generators look only there.
func TestSpec_SecuritySchemesAreAlternatives(t *testing.T) {
	unused := load(t).Components.SecuritySchemes
	for name, operation := range operations(t) {
		if operation.Security == nil || len(*operation.Security) == 0 {
			t.Errorf("%s: has no security", name)
			continue
		}
		for _, alternative := range *operation.Security {
			if len(alternative) != 1 {
				t.Errorf("%s: an alternative needs %d security schemes, want 1", name, len(alternative))
			}
			for scheme := range alternative {
				delete(unused, scheme)
			}
		}
	}
	for scheme := range unused {
		t.Errorf("no operation takes the security scheme %s", scheme)
	}
}

// TestSpec_AnswersAreOpen: with closed enums or objects, strict clients fail as soon as the API adds something.
func TestSpec_AnswersAreOpen(t *testing.T) {
	eachSchema(t, func(at, _ string, schema *openapi3.Schema) {
		if len(schema.Enum) > 0 {
			t.Errorf("%s: has a closed enum, want x-extensible-enum", at)
		}
		if has := schema.AdditionalProperties.Has; has != nil && !*has {
			t.Errorf("%s: refuses additional properties", at)
		}
	})
}

// TestSpec_NoPlaceForASecretsValue checks the words in the names of properties and header fields.
func TestSpec_NoPlaceForASecretsValue(t *testing.T) {
	camel := regexp.MustCompile(`([a-z0-9])([A-Z])`)
	suspect := regexp.MustCompile(`(^|_)(values?|plain|(plain|clear|cipher)_?text|cipher|passwords?|passphrase|tokens?|credentials?|(api|private)_?key)(_|$)|(^|_)(secret|encrypted)$`)
	// Allowed: facts about a value, and the token of a page.
	harmless := regexp.MustCompile(`_(id|name|type|kind|format)$|page_token$`)
	eachSchema(t, func(at, name string, schema *openapi3.Schema) {
		if schema.Type.Is("boolean") || schema.Type.Is("integer") || schema.Type.Is("number") || schema.Format == "date-time" {
			return
		}
		name = strings.ToLower(strings.ReplaceAll(camel.ReplaceAllString(name, "${1}_${2}"), "-", "_"))
		if suspect.MatchString(name) && !harmless.MatchString(name) {
			t.Errorf("%s: could carry a secret's value", at)
		}
	})
}

// TestSpec_SpeaksNoProgrammingLanguage: except in code samples, the document is for all languages. "go" is an English word, but
// "in Go" is about the language.
func TestSpec_SpeaksNoProgrammingLanguage(t *testing.T) {
	samples := regexp.MustCompile(`(?m)^ {6}x-codeSamples:\n(?:(?: {7}.*)?\n)+`)
	prose := samples.ReplaceAllString(string(api.Spec), "")
	if strings.Contains(prose, "package main") {
		t.Fatal("the code samples are not where this test leaves them out")
	}
	foreign := regexp.MustCompile(`(?i:x-go\b|golang|goroutine|oapi-codegen|\bstruct\b|\bnil\b|\binterface\{|\bmap\[)|[a-z,] Go\b`)
	for line := range strings.Lines(prose) {
		if found := foreign.FindString(line); found != "" {
			t.Errorf("%q in %s", found, line)
		}
	}
}

// TestSpec_TextsAreWhereClientsNeedThem: most clients do not show the descriptions of security schemes, and generators copy the
// document's description into every file.
func TestSpec_TextsAreWhereClientsNeedThem(t *testing.T) {
	for name, operation := range operations(t) {
		if !strings.Contains(operation.Description, "`Authorization: Bearer <credential>`") {
			t.Errorf("%s: the description does not say what to send", name)
		}
	}
	if length := len(load(t).Info.Description); length > 500 {
		t.Errorf("info.description has %d bytes: guidance belongs in the description of a tag", length)
	}
}

// TestSpec_NamesItsOwnSecuritySchemes: the guidance has generator settings that name a scheme.
func TestSpec_NamesItsOwnSecuritySchemes(t *testing.T) {
	named := regexp.MustCompile(`key:(\w+)`).FindAllStringSubmatch(string(api.Spec), -1)
	if len(named) == 0 {
		t.Error("no setting names a security scheme")
	}
	for _, match := range named {
		if load(t).Components.SecuritySchemes[match[1]] == nil {
			t.Errorf("there is no security scheme %s", match[1])
		}
	}
}

func operations(t *testing.T) map[string]*openapi3.Operation {
	t.Helper()
	all := map[string]*openapi3.Operation{}
	for path, item := range load(t).Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+path] = operation
		}
	}
	if len(all) == 0 {
		t.Fatal("the document has no operation")
	}
	return all
}

func answers(t *testing.T) map[string]*openapi3.Response {
	t.Helper()
	all := map[string]*openapi3.Response{}
	for name, operation := range operations(t) {
		for status, response := range operation.Responses.Map() {
			all[name+", "+status] = response.Value
		}
	}
	return all
}

// eachSchema visits all schemas in all responses. It passes the place, and the property or header field of the schema.
func eachSchema(t *testing.T, visit func(at, name string, schema *openapi3.Schema)) {
	t.Helper()
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
	for answer, response := range answers(t) {
		for _, media := range response.Content {
			descend(answer, "", media.Schema)
		}
		for name, header := range response.Headers {
			descend(answer+", "+name, name, header.Value.Schema)
		}
	}
}
