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
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
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

// Unmarshal reads a document into the value that v points to, and returns its syntax tree. Fields that the value does
// not have are refused, and so are scalars of another kind than the value's: a string takes text only, an integer a
// plain whole number, and a [yaml.MapSlice] plain whole numbers by name.
//
// Errors quote nothing but the names of unknown fields, and those only if they look like a field.
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
	}
	for _, document := range file.Docs {
		if err := check("", document.Body, reflect.TypeOf(v).Elem()); err != nil {
			return nil, err
		}
	}
	if err := yaml.UnmarshalWithOptions(data, v, yaml.Strict()); err != nil {
		return nil, locate(err)
	}
	return file, nil
}

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	fieldLike   = regexp.MustCompile(`^[a-z_]{1,40}$`)
)

// check compares a node with the type that it is to be read into. The path says which node it is.
func check(path string, node ast.Node, into reflect.Type) error {
	switch node := node.(type) {
	case nil, *ast.AliasNode: // An alias is checked where its anchor is.
		return nil
	case *ast.NullNode:
		return at(path, node, "has no value: give one, or leave it out")
	case *ast.AnchorNode:
		return check(path, node.Value, into)
	case *ast.TagNode:
		return check(path, node.Value, into)
	}
	if into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	if into == reflect.TypeFor[yaml.MapSlice]() {
		return eachValue(path, node, func(name string, value *ast.MappingValueNode) error {
			return check(join(path, name), value.Value, reflect.TypeFor[int64]())
		})
	}
	switch into.Kind() {
	case reflect.String:
		return checkText(path, node)
	case reflect.Int64:
		return checkWholeNumber(path, node)
	case reflect.Slice:
		list, ok := node.(*ast.SequenceNode)
		if !ok {
			return at(path, node, "expected a list")
		}
		for i, value := range list.Values {
			if err := check(fmt.Sprintf("%s[%d]", path, i), value, into.Elem()); err != nil {
				return err
			}
		}
		return nil
	case reflect.Struct:
		return eachValue(path, node, func(name string, value *ast.MappingValueNode) error {
			for field := range into.Fields() {
				if name == tagName(field, "yaml") || name == tagName(field, "json") {
					return check(join(path, name), value.Value, field.Type)
				}
			}
			if fieldLike.MatchString(name) {
				return at(path, value.Key, fmt.Sprintf("unknown field %q", name))
			}
			return at(path, value.Key, "unknown field")
		})
	}
	return nil
}

func checkText(path string, node ast.Node) error {
	switch node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return nil
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return at(path, node, "expected text")
	default:
		return at(path, node, "expected text: put it in quotes")
	}
}

func checkWholeNumber(path string, node ast.Node) error {
	written := node.GetToken()
	isQuoted := written.Type == token.SingleQuoteType || written.Type == token.DoubleQuoteType
	if _, ok := node.(ast.ScalarNode); !ok || isQuoted || !wholeNumber.MatchString(written.Value) {
		return at(path, node, "expected a plain whole number")
	}
	if _, err := strconv.ParseInt(written.Value, 10, 64); err != nil {
		return at(path, node, "the number is too large")
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func tagName(field reflect.StructField, key string) string {
	name, _, _ := strings.Cut(field.Tag.Get(key), ",")
	return name
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
		if err := visit(value.Key.GetToken().Value, value); err != nil {
			return err
		}
	}
	return nil
}

func at(path string, node ast.Node, message string) error {
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
