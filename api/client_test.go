package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// The tests of values past the limits are in pkg/internal/interop, which makes such responses.

func clientSpec(t *testing.T) *openapi3.T {
	t.Helper()
	text, err := api.ClientSpec()
	if err != nil {
		t.Fatal(err)
	}
	form, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func TestClientSpec_ValidWithItsExamples(t *testing.T) {
	form := clientSpec(t)
	if err := form.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
	if sentences := strings.Count(form.Info.Description+" ", ". "); sentences != 1 || strings.Contains(form.Info.Description, "\n") {
		t.Errorf("info.description is not one sentence: %q", form.Info.Description)
	}
}

// TestClientSpec_HasOneScheme: one scheme for all credentials, because some clients need a value for each scheme.
func TestClientSpec_HasOneScheme(t *testing.T) {
	form := clientSpec(t)
	if names := slices.Collect(maps.Keys(form.Components.SecuritySchemes)); !slices.Equal(names, []string{"BearerAuth"}) {
		t.Errorf("security schemes %q", names)
	}
	for path, item := range form.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Security == nil || len(*operation.Security) != 1 || (*operation.Security)[0]["BearerAuth"] == nil {
				t.Errorf("%s %s: security %v", method, path, operation.Security)
			}
		}
	}
}

// TestClientSpec_DiffersAsItSays compares all values of the two forms. The client form may differ in descriptions and security,
// and lack limits on values in responses. Everything else, such as names and types, is the same.
func TestClientSpec_DiffersAsItSays(t *testing.T) {
	asJSON, err := api.ClientSpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	fullJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	full, form := leaves(t, fullJSON), leaves(t, asJSON)
	allowed := regexp.MustCompile(`/description$|^/components/securitySchemes/|^/paths/[^/]+/[a-z]+/security/`)
	keyword := regexp.MustCompile(`/((min|max)(imum|Length|Items|Properties)|exclusiveM(in|ax)imum|pattern|format|multipleOf|uniqueItems)$`)
	ofResponses := regexp.MustCompile(`/(responses|headers|schemas)/`)
	isLimit := func(place string) bool {
		number := strings.HasSuffix(place, "/format") && full[strings.TrimSuffix(place, "format")+"type"] != "string"
		return keyword.MatchString(place) && ofResponses.MatchString(place) && !number
	}
	for place, value := range full {
		switch got, ok := form[place]; {
		case ok && got == value, allowed.MatchString(place):
		case !ok && isLimit(place):
			if !told(form, place, value) {
				t.Errorf("%s: no description tells the limit %s", place, value)
			}
		default:
			t.Errorf("%s: %q, want %q", place, got, value)
		}
	}
	for place := range form {
		if _, ok := full[place]; !ok && !allowed.MatchString(place) {
			t.Errorf("%s is not in the document", place)
		}
		if isLimit(place) {
			t.Errorf("%s: a response still has the limit", place)
		}
	}
}

// told reports whether the description of a schema, or of its header, has the value of a limit.
func told(form map[string]string, place, value string) bool {
	schema := place[:strings.LastIndex(place, "/")]
	description := form[schema+"/description"] + form[strings.TrimSuffix(schema, "/schema")+"/description"]
	_, limits, _ := strings.Cut(description, "Documented limits: ")
	return strings.Contains(limits, value)
}

// leaves returns the scalars and empty containers of a document, by JSON pointer.
func leaves(t *testing.T, document []byte) map[string]string {
	t.Helper()
	var root any
	if err := json.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	var descend func(place string, value any)
	descend = func(place string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, member := range value {
				descend(place+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key), member)
			}
		case []any:
			for i, item := range value {
				descend(fmt.Sprintf("%s/%d", place, i), item)
			}
		default:
			found[place] = fmt.Sprint(value)
		}
	}
	descend("", root)
	return found
}
