package strictyaml

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// jsonParser makes the nodes of a valid JSON document.
type jsonParser struct {
	data    []byte
	decoder *jsontext.Decoder
	values  int

	offset int // at is its line and column
	at     position
}

// malformed is an error of JSON syntax.
type malformed struct{ error }

func parseJSON(data []byte) (*yaml.Node, error) {
	p := &jsonParser{data: data, at: position{1, 1}}
	p.decoder = jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true))
	node, err := p.value(1)
	if err == nil {
		p.skip()
		if _, more := p.decoder.ReadToken(); !errors.Is(more, io.EOF) {
			err = &malformed{errorAt(p.at, "", "there is something after the end of the JSON")}
		}
	}
	return node, err
}

// value reads a value at a depth.
func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	p.skip()
	token, err := p.decoder.ReadToken()
	if err != nil {
		return nil, p.malformed(err)
	}
	if p.values++; p.values > maxValues {
		return nil, errorAt(p.at, "", tooMany)
	}
	if depth > maxDepth {
		return nil, errorAt(p.at, "", tooDeep)
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Line: p.at.line, Column: p.at.column}
	switch token.Kind() {
	case '"':
		node.Tag, node.Style, node.Value = "!!str", yaml.DoubleQuotedStyle, token.String()
	case 'n':
		node.Tag = "!!null"
	case 't', 'f':
		node.Tag, node.Value = "!!bool", token.String()
	case '0':
		node.Value = token.String()
	case '{', '[':
		node.Kind, node.Tag, node.Style = yaml.MappingNode, "!!map", yaml.FlowStyle
		if token.Kind() == '[' {
			node.Kind, node.Tag = yaml.SequenceNode, "!!seq"
		}
		for p.decoder.PeekKind() != token.Kind()+2 { // in ASCII, the closing bracket
			child, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
		if _, err := p.decoder.ReadToken(); err != nil {
			return nil, p.malformed(err)
		}
	}
	return node, nil
}

func (p *jsonParser) malformed(err error) error {
	if wrong, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		return &malformed{errorAt(place(p.data, int(wrong.ByteOffset)), "", "the JSON is malformed")}
	}
	return &malformed{errorAt(place(p.data, len(p.data)), "", "the JSON ends too early")}
}

// skip moves to the next token.
func (p *jsonParser) skip() {
	next := int(p.decoder.InputOffset())
	for next < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[next]) >= 0 {
		next++
	}
	passed := p.data[p.offset:next]
	if lines := bytes.Count(passed, []byte("\n")); lines > 0 {
		p.at = position{p.at.line + lines, 1}
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	p.at.column += utf8.RuneCount(passed)
	p.offset = next
}
