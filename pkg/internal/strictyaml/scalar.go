package strictyaml

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	number      = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

func decodeText(path string, node ast.Node, into reflect.Value) error {
	text, err := text(path, node)
	into.SetString(text)
	return err
}

func decodeBool(path string, node ast.Node, into reflect.Value) error {
	value, ok := node.(*ast.BoolNode)
	if !ok {
		return at(path, node, "expected true or false")
	}
	into.SetBool(value.Value)
	return nil
}

func decodeInteger(path string, node ast.Node, into reflect.Value) error {
	if !wholeNumber.MatchString(plain(node)) {
		return at(path, node, "expected a plain whole number")
	}
	if json.Unmarshal([]byte(plain(node)), into.Addr().Interface()) != nil {
		return at(path, node, "the number is too large")
	}
	return nil
}

func decodeFloat(path string, node ast.Node, into reflect.Value) error {
	if !number.MatchString(plain(node)) {
		return at(path, node, "expected a plain number")
	}
	wanted, err := strconv.ParseFloat(plain(node), 64)
	if err != nil {
		return at(path, node, "the number is too large")
	}
	into.SetFloat(wanted)
	bits := into.Type().Bits()
	if kept, err := strconv.ParseFloat(strconv.FormatFloat(into.Float(), 'g', -1, bits), 64); err != nil || kept != wanted {
		return at(path, node, fmt.Sprintf("the number does not fit into %d bits: give it fewer digits", bits))
	}
	return nil
}

// plain returns what stands in the document for a scalar that is not in quotes.
func plain(node ast.Node) string {
	written := node.GetToken()
	isQuoted := written.Type == token.SingleQuoteType || written.Type == token.DoubleQuoteType
	if _, ok := node.(ast.ScalarNode); !ok || isQuoted {
		return ""
	}
	return written.Value
}

func text(path string, node ast.Node) (string, error) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, nil
	case *ast.LiteralNode:
		return node.Value.Value, nil
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return "", at(path, node, "expected text")
	default:
		return "", at(path, node, "expected text: put it in quotes")
	}
}
