package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

//go:embed overlay.client.yaml
var clientOverlay []byte

// ClientSpec returns the client form of the document. The overlay overlay.client.yaml removes limits from the schemas.
// ClientSpec adds them to the descriptions instead.
func ClientSpec() ([]byte, error) { return clientSpec() }

// ClientSpecJSON returns the client form as indented JSON, in the order of the YAML.
func ClientSpecJSON() ([]byte, error) {
	form, err := clientSpec()
	if err != nil {
		return nil, err
	}
	return toJSON(form)
}

var clientSpec = sync.OnceValues(func() ([]byte, error) { return clientForm(Spec) })

func clientForm(document []byte) ([]byte, error) {
	var full, form yaml.Node
	if err := yaml.Unmarshal(document, &full); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	if err := yaml.Unmarshal(document, &form); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	changes, err := overlay.ParseReader(bytes.NewReader(clientOverlay))
	if err != nil {
		return nil, fmt.Errorf("read the client form's overlay: %w", err)
	}
	if err := changes.ApplyTo(&form); err != nil {
		return nil, fmt.Errorf("make the client form: %w", err)
	}
	describeLimits(&full, &form, nil)
	form.HeadComment = "# Made from openapi.yaml with overlay.client.yaml. Do not edit it: change one of these."

	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(&form); err != nil {
		return nil, fmt.Errorf("write the client form: %w", err)
	}
	return text.Bytes(), nil
}

// describeLimits compares a node of the document with the same node of the client form. It adds the limits that the client form
// lacks to the node's description. The schema of a header has no description, so the limits go into that of the header, which is
// around.
func describeLimits(full, form, around *yaml.Node) {
	if full.Kind == yaml.MappingNode && form.Kind == yaml.MappingNode {
		if lost := limits(full, form); lost != "" {
			describe(form, around, "Documented limits: "+lost+".")
		}
		for i := 0; i < len(form.Content); i += 2 {
			key, value := form.Content[i], form.Content[i+1]
			if before := member(full, key.Value); before != nil {
				around := form
				if key.Value != "schema" {
					around = nil
				}
				describeLimits(before, value, around)
			}
		}
		return
	}
	// The overlay shortens only lists without schemas.
	if len(full.Content) == len(form.Content) {
		for i, value := range form.Content {
			describeLimits(full.Content[i], value, nil)
		}
	}
}

// describe adds a sentence to the description of a node, or of the node around it if only that has one.
func describe(node, around *yaml.Node, sentence string) {
	description := member(node, "description")
	if description == nil && around != nil {
		description = member(around, "description")
	}
	if description == nil {
		description = &yaml.Node{Kind: yaml.ScalarNode}
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "description"}, description)
	}
	description.SetString(strings.TrimSpace(description.Value + " " + sentence))
}

// limits returns the limits of a schema that its client form lacks, such as "at most 100 items". JSON Schema counts the length
// of a string in code points.
func limits(full, form *yaml.Node) string {
	lost := func(keyword string) string {
		if value := member(full, keyword); value != nil && member(form, keyword) == nil {
			return value.Value
		}
		return ""
	}
	var all []string
	for _, bound := range [][3]string{
		{"minLength", "maxLength", " code points"},
		{"minItems", "maxItems", " items"},
		{"minProperties", "maxProperties", " properties"},
		{"minimum", "maximum", ""},
	} {
		switch least, most := lost(bound[0]), lost(bound[1]); {
		case least != "" && most != "":
			all = append(all, least+" to "+most+bound[2])
		case least != "":
			all = append(all, "at least "+least+bound[2])
		case most != "":
			all = append(all, "at most "+most+bound[2])
		}
	}
	for _, keyword := range []string{"pattern", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"} {
		if value := lost(keyword); value != "" {
			all = append(all, keyword+" `"+value+"`")
		}
	}
	return strings.Join(all, ", ")
}

// member returns the value of a key in a map, or nil.
func member(node *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}
