package strictyaml

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Document has the line of every value in a file. A path looks like teams[0].team_id.
type Document struct {
	root *yaml.Node // nil if the document is empty
}

// Line returns the line of the value at a path. If the value is not there, it is the line of what should contain it.
func (d *Document) Line(path string) int {
	if d.root == nil {
		return 1
	}
	node, _ := find(d.root, path)
	return node.Line
}

// Names returns the names in an object, in the order of the file.
func (d *Document) Names(path string) []string {
	members := d.members(path)
	var names []string
	for i := 0; i < len(members); i += 2 {
		names = append(names, members[i].Value)
	}
	return names
}

// Lines returns the line of every value in an object, by its name. For an object with many members it takes far less time than
// to call [Document.Line] for each.
func (d *Document) Lines(path string) map[string]int {
	members := d.members(path)
	lines := make(map[string]int, len(members)/2)
	for i := 0; i < len(members); i += 2 {
		lines[members[i].Value] = members[i+1].Line
	}
	return lines
}

// members returns the names and values in an object, by turns. It returns nil if there is no object.
func (d *Document) members(path string) []*yaml.Node {
	if d.root == nil {
		return nil
	}
	node, rest := find(d.root, path)
	if rest != "" || node.Kind != yaml.MappingNode {
		return nil
	}
	return node.Content
}

// step returns the part of a path for a member of an object or an element of a list.
func step(name string) string {
	if _, err := strconv.Atoi(name); err == nil {
		return "[" + name + "]"
	}
	return "." + name
}

// find follows a path as far as possible. It returns the last node and the rest of the path.
func find(node *yaml.Node, path string) (*yaml.Node, string) {
	if path != "" && path[0] != '[' && path[0] != '.' {
		path = "." + path
	}
	if node.Kind == yaml.SequenceNode {
		index, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(node.Content) {
			return find(node.Content[i], rest)
		}
		return node, path
	}
	// A name can contain dots, so the longest matching name counts.
	var value *yaml.Node
	var rest string
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		after, ok := strings.CutPrefix(path, step(node.Content[i].Value))
		if ok && (after == "" || after[0] == '.' || after[0] == '[') && (value == nil || len(after) < len(rest)) {
			value, rest = node.Content[i+1], after
		}
	}
	if value == nil {
		return node, path
	}
	return find(value, rest)
}

// pathTo returns the path from a node to a target, and whether the target is in the node.
func pathTo(node, target *yaml.Node) (string, bool) {
	if node == target {
		return "", true
	}
	for i, child := range node.Content {
		name := strconv.Itoa(i)
		if node.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			name = node.Content[i-1].Value
		}
		if rest, ok := pathTo(child, target); ok {
			return step(name) + rest, true
		}
	}
	return "", false
}

// nodeError is an error about a node, or about something in it.
type nodeError struct {
	in, at  *yaml.Node
	message string
}

func (e *nodeError) Error() string { return e.message }

func refuse(node *yaml.Node, message string) error { return &nodeError{node, node, message} }

// locate adds the line and the column to an error about a node.
func (d *Document) locate(err error) error {
	about, ok := err.(*nodeError) //nolint:errorlint // this package makes it and never wraps it
	if !ok {
		return err
	}
	path, _ := pathTo(d.root, about.in)
	return errorAt(position{about.at.Line, about.at.Column}, strings.TrimPrefix(path, "."), about.message)
}
