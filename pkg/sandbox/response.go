package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// response is what the document says of the answers with one status.
type response struct {
	// mediaType is empty if there is no JSON body.
	mediaType string
	schema    *openapi3.Schema
	// example is the body of an error, and meets the schema.
	example any
	headers map[string]header
}

// header is a documented header. Its example is empty if the document shows none and none can be made up.
type header struct {
	schema  *openapi3.Schema
	example string
}

// readResponse reads an answer, and refuses one that the document contradicts itself about.
func readResponse(status int, documented *openapi3.Response) (*response, error) {
	r := &response{schema: &openapi3.Schema{}, headers: map[string]header{}}
	for name, documented := range sorted(documented.Headers) {
		header, err := readHeader(documented.Value)
		if err != nil {
			return nil, fmt.Errorf("the example of the header %s: %w", name, err)
		}
		r.headers[name] = header
	}
	var content *openapi3.MediaType
	for mediaType, documented := range sorted(documented.Content) {
		if strings.Contains(mediaType, "json") {
			r.mediaType, content = mediaType, documented
			break
		}
	}
	if content == nil {
		return r, nil
	}
	if content.Schema != nil {
		r.schema = content.Schema.Value
	}
	if example, ok := shown(content.Example, content.Examples, content.Schema); ok && status >= 400 {
		r.example = example
		if err := meets(r.schema, example); err != nil {
			return nil, fmt.Errorf("the example: %w", err)
		}
	}
	return r, nil
}

func readHeader(documented *openapi3.Header) (header, error) {
	h := header{schema: &openapi3.Schema{}}
	if documented.Schema != nil {
		h.schema = documented.Schema.Value
	}
	if value, ok := shown(documented.Example, documented.Examples, documented.Schema); ok {
		h.example = headerText(value)
		return h, meets(h.schema, value)
	}
	if value := madeUp(h.schema); meets(h.schema, value) == nil {
		h.example = headerText(value)
	}
	return h, nil
}

// forStatus returns what the document says of a status. For one that it does not have, it is the body of another error.
func (o *operation) forStatus(status int) *response {
	if documented, ok := o.responses[status]; ok {
		return documented
	}
	lent := o.lend(status)
	return &response{mediaType: lent.mediaType, schema: lent.schema, example: lent.example}
}

// lend returns another error than that of a status, whose example has the code and the message of the status.
func (o *operation) lend(status int) response {
	for _, other := range slices.Sorted(maps.Keys(o.responses)) {
		if lent := *o.responses[other]; other >= 400 && lent.example != nil {
			lent.example = named(lent.example, status)
			return lent
		}
	}
	return response{schema: &openapi3.Schema{}}
}

// lendExamples gives the errors for which the document shows no body that of another, where their schemas allow it.
func (o *operation) lendExamples() error {
	for _, status := range slices.Sorted(maps.Keys(o.responses)) {
		response := o.responses[status]
		if status < 400 || response.mediaType == "" || response.example != nil {
			continue
		}
		lent := o.lend(status).example
		if err := meets(response.schema, lent); err != nil {
			return fmt.Errorf("status %d: there is no example, and that of another error does not fit: %w", status, err)
		}
		response.example = lent
	}
	return nil
}

// errorBody returns the body of an error, with a request ID of its own, and with a description where the schema takes one.
func (r *response) errorBody(description string) any {
	for _, description := range []string{description, ""} {
		if body := filled(r.example, details{"description": description}, true); meets(r.schema, body) == nil {
			return body
		}
	}
	return r.example
}

// allows reports whether a header may have a value.
func (h header) allows(value string) bool {
	number, err := strconv.ParseFloat(value, 64)
	return err == nil && meets(h.schema, number) == nil || meets(h.schema, value) == nil
}

// meets returns in one line how a value breaks a schema.
func meets(schema *openapi3.Schema, value any) error {
	err := schema.VisitJSON(value, openapi3.VisitAsResponse())
	var schemaError *openapi3.SchemaError
	if !errors.As(err, &schemaError) {
		return err
	}
	place := strings.Join(schemaError.JSONPointer(), "/")
	if place != "" {
		place += ": "
	}
	return fmt.Errorf("%s%s", place, schemaError.Reason)
}
