// Package yamlfile reads files that people write, in YAML or JSON. YAML becomes JSON that has each value on the line where the
// file has it, so that one decoder reads both, and its errors lead to the file. They are one line, and quote only names of fields.
//
// Text stays as it is written: no, 0123 and 1_000 are the names "no", "0123" and "1_000". What JSON would read as a number, true
// or false is no text, until it is in quotes.
package yamlfile

import (
	"bytes"
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/textfile"
)

// Text is a text with the line that it is on.
type Text struct {
	Value string
	Line  int
}

// File knows the line of each value in a file. A JSON pointer says which value is meant.
type File struct {
	json                          []byte
	linesWritten, linesRead, read int // read up to the last Text
}

// Unmarshal reads a file into the value that v points to, by its json tags. It refuses unknown and repeated fields, null,
// anchors, aliases, merge keys and tags. An empty file is an object without fields.
func Unmarshal(data []byte, v any) (*File, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	file := &File{}
	err := file.parse(data)
	if err == nil {
		err = file.decode(v)
	}
	if err != nil {
		return nil, explain(data, err)
	}
	return file, nil
}

func (f *File) decode(v any) error {
	err := json.Unmarshal(f.json, v, json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFromFunc(f.value)))
	if twice, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return f.refuse(twice.ByteOffset, twice.JSONPointer.Parent(), "the same field is there twice")
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && errors.Is(wrong.Err, json.ErrUnknownName) {
		return f.refuse(wrong.ByteOffset, wrong.JSONPointer.Parent(), fieldsOf(wrong.GoType, "unknown field", wrong.JSONPointer.LastToken()))
	} else if ok {
		return f.refuse(wrong.ByteOffset, wrong.JSONPointer, expected(wrong))
	}
	return err
}

// errNull is the error of what the decoder would take for 0.
var errNull = errors.New("has no value: give one, indent what belongs to it, or leave it out")

// value is called before the decoder reads a value.
func (f *File) value(decoder *jsontext.Decoder, v any) error {
	if decoder.PeekKind() == 'n' {
		return errNull
	}
	text, ok := v.(*Text)
	if !ok {
		return errors.ErrUnsupported // the decoder reads it
	}
	err := json.UnmarshalDecode(decoder, &text.Value)
	end := int(decoder.InputOffset())
	f.linesRead += bytes.Count(f.json[f.read:end], []byte("\n"))
	f.read, text.Line = end, 1+f.linesRead
	return err
}

func (f *File) refuse(offset int64, in jsontext.Pointer, reason string) error {
	reason = strings.TrimPrefix(Path(in)+": "+reason, ": ")
	return &textfile.Error{Line: textfile.At(f.json, int(offset), "").Line, Reason: reason}
}

// Line returns the line of the value at a pointer. If the value is not there, it is the line of what should contain it.
func (f *File) Line(at jsontext.Pointer) int {
	tokens, reached, line := jsontext.NewDecoder(bytes.NewReader(f.json)), jsontext.Pointer(""), 1
	for reached != at && tokens.PeekKind() > 0 {
		_, _ = tokens.ReadToken() // it was read before
		if here := tokens.StackPointer(); here.Contains(at) && len(here) > len(reached) {
			reached, line = here, textfile.At(f.json, int(tokens.InputOffset()), "").Line
		}
	}
	return line
}

var index = regexp.MustCompile(`/(\d+)\b`)

// Path returns a pointer in the form that people read, such as connectors[0].team_id.
func Path(at jsontext.Pointer) string {
	path := index.ReplaceAllString(safetext.Printable(string(at)), "[$1]")
	return strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")
}

var fieldLike = regexp.MustCompile(`^[a-z_]{1,40}$`)

// fieldsOf says what is wrong and which fields an object has. A name that is a field's in another spelling leads to that field.
// Any other is quoted only if it looks like the name of a field: it may be anything.
func fieldsOf(object reflect.Type, wrong, name string) string {
	message, known := strings.TrimSuffix(wrong+" "+strconv.Quote(fieldLike.FindString(name)), ` ""`), []string{}
	bare := strings.NewReplacer("_", "", "-", "")
	for _, field := range reflect.VisibleFields(object) {
		switch is, _, _ := strings.Cut(field.Tag.Get("json"), ","); {
		case is == "" || is == "-":
		case strings.EqualFold(bare.Replace(is), bare.Replace(name)):
			return wrong + " " + strconv.Quote(name) + ": write " + strconv.Quote(is)
		default:
			known = append(known, is)
		}
	}
	return message + ": the fields here are " + strings.Join(known, ", ")
}

// expected says what a type expects. It does not quote the given value.
func expected(wrong *json.SemanticError) string {
	switch kind := wrong.GoType.Kind(); {
	case errors.Is(wrong.Err, errNull):
		return errNull.Error()
	case errors.Is(wrong.Err, strconv.ErrRange):
		return "the number is too large"
	case kind == reflect.String:
		return "expected text: put it in quotes"
	case kind == reflect.Bool:
		return "expected true or false"
	case kind == reflect.Float64:
		return "expected a plain number"
	case kind >= reflect.Int && kind <= reflect.Uint64:
		return "expected a plain whole number, without quotes"
	case wrong.GoType == reflect.TypeFor[[]string]():
		return `expected a list: write [client_id], or begin each element with "- "`
	case kind == reflect.Slice:
		return `expected a list: begin each element with "- "`
	case kind == reflect.Map:
		return "expected names with values, such as staging: 936506"
	case kind == reflect.Struct:
		return fieldsOf(wrong.GoType, `expected fields, written "name: value"`, "")
	}
	return "expected names with values"
}
