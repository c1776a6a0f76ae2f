//go:build gate

package conformance_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestCases_CoverTheDocument requires a case with each documented status, header field and property, a case without each
// optional one, and for lists and for errors a value at each kind of limit. So a new property needs one case.
func TestCases_CoverTheDocument(t *testing.T) {
	headers := openapi3.NewSchema()
	values, answers := map[*openapi3.Schema][]any{}, map[string]int{}
	for status, response := range operation.Responses.Map() {
		for name, header := range response.Value.Headers {
			headers.WithProperty(name, header.Value.Schema.Value)
		}
		body := response.Value.Content.Get("application/json").Schema.Value
		for _, c := range cases {
			if strconv.Itoa(c.Answer.Status) == status {
				answers[status]++
				answers[c.Request.Scheme+status]++
				fields := map[string]any{}
				for name, value := range c.Answer.Headers {
					fields[name] = value
				}
				values[headers], values[body] = append(values[headers], fields), append(values[body], unmarshal(c.Answer.Body))
			}
		}
		if answers[status] == 0 {
			t.Errorf("no case has the status %s", status)
		}
	}
	for schema, values := range values {
		reached := map[string]bool{}
		cover(t, "a response", schema, values, reached)
		for limit, isReached := range reached {
			if !isReached {
				t.Errorf("no case has %s", limit)
			}
		}
	}
	for scheme := range spec.Components.SecuritySchemes {
		if answers[scheme+"200"]*answers[scheme+"401"] == 0 {
			t.Errorf("no case has %s with status 200, or none with 401", scheme)
		}
	}
}

// cover compares values with their schema. It notes for each kind of limit whether a value reaches it.
func cover(t *testing.T, at string, schema *openapi3.Schema, values []any, reached map[string]bool) {
	if len(values) == 0 {
		t.Errorf("no case has %s", at)
	}
	note := func(limit string, isAt func(any) bool) {
		reached[limit] = reached[limit] || slices.ContainsFunc(values, isAt)
	}
	if schema.Type.Is("array") {
		note("a list at minItems", func(value any) bool { return uint64(len(value.([]any))) == schema.MinItems })
		note("a list at maxItems", func(value any) bool { return schema.MaxItems == nil || uint64(len(value.([]any))) == *schema.MaxItems })
	}
	length := func(value any) uint64 { return uint64(utf8.RuneCountInString(fmt.Sprint(value))) }
	if schema.MinLength > 0 {
		note("a text at minLength", func(value any) bool { return length(value) == schema.MinLength })
	}
	if schema.MaxLength != nil {
		note("a text at maxLength", func(value any) bool { return length(value) == *schema.MaxLength })
	}
	for limit, want := range map[string]*float64{"a number at minimum": schema.Min, "a number at maximum": schema.Max} {
		if want != nil {
			note(limit, func(value any) bool { return fmt.Sprint(value) == strconv.FormatFloat(*want, 'f', -1, 64) })
		}
	}
	if known, ok := schema.Extensions["x-extensible-enum"].([]any); ok {
		note("an unknown code", func(value any) bool { return !slices.Contains(known, value) })
	}
	if schema.Type.Is("object") {
		note("an unknown property", func(value any) bool {
			names := slices.Collect(maps.Keys(value.(map[string]any)))
			return slices.ContainsFunc(names, func(name string) bool { return schema.Properties[name] == nil })
		})
	}
	for name, property := range schema.Properties {
		var members []any
		for _, value := range values {
			if member := value.(map[string]any)[name]; member != nil {
				members = append(members, member)
			}
		}
		if !slices.Contains(schema.Required, name) && len(members) == len(values) {
			t.Errorf("no case has %s without %s", at, name)
		}
		cover(t, at+"."+name, property.Value, members, reached)
	}
	if schema.Items != nil {
		var items []any
		for _, value := range values {
			items = append(items, value.([]any)...)
		}
		cover(t, at+"[]", schema.Items.Value, items, reached)
	}
}
