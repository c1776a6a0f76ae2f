package conformance_test

import (
	"encoding/json"
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

// TestCases_CoverTheDocument demands a case for all that the document says of requests and answers, limits included.
func TestCases_CoverTheDocument(t *testing.T) {
	spec, _, operation := document(t)
	all := cases(t)
	bodies, headers := map[*openapi3.Schema][]any{}, map[string][]any{}
	headerSchemas := map[string]*openapi3.Schema{}
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
				headerSchemas[name] = header.Value.Schema.Value
				fields := map[string]any{}
				if value, ok := c.Answer.Headers[name]; ok {
					fields[name] = json.Number(value)
				}
				headers[name] = append(headers[name], fields)
			}
		}
		if answers == 0 {
			t.Errorf("no case has the status %s", status)
		}
	}
	for schema, values := range bodies {
		cover(t, "a body", schema, values)
	}
	for name, values := range headers {
		schema := headerSchemas[name]
		if !schema.Type.Is("integer") {
			schema = openapi3.NewSchema() // the length of a text says nothing of what a client makes of it
		}
		cover(t, "headers", openapi3.NewSchema().WithProperty(name, schema), values)
	}
	for _, parameter := range operation.Parameters {
		var values []any
		for _, c := range all {
			values = append(values, map[string]any{
				"team_id":              json.Number(strconv.FormatInt(c.Request.TeamID, 10)),
				"connector_identifier": c.Request.ConnectorID,
			}[parameter.Value.Name])
		}
		cover(t, parameter.Value.Name, parameter.Value.Schema.Value, values)
	}
	for scheme := range spec.Components.SecuritySchemes {
		for _, status := range []int{http.StatusOK, http.StatusUnauthorized} {
			if !slices.ContainsFunc(all, func(c conformance.Case) bool { return c.Request.Scheme == scheme && c.Answer.Status == status }) {
				t.Errorf("no case has %s with status %d", scheme, status)
			}
		}
	}
}

// cover holds values against the schema of all of them: what it allows, there must be.
func cover(t *testing.T, at string, schema *openapi3.Schema, values []any) {
	t.Helper()
	if len(values) == 0 {
		t.Errorf("no case has %s", at)
		return
	}
	show := func(what string, match func(any) bool) {
		t.Helper()
		if !slices.ContainsFunc(values, match) {
			t.Errorf("no case has %s %s", at, what)
		}
	}
	length := func(want uint64) {
		t.Helper()
		show("of length "+strconv.FormatUint(want, 10), func(value any) bool {
			if items, ok := value.([]any); ok {
				return uint64(len(items)) == want
			}
			return uint64(utf8.RuneCountInString(value.(string))) == want
		})
	}
	limit := func(want *float64) {
		t.Helper()
		if want != nil {
			show(strconv.FormatFloat(*want, 'f', -1, 64), func(value any) bool {
				number, err := value.(json.Number).Float64()
				return err == nil && number == *want
			})
		}
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
		cover(t, at+"."+name, property.Value, members)
	}
	switch {
	case schema.Type.Is("object"):
		show("with an unknown property", func(value any) bool {
			for name := range value.(map[string]any) {
				if schema.Properties[name] == nil {
					return true
				}
			}
			return false
		})
	case schema.Type.Is("array"):
		length(schema.MinItems)
		show("of several", func(value any) bool { return len(value.([]any)) > 1 })
		if schema.MaxItems != nil {
			length(*schema.MaxItems)
		}
		var items []any
		for _, value := range values {
			items = append(items, value.([]any)...)
		}
		cover(t, at+"[]", schema.Items.Value, items)
	case schema.Type.Is("string"):
		if schema.MinLength > 0 {
			length(schema.MinLength)
		}
		if schema.MaxLength != nil {
			length(*schema.MaxLength)
		}
		if known, ok := schema.Extensions["x-extensible-enum"].([]any); ok {
			show("that is not a known one", func(value any) bool { return !slices.Contains(known, value) })
		}
	case schema.Type.Is("integer"):
		limit(schema.Min)
		limit(schema.Max)
	}
}

// TestCases_CoverWhatTheDocumentCanNotSay is about forms of JSON, texts and numbers that some languages get wrong.
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
