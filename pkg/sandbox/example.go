package sandbox

import (
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// shown returns the value that the document shows for something: its example, the first by name of several, or what its
// schema shows.
func shown(example any, examples openapi3.Examples, schema *openapi3.SchemaRef) (any, bool) {
	if example != nil {
		return example, true
	}
	for _, example := range sorted(examples) {
		if example.Value.Value != nil {
			return example.Value.Value, true
		}
	}
	switch {
	case schema == nil:
		return nil, false
	case schema.Value.Example != nil:
		return schema.Value.Example, true
	case schema.Value.Default != nil:
		return schema.Value.Default, true
	case len(schema.Value.Enum) > 0:
		return schema.Value.Enum[0], true
	default:
		return nil, false
	}
}

// madeUp returns a value for a schema that shows none, if its type says enough. It may still break a pattern or a length.
func madeUp(schema *openapi3.Schema) any {
	switch {
	case schema.Type.Is(openapi3.TypeBoolean):
		return false
	case schema.Type.Is(openapi3.TypeString):
		return "x"
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		if schema.Min != nil {
			return *schema.Min
		}
		return 0.0
	default:
		return nil
	}
}

// headerText writes a value as a header has it, or "" for what has no simple form.
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
