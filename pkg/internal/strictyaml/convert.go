package strictyaml

import (
	"encoding/json"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxValues is far more than a useful file has. It bounds what aliases of aliases can make of a small one.
const maxValues = 1 << 20

// child returns the path of a member of an object or of an element of a list.
func child(path, name string) string {
	if _, err := strconv.Atoi(name); err == nil {
		return path + "[" + name + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// convert returns what encoding/json makes of the same value in JSON, numbers as [json.Number], and notes where it stands.
func (d *Document) convert(path string, node ast.Node) (any, error) {
	switch node := node.(type) {
	case *ast.AliasNode:
		target, ok := d.anchors[node.Value.GetToken().Value]
		if !ok {
			return nil, errorAt(start(node), path, "there is no such anchor before it")
		}
		return d.convert(path, target)
	case *ast.AnchorNode:
		value, err := d.convert(path, node.Value)
		d.anchors[node.Name.GetToken().Value] = node.Value
		return value, err
	case *ast.TagNode:
		return d.convert(path, node.Value)
	}
	d.values[path] = start(node)
	if len(d.values) > maxValues {
		return nil, errorAt(start(node), path, "there are too many values")
	}
	switch node := node.(type) {
	case *ast.MappingNode:
		return d.convertObject(path, node.Values)
	case *ast.MappingValueNode:
		return d.convertObject(path, []*ast.MappingValueNode{node})
	case *ast.SequenceNode:
		list := make([]any, len(node.Values))
		for i, element := range node.Values {
			var err error
			if list[i], err = d.convert(child(path, strconv.Itoa(i)), element); err != nil {
				return nil, err
			}
		}
		return list, nil
	case *ast.NullNode:
		return nil, nil
	case *ast.BoolNode:
		return node.Value, nil
	case *ast.LiteralNode:
		return node.Value.Value, nil
	}
	written := node.GetToken()
	isQuoted := written.Type == token.SingleQuoteType || written.Type == token.DoubleQuoteType
	if number := jsontext.Value(written.Value); !isQuoted && number.Kind() == '0' && number.IsValid() {
		return json.Number(written.Value), nil
	}
	if text, ok := node.(*ast.StringNode); ok {
		return text.Value, nil
	}
	return nil, errorAt(start(node), path, "write numbers in plain digits, and put text in quotes")
}

func (d *Document) convertObject(path string, members []*ast.MappingValueNode) (any, error) {
	object := map[string]any{}
	for _, member := range members {
		key := start(member)
		switch member.Key.(type) {
		case *ast.MergeKeyNode:
			return nil, errorAt(key, path, "merge keys are not read: write the fields out")
		case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode, *ast.MappingKeyNode:
			return nil, errorAt(key, path, "expected a plain name")
		}
		name := member.Key.GetToken().Value
		if _, isTwice := object[name]; isTwice {
			return nil, errorAt(key, path, "the same field is there twice")
		}
		value, err := d.convert(child(path, name), member.Value)
		if err != nil {
			return nil, err
		}
		object[name] = value
		d.names[path] = append(d.names[path], name)
		d.keys[child(path, name)] = key
	}
	return object, nil
}
