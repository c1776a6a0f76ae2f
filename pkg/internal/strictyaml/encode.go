package strictyaml

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// appendJSON appends the JSON of a node at a depth. It refuses what JSON can't express.
func appendJSON(to []byte, node *yaml.Node, depth int) ([]byte, error) {
	switch {
	case node.Anchor != "":
		return nil, refuse(node, "anchors are not supported: leave out what begins with &")
	case isTagged(node):
		return nil, refuse(node, noTags)
	case depth > maxDepth: // the parser counts brackets and indentation separately
		return nil, refuse(node, tooDeep)
	}
	switch node.Kind {
	case yaml.MappingNode:
		return appendObject(to, node, depth)
	case yaml.SequenceNode:
		to = append(to, '[')
		for i, element := range node.Content {
			if i > 0 {
				to = append(to, ',')
			}
			var err error
			if to, err = appendJSON(to, element, depth+1); err != nil {
				return nil, err
			}
		}
		return append(to, ']'), nil
	default:
		return appendScalar(to, node)
	}
}

func isTagged(node *yaml.Node) bool { return node.Style&yaml.TaggedStyle != 0 || node.Tag == "!" }

// isNumber reports whether a node is a number in the syntax of JSON, without quotes.
func isNumber(node *yaml.Node) bool {
	const quotes = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	number := jsontext.Value(node.Value)
	return node.Kind == yaml.ScalarNode && node.Style&quotes == 0 && number.Kind() == '0' && number.IsValid()
}

func isNull(node *yaml.Node) bool { return node.Tag == "!!null" }

func appendScalar(to []byte, node *yaml.Node) ([]byte, error) {
	switch {
	case isNumber(node):
		return append(to, node.Value...), nil
	case node.Tag == "!!float" && strings.Trim(node.Value, "0123456789") == "":
		return jsontext.AppendQuote(to, node.Value) // such as 0936506, which is no octal number because of its 9
	case node.Tag == "!!int", node.Tag == "!!float":
		return nil, refuse(node, "write numbers in plain digits, and put text in quotes")
	case isNull(node):
		return append(to, "null"...), nil
	case node.Tag == "!!bool":
		return append(to, strings.ToLower(node.Value)...), nil
	default:
		return jsontext.AppendQuote(to, node.Value)
	}
}

func appendObject(to []byte, node *yaml.Node, depth int) ([]byte, error) {
	seen := map[string]bool{}
	to = append(to, '{')
	for i := 0; i < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		switch {
		case name.Kind != yaml.ScalarNode, name.Anchor != "", isTagged(name):
			return nil, &nodeError{node, name, "expected a plain name"}
		case name.Tag == "!!merge":
			return nil, &nodeError{node, name, "merge keys are not read: write the fields out"}
		case seen[name.Value]:
			return nil, &nodeError{node, name, "the same field is there twice"}
		}
		seen[name.Value] = true
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = jsontext.AppendQuote(to, name.Value); err != nil {
			return nil, err
		}
		if to, err = appendJSON(append(to, ':'), value, depth+1); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}
