package api

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// bearer is the scheme that takes both kinds of credential. With two, some clients need two values, and others use the last one.
const bearer = "BearerAuth"

// ClientSpec returns the client form of the document, for generators whose clients refuse a whole response if one value exceeds a
// limit. It has the limits of values in responses in their descriptions only, and one security scheme.
func ClientSpec() ([]byte, error) { return clientSpec() }

// ClientSpecJSON returns the client form as indented JSON, in the order of the YAML.
func ClientSpecJSON() ([]byte, error) {
	form, err := clientSpec()
	if err != nil {
		return nil, err
	}
	return toJSON(form)
}

var clientSpec = sync.OnceValues(func() ([]byte, error) {
	var root yaml.Node
	if err := yaml.Load(Spec, &root); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	form := root.Content[0]
	form.HeadComment = "# Made from openapi.yaml. Do not edit it."
	// It stands in every file that a generator makes.
	const description = "Lists the secrets of a custom connector by name and placeholder, and never returns their values."
	member(member(form, "info"), "description").SetString(description)
	change(form, nil, false)
	text, err := yaml.Dump(&root, yaml.WithV3Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write the client form: %w", err)
	}
	return text, nil
})

// change makes the client form of a node. Limits of parameters stay: clients check a request before they send it. The schema of a
// header has no description, so its limits go into that of the header, which is around.
func change(node, around *yaml.Node, inResponse bool) {
	if kind := member(node, "type"); inResponse && kind != nil && kind.Kind != yaml.MappingNode {
		if limits := takeLimits(node, kind.Value); limits != "" {
			describe(node, around, "Documented limits: "+limits+".")
		}
	}
	for name, value := range members(node) {
		switch {
		case name == "securitySchemes":
			value.Content = []*yaml.Node{{Kind: yaml.ScalarNode, Value: bearer}, member(value, bearer)}
		case name == "security" && value.Kind == yaml.SequenceNode:
			value.Content = slices.DeleteFunc(value.Content, func(one *yaml.Node) bool { return member(one, bearer) == nil })
		}
		around = nil
		if name == "schema" {
			around = node
		}
		change(value, around, inResponse || name == "responses" || name == "headers" || name == "schemas")
	}
	if node.Kind == yaml.SequenceNode {
		for _, element := range node.Content {
			change(element, nil, inResponse)
		}
	}
}

// describe adds a sentence to the description of a node, or of the node around it if only that has one.
func describe(node, around *yaml.Node, sentence string) {
	description := member(node, "description")
	if description == nil {
		description = member(around, "description")
	}
	if description == nil {
		description = &yaml.Node{Kind: yaml.ScalarNode}
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "description"}, description)
	}
	description.SetString(strings.TrimSpace(description.Value + " " + sentence))
}

// takeLimits takes off the limits of a schema, and returns them as text such as "at most 100 items". JSON Schema counts the
// length of a string in code points. The format of a number is its size in memory, and no limit.
func takeLimits(schema *yaml.Node, kind string) string {
	take := func(keyword string) string {
		value := member(schema, keyword)
		if value == nil || keyword == "format" && (kind == "integer" || kind == "number") {
			return ""
		}
		i := slices.Index(schema.Content, value)
		schema.Content = slices.Delete(schema.Content, i-1, i+1)
		return value.Value
	}
	var all []string
	for _, bound := range [][3]string{
		{"minLength", "maxLength", " code points"}, {"minItems", "maxItems", " items"},
		{"minProperties", "maxProperties", " properties"}, {"minimum", "maximum", ""},
	} {
		switch least, most := take(bound[0]), take(bound[1]); {
		case least != "" && most != "":
			all = append(all, least+" to "+most+bound[2])
		case least != "":
			all = append(all, "at least "+least+bound[2])
		case most != "":
			all = append(all, "at most "+most+bound[2])
		}
	}
	for _, keyword := range []string{"pattern", "format", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"} {
		if value := take(keyword); value != "" {
			all = append(all, keyword+" `"+value+"`")
		}
	}
	return strings.Join(all, ", ")
}
