package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

type side string // above or below the limits

// pastLimits returns the cases again for each side, with every value of the response past its documented limit on that side.
// A client of the client form must treat these responses like any other.
func pastLimits(cases []conformance.Case) ([]conformance.Case, error) {
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		return nil, err
	}
	operation := document.Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	var all []conformance.Case
	for _, c := range cases {
		response := operation.Responses.Value(strconv.Itoa(c.Answer.Status)).Value
		for _, side := range []side{"above", "below"} {
			past := c
			past.Name = c.Name + "-" + string(side) + "-the-limits"
			// The server finds a case by its credential, so each has its own.
			past.Request.Credential = "conformance-" + past.Name
			if past.Answer, err = side.answer(response, c.Answer); err != nil {
				return nil, fmt.Errorf("%s: %w", c.Name, err)
			}
			all = append(all, past)
		}
	}
	return all, nil
}

func (s side) answer(response *openapi3.Response, answer conformance.Answer) (conformance.Answer, error) {
	decoder := json.NewDecoder(bytes.NewReader(answer.Body))
	decoder.UseNumber() // a float64 can't represent every integer
	var body any
	if err := decoder.Decode(&body); err != nil {
		return answer, err
	}
	answer.Headers = maps.Clone(answer.Headers)
	for name, value := range answer.Headers {
		if header := response.Headers[name]; header != nil {
			schema, typed := header.Value.Schema.Value, any(value)
			if schema.Type.Is("integer") {
				typed = json.Number(value)
			}
			answer.Headers[name] = fmt.Sprint(s.value(schema, typed))
		}
	}
	var err error
	answer.Body, err = json.Marshal(s.value(response.Content.Get("application/json").Schema.Value, body))
	return answer, err
}

// value changes a JSON value: everything that the schema limits is then past its limit.
func (s side) value(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, property := range schema.Properties {
			if member, ok := value[name]; ok {
				value[name] = s.value(property.Value, member)
			}
		}
	case []any:
		for i, item := range value {
			value[i] = s.value(schema.Items.Value, item)
		}
		for s == "above" && len(value) > 0 && schema.MaxItems != nil && uint64(len(value)) <= *schema.MaxItems {
			value = append(value, value[0])
		}
		return value
	case string:
		return s.text(schema, value)
	case json.Number:
		return s.number(schema, value)
	}
	return value
}

func (s side) text(schema *openapi3.Schema, text string) string {
	const other = "~" // No documented pattern allows it.
	switch {
	case s == "below" && schema.MinLength > 0:
		return strings.Repeat(other, int(schema.MinLength)-1) //nolint:gosec // No text is so long.
	case s == "above" && schema.MaxLength != nil:
		return strings.Repeat(other, int(*schema.MaxLength)+1) //nolint:gosec // No text is so long.
	case s == "above" && schema.Pattern != "":
		return other
	}
	return text
}

func (s side) number(schema *openapi3.Schema, number json.Number) json.Number {
	limit, step := schema.Max, 1.0
	if s == "below" {
		limit, step = schema.Min, -1
	}
	if limit == nil {
		return number
	}
	return json.Number(strconv.FormatFloat(*limit+step, 'f', -1, 64))
}

// withCases answers the requests of cases that the sandbox does not have, and leaves all others to it.
func withCases(more []conformance.Case, sandbox http.Handler) http.Handler {
	answers := map[string]conformance.Answer{}
	for _, c := range more {
		answers["Bearer "+c.Request.Credential] = c.Answer
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Header.Get("Authorization")]
		if !ok {
			sandbox.ServeHTTP(w, r)
			return
		}
		for name, value := range answer.Headers {
			w.Header().Set(name, value)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	})
}
