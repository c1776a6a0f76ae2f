package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// operationID is the operation that all cases call.
const operationID = "listConnectorSecrets"

// outcome is what a client reports about a response. A field is nil if the response does not have it.
type outcome struct {
	Status            int             `json:"status"`
	Body              json.RawMessage `json:"body"`
	RetryAfterSeconds *int            `json:"retry_after_seconds"`
	RateLimit         *rateLimit      `json:"rate_limit"`
}

type rateLimit struct {
	Limit     int `json:"limit"`
	Remaining int `json:"remaining"`
}

// expected returns the outcome that a client must report for a response. Header fields matter for errors only. In the cases
// they are numbers, as the document requires.
func expected(answer conformance.Answer) outcome {
	want := outcome{Status: answer.Status, Body: answer.Body}
	if answer.Status < http.StatusBadRequest {
		return want
	}
	number := func(name string) *int {
		value, err := strconv.Atoi(answer.Headers[name])
		if err != nil {
			return nil
		}
		return &value
	}
	want.RetryAfterSeconds = number("Retry-After")
	limit, remaining := number("X-RateLimit-Limit"), number("X-RateLimit-Remaining")
	if limit != nil && remaining != nil {
		want.RateLimit = &rateLimit{*limit, *remaining}
	}
	return want
}

// responses returns the documented responses by status.
var responses = sync.OnceValues(func() (map[int]*openapi3.Response, error) {
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		return nil, err
	}
	found := map[int]*openapi3.Response{}
	for _, path := range document.Paths.Map() {
		for _, operation := range path.Operations() {
			if operation.OperationID != operationID {
				continue
			}
			for text, response := range operation.Responses.Map() {
				if status, err := strconv.Atoi(text); err == nil && bodySchema(response.Value) != nil {
					found[status] = response.Value
				}
			}
		}
	}
	return found, nil
})

// bodySchema returns the schema of a response's body, or nil.
func bodySchema(response *openapi3.Response) *openapi3.Schema {
	media := response.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil
	}
	return media.Schema.Value
}

// normalize returns the JSON of an outcome in a form to compare, with only the documented part of the body.
func normalize(printed []byte, body *openapi3.Schema) (map[string]any, error) {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(printed))
	decoder.UseNumber() // a float64 can't represent every integer
	if err := decoder.Decode(&fields); err != nil {
		return nil, fmt.Errorf("the outcome: %w", err)
	}
	if value, ok := fields["body"]; ok {
		fields["body"] = documented(body, value)
	}
	return fields, nil
}

// documented returns the part of a JSON value that its schema describes. It makes equal what languages write in different
// ways: null or nothing for an absent optional property, 1.0 or 1, and the forms of a time.
func documented(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case map[string]any:
		return documentedMembers(schema, value)
	case []any:
		if schema.Items == nil {
			return value
		}
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = documented(schema.Items.Value, item)
		}
		return items
	case json.Number:
		if number, err := value.Float64(); err == nil && schema.Type.Is("number") {
			return number
		}
	case string:
		if at, err := time.Parse(time.RFC3339, value); err == nil && schema.Format == "date-time" {
			return at.UTC()
		}
	}
	return value
}

func documentedMembers(schema *openapi3.Schema, object map[string]any) any {
	properties, required := openapi3.Schemas{}, map[string]bool{}
	collect(schema, properties, required)
	others := schema.AdditionalProperties.Schema
	if len(properties) == 0 && others == nil {
		return object // the schema describes no member, so it allows any
	}
	kept := map[string]any{}
	for name, member := range object {
		property := properties[name]
		switch {
		case property == nil:
			property = others
		case member == nil && !required[name]:
			property = nil
		}
		if property != nil {
			kept[name] = documented(property.Value, member)
		}
	}
	return kept
}

// collect adds the properties of a schema, those of its allOf included.
func collect(schema *openapi3.Schema, properties openapi3.Schemas, required map[string]bool) {
	maps.Copy(properties, schema.Properties)
	for _, name := range schema.Required {
		required[name] = true
	}
	for _, part := range schema.AllOf {
		collect(part.Value, properties, required)
	}
}
