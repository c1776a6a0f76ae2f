package strictyaml

import (
	"cmp"
	stdjson "encoding/json"
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// exactNumbers keeps all the digits of a number where a type takes any value.
var exactNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, value *any) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	number, err := decoder.ReadToken()
	*value = stdjson.Number(number.String())
	return err
}))

// decode writes a value as JSON, as encoding/json does, and reads that into another.
func decode(from, into any, options ...json.Options) error {
	data, err := stdjson.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into, append(options, exactNumbers)...)
}

var fieldLike = regexp.MustCompile(`^[a-z_]{1,40}$`)

// decodeError returns where and how the document does not fit the value.
func (d *Document) decodeError(err error) error {
	wrong, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return errors.New("expected another kind of value")
	}
	var parent, path string
	for name := range wrong.JSONPointer.Tokens() {
		parent, path = path, child(path, name)
	}
	if !errors.Is(wrong.Err, json.ErrUnknownName) {
		return d.errorAt(path, expected(wrong))
	}
	message := "unknown field"
	if name := wrong.JSONPointer.LastToken(); fieldLike.MatchString(name) {
		message += " " + strconv.Quote(name)
	}
	return errorAt(cmp.Or(d.keys[path], d.position(path)), parent, message)
}

// expected says what a type takes, and nothing of what it was given.
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

// compare refuses what a value did not keep of what was written, and what it has although that was not written. Text is
// not compared: a type may write the same time in other words.
func (d *Document) compare(path string, written, kept any) error {
	const noValue = "has no value: give one, or leave it out"
	switch written := written.(type) {
	case nil:
		if kept != nil {
			return d.errorAt(path, noValue)
		}
	case stdjson.Number:
		if kept, ok := kept.(stdjson.Number); ok && float(written) != float(kept) {
			return d.errorAt(path, "the number has too many digits")
		}
	case []any:
		kept, _ := kept.([]any)
		for i := range min(len(written), len(kept)) {
			if err := d.compare(child(path, strconv.Itoa(i)), written[i], kept[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		kept, _ := kept.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(written)) {
			value, isKept := kept[name]
			if !isKept {
				return d.errorAt(child(path, name), noValue)
			}
			if err := d.compare(child(path, name), written[name], value); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(kept)) {
			if _, isWritten := written[name]; !isWritten {
				return d.errorAt(path, name+" is missing")
			}
		}
	}
	return nil
}

func float(number stdjson.Number) float64 {
	value, _ := number.Float64() // Infinite if it is too large, which is the same for both.
	return value
}
