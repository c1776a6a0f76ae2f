package strictyaml

import (
	stdjson "encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// exactNumbers keeps all digits of a number in a field of type any.
var exactNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, value *any) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	number, err := decoder.ReadToken()
	*value = stdjson.Number(number.String())
	return err
}))

var fieldLike = regexp.MustCompile(`^[a-z_]{1,40}$`)

// misfit returns an error that says where the document does not fit the value, and what the value expects.
func (d *Document) misfit(err error) error {
	wrong, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return errors.New("expected another kind of value")
	}
	node := d.root
	var parent, key *yaml.Node
	for name := range wrong.JSONPointer.Tokens() {
		parent = node
		key, node = member(node, name)
	}
	if !errors.Is(wrong.Err, json.ErrUnknownName) {
		return refuse(node, expected(wrong))
	}
	message := "unknown field"
	if fieldLike.MatchString(key.Value) {
		message += " " + strconv.Quote(key.Value)
	}
	if known := fields(wrong.GoType); len(known) > 0 {
		message += ": the fields here are " + strings.Join(known, ", ")
	}
	return &nodeError{parent, key, message}
}

// member returns a member of an object with its name, or an element of a list.
func member(node *yaml.Node, name string) (key, value *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		i, _ := strconv.Atoi(name) // can't fail: the index comes from the decoder
		return nil, node.Content[i]
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// fields returns the JSON names of a struct's fields.
func fields(of reflect.Type) []string {
	var names []string
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			embedded := field.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			names = append(names, fields(embedded)...)
		} else if name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// expected says what a type expects. It does not quote the given value.
func expected(wrong *json.SemanticError) string {
	if wrong.GoType == reflect.TypeFor[time.Time]() {
		return "expected a date and time such as 2030-12-31T23:59:59Z"
	}
	if errors.Is(wrong.Err, strconv.ErrRange) {
		return "the number is too large"
	}
	switch kind := wrong.GoType.Kind(); {
	case kind == reflect.String:
		return "expected text: put it in quotes"
	case kind == reflect.Bool:
		return "expected true or false"
	case kind >= reflect.Int && kind <= reflect.Uint64:
		return "expected a plain whole number"
	case kind == reflect.Float32 || kind == reflect.Float64:
		return "expected a plain number"
	case wrong.Err != nil:
		return "expected another kind of value"
	case kind == reflect.Slice:
		return "expected a list"
	default:
		return "expected names with values"
	}
}
