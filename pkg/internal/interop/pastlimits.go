package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// side says on which side of its limits a value is.
type side string

const (
	above side = "above"
	below side = "below"
)

// pastLimits returns the cases again for each side, with every value of the response past its documented limit on that side.
// A client must treat these responses like any other.
func pastLimits(cases []conformance.Case) ([]conformance.Case, error) {
	documented, err := responses()
	if err != nil {
		return nil, err
	}
	var all []conformance.Case
	for _, c := range cases {
		response := documented[c.Answer.Status]
		if response == nil {
			return nil, fmt.Errorf("%s: the document has no status %d", c.Name, c.Answer.Status)
		}
		for _, side := range []side{above, below} {
			past := c
			past.Name = c.Name + "-" + string(side) + "-the-limits"
			// The server finds a case by its credential, so each has its own.
			past.Request.Credential = "conformance-" + past.Name
			past.Answer, err = side.answer(response, c.Answer)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.Name, err)
			}
			all = append(all, past)
		}
	}
	return all, nil
}

func (s side) answer(response *openapi3.Response, answer conformance.Answer) (conformance.Answer, error) {
	decoder := json.NewDecoder(bytes.NewReader(answer.Body))
	decoder.UseNumber()
	var body any
	if err := decoder.Decode(&body); err != nil {
		return answer, err
	}
	text, err := json.Marshal(s.value(bodySchema(response), body))
	if err != nil {
		return answer, err
	}
	past := conformance.Answer{Status: answer.Status, Headers: map[string]string{}, Body: text}
	for name, value := range answer.Headers {
		past.Headers[name] = value
		if header := response.Headers[name]; header != nil {
			schema := header.Value.Schema.Value
			var typed any = value
			if schema.Type.Is("integer") {
				typed = json.Number(value)
			}
			past.Headers[name] = fmt.Sprint(s.value(schema, typed))
		}
	}
	return past, nil
}

// value returns a JSON value in which everything that the schema limits is past its limit.
func (s side) value(schema *openapi3.Schema, value any) any {
	switch value := value.(type) {
	case map[string]any:
		properties := openapi3.Schemas{}
		collect(schema, properties, map[string]bool{})
		past := map[string]any{}
		for name, member := range value {
			past[name] = member
			if property := properties[name]; property != nil {
				past[name] = s.value(property.Value, member)
			}
		}
		return past
	case []any:
		past := []any{}
		for _, item := range value {
			past = append(past, s.value(schema.Items.Value, item))
		}
		if s == below {
			return past[:min(len(past), int(max(schema.MinItems, 1)-1))] //nolint:gosec // No list is so long.
		}
		for len(past) > 0 && schema.MaxItems != nil && uint64(len(past)) <= *schema.MaxItems {
			past = append(past, past[0])
		}
		return past
	case string:
		return s.text(schema, value)
	case json.Number:
		return s.number(schema, value)
	}
	return value
}

func (s side) text(schema *openapi3.Schema, value string) string {
	if schema.Format != "" {
		return value // a longer or shorter one would not be a date
	}
	text := []rune(value)
	if s == below {
		if schema.MinLength == 0 {
			return value
		}
		return string(text[:min(uint64(len(text)), schema.MinLength-1)])
	}
	// No documented pattern allows a tilde.
	const other = "~"
	if schema.Pattern != "" {
		text = []rune(other + value)
	}
	if schema.MaxLength != nil && uint64(len(text)) <= *schema.MaxLength {
		return string(text) + strings.Repeat(other, int(*schema.MaxLength)+1-len(text)) //nolint:gosec // No text is so long.
	}
	return string(text)
}

func (s side) number(schema *openapi3.Schema, value json.Number) json.Number {
	limit, step := schema.Max, 1.0
	if s == below {
		limit, step = schema.Min, -1
	}
	// A client can't represent a number beyond its type.
	if limit == nil || math.Abs(*limit) >= math.MaxInt32 {
		return value
	}
	return json.Number(strconv.FormatFloat(*limit+step, 'f', -1, 64))
}

// listen serves the cases that the sandbox does not have, and for all other requests the sandbox.
func listen(more []conformance.Case) (*http.Server, string, error) {
	handler, err := sandbox.New()
	if err != nil {
		return nil, "", fmt.Errorf("the sandbox does not start with this document: %w", err)
	}
	answers := map[string]conformance.Answer{}
	for _, c := range more {
		answers["Bearer "+c.Request.Credential] = c.Answer
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{ReadTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Header.Get("Authorization")]
		if !ok {
			handler.ServeHTTP(w, r)
			return
		}
		for name, value := range answer.Headers {
			w.Header().Set(name, value)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	})}
	go func() { _ = server.Serve(listener) }()
	return server, "http://" + listener.Addr().String(), nil
}
