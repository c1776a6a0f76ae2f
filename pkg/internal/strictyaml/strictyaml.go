// Package strictyaml reads files that people write, in YAML or JSON, and says in one line where they are wrong. It is
// stricter than its parser where the parser would change what stands in the file without a word: the text 0123 does not
// become 83, and the number 1.5 not 1.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// ReadAll reads at most limit bytes, and says so if there are more.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("larger than %d MiB", limit>>20)
	}
	return data, nil
}

// Unmarshal reads a document into the value that v points to, and returns its syntax tree. A struct's fields go by their
// yaml tags or, as in generated models, by their json tags. The value then says what the document says, or there is an
// error: fields that the value does not have are refused, and so are scalars of another kind than the value's (a string
// takes text only, an integer a plain whole number), and a [yaml.MapSlice] takes plain whole numbers by name. In generated
// models, required fields must be there, and only fields that can be null take null.
//
// Errors quote nothing but the names of fields, and those only if they look like a field.
func Unmarshal(data []byte, v any) (*ast.File, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, locate(err)
	}
	documents := 0
	for _, document := range file.Docs {
		if document.Body == nil {
			continue
		}
		if documents++; documents > 1 {
			return nil, at("", document.Body, "there is a second document: a file holds one")
		}
		if err := (decoder{}).decode("", document.Body, reflect.ValueOf(v).Elem()); err != nil {
			return nil, err
		}
	}
	return file, nil
}

var fieldLike = regexp.MustCompile(`^[a-z_]{1,40}$`)

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// eachValue visits the values of a mapping, which has two forms of nodes.
func eachValue(path string, node ast.Node, visit func(name string, value *ast.MappingValueNode) error) error {
	var values []*ast.MappingValueNode
	switch node := node.(type) {
	case *ast.MappingNode:
		values = node.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{node}
	default:
		return at(path, node, "expected names with values")
	}
	for _, value := range values {
		if value.Key.IsMergeKey() {
			return at(path, value.Key, "merge keys are not read: write the fields out")
		}
		if _, isScalar := value.Key.(ast.ScalarNode); !isScalar {
			return at(path, value.Key, "expected a name")
		}
		if err := visit(value.Key.GetToken().Value, value); err != nil {
			return err
		}
	}
	return nil
}

func at(path string, node ast.Node, message string) error {
	if mapping, ok := node.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		node = mapping.Values[0]
	}
	if value, ok := node.(*ast.MappingValueNode); ok {
		node = value.Key // The value itself begins at its colon.
	}
	position := node.GetToken().Position
	if path != "" {
		message = path + ": " + message
	}
	return fmt.Errorf("line %d, column %d: %s", position.Line, position.Column, message)
}

var quoted = regexp.MustCompile(`"[^"]*"|'[^']*'`)

// locate puts an error of the parser into one line that names the place and repeats nothing of what stands there.
func locate(err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return errors.New(describe(err.Error()))
	}
	position := located.GetToken().Position
	return fmt.Errorf("line %d, column %d: %s", position.Line, position.Column, describe(located.GetMessage()))
}

func describe(message string) string {
	if strings.Contains(message, "already defined") {
		return "the same field is there twice"
	}
	return quoted.ReplaceAllString(strings.Join(strings.Fields(message), " "), "…")
}
