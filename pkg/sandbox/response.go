package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// response is a documented response.
type response struct {
	// mediaType is empty if there is no JSON body.
	mediaType string
	schema    *openapi3.Schema
	// example is the document's example body. It meets the schema.
	example any
	headers map[string]header
}

// header is a documented header field. Its example is empty if the document has none and no simple value meets the schema.
type header struct {
	schema  *openapi3.Schema
	example string
}

// readResponse reads a documented response. It refuses one whose examples break its schemas.
func readResponse(documented *openapi3.Response) (*response, error) {
	r := &response{schema: &openapi3.Schema{}, headers: map[string]header{}}
	for name, documented := range sorted(documented.Headers) {
		switch http.CanonicalHeaderKey(name) {
		case "Content-Type", "Content-Length", "Connection", "Transfer-Encoding", "Trailer":
			continue // The server sets these itself.
		}
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
	if example, ok := shown(content.Example, content.Examples, r.schema); ok {
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
	if value, ok := shown(documented.Example, documented.Examples, h.schema); ok {
		h.example = headerText(value)
		return h, meets(h.schema, value)
	}
	if documented.Schema == nil {
		return h, nil
	}
	least := 0.0
	if h.schema.Min != nil {
		least = *h.schema.Min
	}
	for _, value := range slices.Concat([]any{h.schema.Default}, h.schema.Enum, []any{least, "x", false}) {
		if h.example == "" && meets(h.schema, value) == nil {
			h.example = headerText(value)
		}
	}
	return h, nil
}

// shown returns the document's example of a value: the example, or the first of the examples by name, or that of the schema.
func shown(example any, examples openapi3.Examples, schema *openapi3.Schema) (any, bool) {
	if example != nil {
		return example, true
	}
	for _, example := range sorted(examples) {
		if example.Value.Value != nil {
			return example.Value.Value, true
		}
	}
	return schema.Example, schema.Example != nil
}

// headerText returns a value in the form of a header field, or "" if it has no simple form.
func headerText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(value)
	default:
		return ""
	}
}

// allows reports whether the schema of a header field allows a value.
func (h header) allows(value string) bool {
	number, err := strconv.ParseFloat(value, 64)
	return err == nil && meets(h.schema, number) == nil || meets(h.schema, value) == nil
}

// meets returns an error of one line if a value breaks a schema.
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
