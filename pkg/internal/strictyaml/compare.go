package strictyaml

import (
	"bytes"
	stdjson "encoding/json"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

const noValue = "has no value: give one, or leave it out"

// compare refuses a document that differs from the value that v points to: the value has lost something, or has something
// that was not written. It compares the document with the value's JSON, except for text, because a type may write the same
// time in another form.
func compare(written *yaml.Node, v any) error {
	kept, err := stdjson.Marshal(v)
	if err != nil {
		return err
	}
	return compareNext(written, jsontext.NewDecoder(bytes.NewReader(kept)))
}

// compareNext reads the next value of kept.
func compareNext(written *yaml.Node, kept *jsontext.Decoder) error {
	kind := kept.PeekKind()
	switch {
	case written.Kind == yaml.MappingNode && kind == '{':
		return compareObject(written, kept)
	case written.Kind == yaml.SequenceNode && kind == '[':
		return compareList(written, kept)
	}
	value, err := kept.ReadValue()
	switch {
	case err != nil:
		return err
	case isNull(written) != (kind == 'n'):
		return refuse(written, noValue)
	case isNumber(written) && kind == '0' && float(written.Value) != float(string(value)):
		return refuse(written, "the number has too many digits")
	}
	return nil
}

func compareList(written *yaml.Node, kept *jsontext.Decoder) error {
	if _, err := kept.ReadToken(); err != nil {
		return err
	}
	for i := 0; kept.PeekKind() != ']'; i++ {
		if i == len(written.Content) {
			return refuse(written, noValue) // the value has another list
		}
		if err := compareNext(written.Content[i], kept); err != nil {
			return err
		}
	}
	_, err := kept.ReadToken()
	return err
}

func compareObject(written *yaml.Node, kept *jsontext.Decoder) error {
	if _, err := kept.ReadToken(); err != nil {
		return err
	}
	lost := map[string]*yaml.Node{}
	for i := 0; i < len(written.Content); i += 2 {
		lost[written.Content[i].Value] = written.Content[i+1]
	}
	missing := ""
	for kept.PeekKind() != '}' {
		token, err := kept.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		value, ok := lost[name]
		if !ok {
			missing = name
			if err := kept.SkipValue(); err != nil {
				return err
			}
			continue
		}
		delete(lost, name)
		if err := compareNext(value, kept); err != nil {
			return err
		}
	}
	for i := 1; i < len(written.Content); i += 2 {
		if _, ok := lost[written.Content[i-1].Value]; ok {
			return refuse(written.Content[i], noValue)
		}
	}
	if missing != "" {
		return refuse(written, missing+" is missing")
	}
	_, err := kept.ReadToken()
	return err
}

func float(number string) float64 {
	value, _ := strconv.ParseFloat(number, 64) // infinite if it is too large, on both sides
	return value
}
