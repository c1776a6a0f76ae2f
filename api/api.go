// Package api embeds the OpenAPI document of the API, and makes its client form.
package api

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// Spec is the OpenAPI 3.0.3 document, api/openapi.yaml, byte for byte.
//
//go:embed openapi.yaml
var Spec []byte

// SpecJSON returns the document as indented JSON, in the order of the YAML.
func SpecJSON() ([]byte, error) { return toJSON(Spec) }

func toJSON(document []byte) ([]byte, error) {
	var root yaml.Node
	var text bytes.Buffer
	err := yaml.Load(document, &root)
	if err == nil {
		err = writeJSON(jsontext.NewEncoder(&text, jsontext.WithIndent("  ")), root.Content[0])
	}
	if err != nil {
		return nil, fmt.Errorf("convert the specification to JSON: %w", err)
	}
	return text.Bytes(), nil
}

func writeJSON(to *jsontext.Encoder, node *yaml.Node) (err error) {
	switch {
	case node.Kind == yaml.MappingNode:
		err = to.WriteToken(jsontext.BeginObject)
		for name, value := range members(node) {
			err = errors.Join(err, to.WriteToken(jsontext.String(name)), writeJSON(to, value))
		}
		return errors.Join(err, to.WriteToken(jsontext.EndObject))
	case node.Kind == yaml.SequenceNode:
		err = to.WriteToken(jsontext.BeginArray)
		for _, element := range node.Content {
			err = errors.Join(err, writeJSON(to, element))
		}
		return errors.Join(err, to.WriteToken(jsontext.EndArray))
	case node.Tag == "!!timestamp":
		return to.WriteToken(jsontext.String(node.Value))
	}
	var value any
	return errors.Join(node.Load(&value), json.MarshalEncode(to, value))
}

// members are the names and values in an object. A node that is none, or nil, has no members.
func members(node *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; node != nil && node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
			if !yield(node.Content[i].Value, node.Content[i+1]) {
				return
			}
		}
	}
}

func member(node *yaml.Node, name string) *yaml.Node {
	for known, value := range members(node) {
		if known == name {
			return value
		}
	}
	return nil
}
