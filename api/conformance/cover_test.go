//go:build gate

package conformance_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// TestCases_CoverTheDocument requires a case with each documented status, header field and property, a case without each
// optional one, and a value that reaches each kind of limit. So a new property needs one case.
func TestCases_CoverTheDocument(t *testing.T) {
	spec, _, operation := document(t)
	all := cases(t)
	bodies := map[*openapi3.Schema][]any{}
	headers, headerSchemas := map[string][]any{}, map[string]*openapi3.Schema{}
	for status, response := range operation.Responses.Map() {
		body := response.Value.Content.Get("application/json").Schema.Value
		answers := 0
		for _, c := range all {
			if strconv.Itoa(c.Answer.Status) != status {
				continue
			}
			answers++
			bodies[body] = append(bodies[body], unmarshal(t, c.Answer.Body))
			for name, header := range response.Value.Headers {
				fields := map[string]any{}
				if value, ok := c.Answer.Headers[name]; ok {
					fields[name] = json.Number(value)
				}
				headers[name] = append(headers[name], fields)
				headerSchemas[name] = openapi3.NewSchema().WithProperty(name, header.Value.Schema.Value)
			}
		}
		if answers == 0 {
			t.Errorf("no case has the status %s", status)
		}
	}
	for schema, values := range bodies {
		shown := limits{}
		shown.cover(t, "a body", schema, values)
		shown.report(t, "a body")
	}
	shown := limits{}
	for name, values := range headers {
		shown.cover(t, "the headers", headerSchemas[name], values)
	}
	shown.report(t, "the headers")
	for _, parameter := range operation.Parameters {
		var values []any
		for _, c := range all {
			values = append(values, map[string]any{
				"team_id":              json.Number(strconv.FormatInt(c.Request.TeamID, 10)),
				"connector_identifier": c.Request.ConnectorID,
			}[parameter.Value.Name])
		}
		shown := limits{}
		shown.cover(t, parameter.Value.Name, parameter.Value.Schema.Value, values)
		shown.report(t, parameter.Value.Name)
	}
	for scheme := range spec.Components.SecuritySchemes {
		for _, status := range []int{http.StatusOK, http.StatusUnauthorized} {
			if !slices.ContainsFunc(all, func(c conformance.Case) bool { return c.Request.Scheme == scheme && c.Answer.Status == status }) {
				t.Errorf("no case has %s with status %d", scheme, status)
			}
		}
	}
}

// limits has for each kind of limit a function that reports whether a value reaches it.
type limits map[string]bool

func (l limits) report(t *testing.T, at string) {
	t.Helper()
	for kind, reached := range l {
		if !reached {
			t.Errorf("no case has %s with %s", at, kind)
		}
	}
}

// cover compares values with their schema.
func (l limits) cover(t *testing.T, at string, schema *openapi3.Schema, values []any) {
	t.Helper()
	if len(values) == 0 {
		t.Errorf("no case has %s", at)
		return
	}
	reach := func(kind string, match func(any) bool) { l[kind] = l[kind] || slices.ContainsFunc(values, match) }
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
		l.cover(t, at+"."+name, property.Value, members)
	}
	switch {
	case schema.Type.Is("object"):
		reach("an unknown property", func(value any) bool {
			for name := range value.(map[string]any) {
				if schema.Properties[name] == nil {
					return true
				}
			}
			return false
		})
	case schema.Type.Is("array"):
		length := func(value any) uint64 { return uint64(len(value.([]any))) }
		reach("a value at minItems", func(value any) bool { return length(value) == schema.MinItems })
		if schema.MaxItems != nil {
			reach("a value at maxItems", func(value any) bool { return length(value) == *schema.MaxItems })
		}
		var items []any
		for _, value := range values {
			items = append(items, value.([]any)...)
		}
		l.cover(t, at+"[]", schema.Items.Value, items)
	case schema.Type.Is("string"):
		length := func(value any) uint64 { return uint64(utf8.RuneCountInString(fmt.Sprint(value))) }
		if schema.MinLength > 0 {
			reach("a value at minLength", func(value any) bool { return length(value) == schema.MinLength })
		}
		if schema.MaxLength != nil {
			reach("a value at maxLength", func(value any) bool { return length(value) == *schema.MaxLength })
		}
		if known, ok := schema.Extensions["x-extensible-enum"].([]any); ok {
			reach("an unknown code", func(value any) bool { return !slices.Contains(known, value) })
		}
	case schema.Type.Is("integer"):
		for kind, limit := range map[string]*float64{"a value at minimum": schema.Min, "a value at maximum": schema.Max} {
			if limit != nil {
				reach(kind, func(value any) bool {
					number, err := value.(json.Number).Float64()
					return err == nil && number == *limit
				})
			}
		}
	}
}

// TestCases_CoverWhatTheDocumentCanNotSay requires forms of JSON, texts and numbers that some languages handle wrong.
func TestCases_CoverWhatTheDocumentCanNotSay(t *testing.T) {
	text := func(match func(string) bool) func(conformance.Case) bool {
		var has func(value any) bool
		has = func(value any) bool {
			switch value := value.(type) {
			case string:
				return match(value)
			case []any:
				return slices.ContainsFunc(value, has)
			case map[string]any:
				for _, member := range value {
					if has(member) {
						return true
					}
				}
			}
			return false
		}
		return func(c conformance.Case) bool {
			return c.Answer.Status == http.StatusOK && has(unmarshal(t, c.Answer.Body))
		}
	}
	for name, covered := range map[string]func(conformance.Case) bool{
		"the largest team ID of 64 bits":     func(c conformance.Case) bool { return c.Request.TeamID == math.MaxInt64 },
		"a team ID that no double holds":     func(c conformance.Case) bool { return c.Request.TeamID == 1<<53+1 },
		"a connector of one character":       func(c conformance.Case) bool { return len(c.Request.ConnectorID) == 1 },
		"an escape":                          func(c conformance.Case) bool { return strings.Contains(string(c.Answer.Body), `\u00`) },
		"a text with a space before it":      text(func(s string) bool { return strings.HasPrefix(s, " ") }),
		"a text with quotes":                 text(func(s string) bool { return strings.Contains(s, `"`) }),
		"a text with an emoji":               text(func(s string) bool { return strings.Contains(s, "\U0001f511") }),
		"a long text of four bytes a letter": text(func(s string) bool { return len(s) > 1000 && len(s) == 4*utf8.RuneCountInString(s) }),
	} {
		if !slices.ContainsFunc(cases(t), covered) {
			t.Errorf("no case has %s", name)
		}
	}
}
