package sandbox

import (
	"maps"
	"strconv"
	"strings"

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
	if schema == nil {
		return nil, false
	}
	return shownBySchema(schema.Value)
}

func shownBySchema(schema *openapi3.Schema) (any, bool) {
	switch {
	case schema.Example != nil:
		return schema.Example, true
	case schema.Default != nil:
		return schema.Default, true
	case len(schema.Enum) > 0:
		return schema.Enum[0], true
	default:
		return nil, false
	}
}

// maxDepth ends what would go on for ever: a schema that requires itself.
const maxDepth = 20

// composed makes a value for a schema from the examples of its parts, as small as it can be. Where that takes more, as for
// a pattern, the value may not meet the schema.
func composed(schema *openapi3.Schema, depth int) (any, bool) {
	if value, ok := shownBySchema(schema); ok || depth > maxDepth {
		return value, ok
	}
	for _, choice := range [][]*openapi3.SchemaRef{schema.OneOf, schema.AnyOf} {
		if len(choice) > 0 {
			return composed(choice[0].Value, depth+1)
		}
	}
	switch {
	case len(schema.AllOf) > 0 || schema.Type.Is(openapi3.TypeObject):
		return composedObject(schema, depth)
	case schema.Type.Is(openapi3.TypeArray):
		list := make([]any, schema.MinItems)
		for i := range list {
			var ok bool
			if list[i], ok = composed(schema.Items.Value, depth+1); !ok {
				return nil, false
			}
		}
		return list, true
	case schema.Type.Is(openapi3.TypeBoolean):
		return false, true
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		if schema.Min != nil {
			return *schema.Min, true
		}
		return 0.0, true
	case schema.Type.Is(openapi3.TypeString) && schema.Format == "date-time":
		return "2030-12-31T23:59:59Z", true
	case schema.Type.Is(openapi3.TypeString) && schema.Format == "date":
		return "2030-12-31", true
	case schema.Type.Is(openapi3.TypeString):
		return strings.Repeat("x", max(int(schema.MinLength), 1)), true //nolint:gosec // A length that a body can have.
	default:
		return nil, false
	}
}

func composedObject(schema *openapi3.Schema, depth int) (any, bool) {
	object := map[string]any{}
	for _, part := range schema.AllOf {
		value, ok := composed(part.Value, depth+1)
		properties, isObject := value.(map[string]any)
		if !ok || !isObject {
			return nil, false
		}
		maps.Copy(object, properties)
	}
	for _, name := range schema.Required {
		property, ok := schema.Properties[name]
		if !ok {
			continue // It is one of another part's.
		}
		if object[name], ok = composed(property.Value, depth+1); !ok {
			return nil, false
		}
	}
	return object, true
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
