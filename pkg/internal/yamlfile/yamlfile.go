// Package yamlfile reads files that people write, in YAML or JSON, into structs with json tags. An error is one line with the
// place of the mistake. Text stays as it is written: 0123 in a list of names is "0123" and never 83. Aliases, anchors, tags,
// nulls and unknown fields are refused, and so is nesting past a limit.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

const (
	// MaxBytes is the limit of every file. A manifest of 20,000 connectors fits.
	MaxBytes = 2 << 20
	maxDepth = 64
)

// File has the line of every value in a file.
type File struct{ root *yaml.Node }

// Unmarshal reads a file into the value that v points to. Errors quote nothing but names of fields.
func Unmarshal(data []byte, v any) (*File, error) {
	file, written, err := parse(data)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(written, v, json.RejectUnknownMembers(true)); err != nil {
		return nil, file.misfit(err)
	}
	return file, nil
}

// ToJSON returns a file as JSON, in the order of the file.
func ToJSON(data []byte) ([]byte, error) {
	_, written, err := parse(data)
	return written, err
}

func parse(data []byte) (*File, []byte, error) {
	if len(data) > MaxBytes {
		return nil, nil, fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	}
	if valid := bytes.ToValidUTF8(data, []byte("\ufffd")); !bytes.Equal(valid, data) {
		at := 0
		for r, size := utf8.DecodeRune(data); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(data[at:]) {
			at += size
		}
		return nil, nil, fmt.Errorf("line %d: this is not UTF-8: save the file as UTF-8", 1+bytes.Count(data[:at], []byte("\n")))
	}
	if bytes.HasPrefix(data, []byte("%")) || bytes.Contains(data, []byte("\n%")) {
		return nil, nil, errors.New("lines that begin with % are not read") // the parser compares each %TAG with all before it
	}
	var document yaml.Node
	err := yaml.Load(data, &document, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if _, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		return nil, nil, errors.New("the file is empty, or has several documents: give one")
	}
	if wrong, ok := errors.AsType[*yaml.LoadError](err); ok {
		return nil, nil, syntaxError(data, wrong)
	}
	if err != nil {
		return nil, nil, err
	}
	file := &File{document.Content[0]}
	written, err := appendJSON(nil, file.root)
	return file, written, err
}

const noAliases = "anchors, aliases and merge keys are not read: write the value out"

// advice replaces messages of the parser that people can't know what to do about.
var advice = []struct{ message, advice string }{
	{"mapping values are not allowed", `text with ": " in it needs quotes`},
	{"cannot start any token", "text that begins with this character needs quotes"},
	{"did not find expected", "something before this is not closed, or indented otherwise"},
	{"Unicode character escape", "write the character itself, or its code as \\U and 8 digits"},
	{"unknown anchor", noAliases},
}

func syntaxError(data []byte, wrong *yaml.LoadError) error {
	line, column, message := wrong.Mark.Line, wrong.Mark.Column, wrong.Message
	if line == 0 {
		return errors.New(message) // a control character
	}
	for _, known := range advice {
		if strings.Contains(message, known.message) {
			message = known.advice
		}
	}
	if lines := bytes.Split(data, []byte("\n")); wrong.Message == "found character that cannot start any token" && bytes.HasPrefix(bytes.TrimLeft(lines[line-1], " "), []byte("\t")) {
		message = "a tab indents this line: use spaces"
	}
	return fmt.Errorf("line %d, column %d: %s", line, column, message)
}

func refuse(node *yaml.Node, message string) error {
	return fmt.Errorf("line %d, column %d: %s", node.Line, node.Column, message)
}

// appendJSON appends the JSON of a node. What is not a number or a switch as JSON writes them becomes text, as it is written.
func appendJSON(to []byte, node *yaml.Node) ([]byte, error) {
	plain := node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch value := jsontext.Value(node.Value); {
	case node.Kind == yaml.AliasNode || node.Anchor != "" || node.Tag == "!!merge":
		return nil, refuse(node, noAliases)
	case node.Style&yaml.TaggedStyle != 0 || node.Tag == "!":
		return nil, refuse(node, "tags are not read: put text that begins with ! in quotes")
	case node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode:
		return appendAll(to, node)
	case node.Tag == "!!null":
		return nil, refuse(node, "has no value: give one, or leave it out")
	case plain && (value.Kind() == '0' && value.IsValid() || node.Value == "true" || node.Value == "false"):
		return append(to, node.Value...), nil
	default:
		return jsontext.AppendQuote(to, node.Value)
	}
}

func appendAll(to []byte, node *yaml.Node) (_ []byte, err error) {
	brackets, separators := "[]", ","
	if node.Kind == yaml.MappingNode {
		brackets, separators = "{}", ":,"
	}
	to = append(to, brackets[0])
	for i, child := range node.Content {
		if i > 0 {
			to = append(to, separators[(i-1)%len(separators)])
		}
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.ScalarNode && child.Tag != "!!merge" {
			child = &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: child.Value}
		}
		if to, err = appendJSON(to, child); err != nil {
			return nil, err
		}
	}
	return append(to, brackets[1]), nil
}

var fieldLike = regexp.MustCompile(`^[a-z_]{1,40}$`)

// misfit says where the file does not fit the value, and what the value expects.
func (f *File) misfit(err error) error {
	if twice, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return f.refuse(twice.JSONPointer, true, "the same field is there twice")
	}
	wrong, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	if !errors.Is(wrong.Err, json.ErrUnknownName) {
		return f.refuse(wrong.JSONPointer, false, expected(wrong))
	}
	message := "unknown field"
	if name := wrong.JSONPointer.LastToken(); fieldLike.MatchString(name) {
		message += " " + strconv.Quote(name)
	}
	var fields []string
	for field := range wrong.GoType.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	return f.refuse(wrong.JSONPointer, true, message+": the fields here are "+strings.Join(fields, ", "))
}

// expected says what a type expects. It does not quote the given value.
func expected(wrong *json.SemanticError) string {
	switch kind := wrong.GoType.Kind(); {
	case errors.Is(wrong.Err, strconv.ErrRange):
		return "the number is too large"
	case kind == reflect.String:
		return "expected text: put it in quotes"
	case kind == reflect.Bool:
		return "expected true or false"
	case kind == reflect.Float64:
		return "expected a plain number"
	case kind >= reflect.Int && kind <= reflect.Int64:
		return "expected a plain whole number"
	case kind == reflect.Slice:
		return "expected a list"
	default:
		return "expected names with values"
	}
}

func (f *File) refuse(at jsontext.Pointer, isAboutName bool, message string) error {
	place, value := f.find(at)
	if isAboutName {
		value, at = place, at.Parent()
	}
	if at != "" {
		message = Path(at) + ": " + message
	}
	return refuse(value, message)
}

// Path returns a pointer in the form that people read, such as connectors[0].team_id.
func Path(at jsontext.Pointer) string {
	var path strings.Builder
	for name := range at.Tokens() {
		switch _, err := strconv.Atoi(name); {
		case err == nil:
			fmt.Fprintf(&path, "[%s]", name)
		case path.Len() > 0:
			path.WriteString("." + name)
		default:
			path.WriteString(name)
		}
	}
	return path.String()
}

// Line returns the line of the value at a pointer. If the value is not there, it is the line of what should contain it.
func (f *File) Line(at jsontext.Pointer) int {
	_, value := f.find(at)
	return value.Line
}

// Names returns the names in an object, in the order of the file.
func (f *File) Names(at jsontext.Pointer) (names []string) {
	_, value := f.find(at)
	for i := 0; i < len(value.Content); i += 2 {
		names = append(names, value.Content[i].Value)
	}
	return names
}

// find follows a pointer as far as possible. It returns the last value, and its name if the value has one.
func (f *File) find(at jsontext.Pointer) (key, value *yaml.Node) {
	value = f.root
	for name := range at.Tokens() {
		next, index := -1, 0
		if value.Kind == yaml.SequenceNode {
			index, _ = strconv.Atoi(name)
			next = min(index, len(value.Content)-1)
			key = nil
		}
		for i := 0; value.Kind == yaml.MappingNode && i < len(value.Content); i += 2 {
			if value.Content[i].Value == name {
				key, next = value.Content[i], i+1 // the last of two
			}
		}
		if next < 0 {
			return nil, value
		}
		value = value.Content[next]
	}
	return key, value
}
