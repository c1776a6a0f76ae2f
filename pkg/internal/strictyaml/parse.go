package strictyaml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/aliasdata"
)

const (
	// maxDepth and maxValues are far more than a useful file needs.
	maxDepth  = 64
	maxValues = 250_000
	// The YAML parser keeps all tokens of a line, and of text in brackets, before it builds the first value. So both have
	// limits. The JSON parser does not need them.
	maxLine     = 32 << 10
	maxBrackets = 64 << 10
	// The YAML parser compares each %TAG with all before it. Nobody needs any, because tags are refused.
	maxDirectives = 100
)

// parse returns the value of a document, or nil if the document is empty. More than one value is an error.
func parse(data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errorAt(place(data, validUTF8(data)), "", "this is not UTF-8: save the file as UTF-8")
	}
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		node, err := parseJSON(data)
		if _, ok := errors.AsType[*malformed](err); !ok || len(data) > maxBrackets {
			return node, err
		}
		// It may still be YAML, which allows more in brackets than JSON does.
	}
	if err := checkYAML(data); err != nil {
		return nil, err
	}
	return parseYAML(data)
}

// validUTF8 returns the number of bytes before the first invalid UTF-8.
func validUTF8(data []byte) int {
	valid := 0
	for {
		r, size := utf8.DecodeRune(data[valid:])
		if r == utf8.RuneError && size <= 1 {
			return valid
		}
		valid += size
	}
}

// checkYAML refuses what would cost the parser too much. It also refuses characters for which the parser gives no place, or
// which the parser treats as a space.
func checkYAML(data []byte) error {
	values, line, directives := 0, 0, 0
	for i, r := range string(data) {
		switch r {
		case '\n':
			line = i + 1
		case ':', '?', '#':
			values += 2 // a name and its value; a comment costs as much
		case ',', '[', '{':
			values++
		case '-':
			if i+1 == len(data) || data[i+1] <= ' ' {
				values++
			}
		case '%':
			if i == line && bytes.HasPrefix(data[i:], []byte("%TAG")) {
				directives++
			}
		case '\t', '\r':
		case '\u0085', '\u2028', '\u2029':
			return errorAt(place(data, i), "", fmt.Sprintf(`write \u%04x in double quotes in place of this line separator`, r))
		default:
			if unicode.IsControl(r) || r == '\ufffe' || r == '\uffff' {
				return errorAt(place(data, i), "", fmt.Sprintf(`write \u%04x in double quotes in place of this control character`, r))
			}
		}
		if i-line >= maxLine {
			return errorAt(place(data, line), "", "the line is longer than 32 KiB: break it into several")
		}
		if directives > maxDirectives {
			return errorAt(place(data, i), "", "there are more than 100 lines up to here that begin with %TAG: leave them out")
		}
		if values > maxValues {
			return errorAt(place(data, i), "", tooMany)
		}
	}
	return nil
}

func parseYAML(data []byte) (*yaml.Node, error) {
	noAliases, err := aliasdata.New(aliasdata.WithDisable(true))
	if err != nil {
		return nil, err
	}
	bounded := &boundedReader{data: data}
	loader, err := yaml.NewLoader(bounded, yaml.WithPlugin(noAliases, bounded))
	if err != nil {
		return nil, err
	}
	var document, second yaml.Node
	if err = loader.Load(&document); errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err == nil {
		err = loader.Load(&second)
	}
	switch {
	case bounded.refused != nil:
		return nil, bounded.refused
	case err == nil:
		return nil, errorAt(position{second.Content[0].Line, second.Content[0].Column}, "", "there is a second document: a file holds one")
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(data, err)
	}
	return document.Content[0], nil
}

// remedies add advice to messages of the parser.
var remedies = []struct{ message, remedy string }{
	{"aliases are disabled", "aliases are not read: write the value out"},
	{"escape", backslash}, {"hexadecimal number", backslash},
	{"cannot start any token", "text that begins with this character needs quotes"},
	{"mapping values are not allowed", `text with ": " in it needs quotes`},
	{"a YAML tag", noTags},
}

const (
	backslash = `a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`
	noTags    = "tags are not read: put text that begins with ! in quotes"
)

// syntaxError returns an error of the parser as one line, with advice if there is any.
func syntaxError(data []byte, err error) error {
	var wrong *yaml.LoadError
	if !errors.As(err, &wrong) || wrong.Mark.Line == 0 {
		return errors.New("not YAML")
	}
	at, message := position{wrong.Mark.Line, wrong.Mark.Column}, wrong.Message
	for _, r := range remedies {
		if strings.Contains(message, r.message) {
			message = r.remedy
		}
	}
	if tab := tabIn(data, at.line); tab > 0 {
		return errorAt(position{at.line, tab}, "", "a tab indents this line: use spaces")
	}
	text := bytes.TrimRight(data, " \t\r\n")
	_, last := utf8.DecodeLastRune(text)
	if end := place(text, len(text)-last); at.compare(end) > 0 {
		at, message = end, "the file ends too early: something is not closed or has no value"
	}
	return errorAt(at, "", message)
}

// tabIn returns the column of the first tab in the indentation of a line, or 0.
func tabIn(data []byte, line int) int {
	for ; line > 1; line-- {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	spaces := bytes.TrimLeft(data, " ")
	if len(spaces) == 0 || spaces[0] != '\t' {
		return 0
	}
	return len(data) - len(spaces) + 1
}

// position is a line and a column of characters, both from 1.
type position struct{ line, column int }

func (p position) compare(other position) int {
	return cmp.Or(cmp.Compare(p.line, other.line), cmp.Compare(p.column, other.column))
}

// place returns the position of an offset.
func place(data []byte, offset int) position {
	before := data[:offset]
	return position{1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])}
}

func errorAt(at position, path, message string) error {
	if path != "" {
		message = path + ": " + message
	}
	return fmt.Errorf("line %d, column %d: %s", at.line, at.column, message)
}
