package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/textfile"
)

const (
	// MaxBytes is the limit of every file. A manifest of 20,000 connectors has less than half of it.
	MaxBytes = 4 << 20
	maxDepth = 64
	// The parser of YAML keeps all tokens of a line, and of text in brackets, before it builds the first value.
	maxValues = 400_000
)

const (
	noAliases = "anchors, aliases and merge keys are not read: write the value out"
	endsEarly = "the file ends too early: something is not closed or has no value"
	noTags    = "tags are not read: put text that begins with ! in quotes"
	backslash = `a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`
)

// toJSON returns a file as JSON. What is JSON stays as it is.
func toJSON(data []byte) ([]byte, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	}
	if err := textfile.CheckUTF8(data); err != nil {
		return nil, err
	}
	if checkJSON(data) == nil {
		return data, nil
	}
	if bytes.HasPrefix(data, []byte("%YAML 1.")) { // the parser refuses 1.2, though it reads what people mean by it
		data = append([]byte("#"), data[1:]...)
	}
	if err := checkYAML(data); err != nil {
		return nil, err
	}
	var document yaml.Node
	err := yaml.Load(data, &document, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil && strings.Contains(err.Error(), "no documents") {
		return []byte("{}"), nil
	} else if err != nil {
		return nil, syntaxError(data, err)
	}
	written := &encoder{line: 1}
	err = written.value(document.Content[0])
	return written.json, err
}

func checkJSON(data []byte) error {
	var value jsontext.Value
	return json.Unmarshal(data, &value, jsontext.AllowDuplicateNames(true))
}

// unread matches what the parser would change or has no place for, and directives: it compares each %TAG with all before it.
var unread = regexp.MustCompile(`(?:\A|[\n\r])%|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fffe}\x{ffff}]`)

func checkYAML(data []byte) error {
	values := bytes.Count(data, []byte(`"`))/2 + bytes.Count(data, []byte("'"))/2
	for _, indicator := range []byte(",[{:?#&*!") {
		values += bytes.Count(data, []byte{indicator})
	}
	at := unread.FindIndex(data)
	switch {
	case values > maxValues:
		return fmt.Errorf("more than %d values", maxValues)
	case at == nil:
		return nil
	case data[at[1]-1] == '%':
		return textfile.At(data, at[1]-1, "a line that begins with % is not read: leave it out")
	}
	r, _ := utf8.DecodeRune(data[at[0]:])
	return textfile.At(data, at[0], fmt.Sprintf(`write \u%04x in double quotes in place of this character`, r))
}

// encoder writes the JSON of nodes.
type encoder struct {
	json []byte
	line int
}

func (e *encoder) value(node *yaml.Node) (err error) {
	for ; e.line < node.Line; e.line++ {
		e.json = append(e.json, '\n')
	}
	switch {
	case node.Kind == yaml.AliasNode, node.Anchor != "", node.Tag == "!!merge":
		return refuse(node, noAliases)
	case node.Style&yaml.TaggedStyle != 0, node.Tag == "!":
		return refuse(node, noTags)
	case node.Kind == yaml.MappingNode:
		return e.object(node)
	case node.Kind == yaml.SequenceNode:
		e.json = append(e.json, '[')
		for i, element := range node.Content {
			if i > 0 {
				e.json = append(e.json, ',')
			}
			if err := e.value(element); err != nil {
				return err
			}
		}
		e.json = append(e.json, ']')
	case node.Tag == "!!null":
		e.json = append(e.json, "null"...)
	case node.Tag == "!!bool":
		e.json = append(e.json, strings.ToLower(node.Value)...)
	case (node.Tag == "!!int" || node.Tag == "!!float") && jsontext.Value(node.Value).IsValid():
		e.json = append(e.json, node.Value...)
	default:
		e.json, err = jsontext.AppendQuote(e.json, node.Value)
	}
	return err
}

func (e *encoder) object(node *yaml.Node) error {
	e.json = append(e.json, '{')
	for i := 0; i < len(node.Content); i += 2 {
		if i > 0 {
			e.json = append(e.json, ',')
		}
		name := *node.Content[i]
		if name.Kind == yaml.MappingNode || name.Kind == yaml.SequenceNode {
			return refuse(&name, "expected a plain name")
		}
		if name.Tag != "!!merge" && name.Tag != "!" {
			name.Tag = "!!str" // whatever it looks like
		}
		if err := e.value(&name); err != nil {
			return err
		}
		e.json = append(e.json, ':')
		if err := e.value(node.Content[i+1]); err != nil {
			return err
		}
	}
	e.json = append(e.json, '}')
	return nil
}

func refuse(node *yaml.Node, reason string) error {
	return &textfile.Error{Line: node.Line, Column: node.Column, Reason: reason}
}

// advice replaces messages of the parser that do not say what to write.
var advice = []struct{ message, advice string }{
	{"mapping values are not allowed", `this goes on with the text before it: put text with ": " in quotes, write a space after each colon, and indent lines alike`},
	{"cannot start any token", "text that begins with this character needs quotes"},
	{"did not find expected key", "this line is indented otherwise than those before it: indent alike what belongs together"},
	{"did not find expected '-'", `this line does not begin with "- " like those before it: add it, or indent the line as what it belongs to`},
	{"could not find expected ':'", `there is no ": " here or in the line before: write name: value`},
	{"expected <document start>", "this does not belong to the value before it: is a colon or a quote missing?"},
	{"did not find expected ','", "a comma or a closing bracket is missing before this"},
	{"unexpected end of stream", endsEarly},
	{"multiple", "there is a second document: a file holds one"},
	{"exceeded max depth", fmt.Sprintf("nested more than %d deep", maxDepth)},
	{"escape", backslash}, {"hexadecimal number", backslash}, {"unknown anchor", noAliases}, {"a YAML tag", noTags},
}

// syntaxError turns an error of the parser into one with advice.
func syntaxError(data []byte, err error) error {
	at := &textfile.Error{Line: 1, Reason: "this is not YAML"}
	if wrong, ok := errors.AsType[*yaml.LoadError](err); ok && wrong.Mark.Line > 0 {
		at = &textfile.Error{Line: wrong.Mark.Line, Column: wrong.Mark.Column, Reason: wrong.Message}
	}
	for _, known := range advice {
		if strings.Contains(err.Error(), known.message) {
			at.Reason = known.advice
		}
	}
	lines := splitLines(bytes.TrimRight(data, " \t\r\n"))
	if at.Line > len(lines) {
		at.Line, at.Reason = len(lines), endsEarly
		at.Column = utf8.RuneCountInString(lines[at.Line-1])
	}
	if line := lines[at.Line-1]; strings.HasPrefix(strings.TrimLeft(line, " "), "\t") {
		at.Column, at.Reason = 1+strings.Index(line, "\t"), "a tab indents this line: use spaces"
	}
	return at
}

// splitLines splits a file like the parser.
func splitLines(data []byte) []string {
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n")
}

// noBreakSpace matches one where a space has a meaning.
var noBreakSpace = regexp.MustCompile(`(?:^[\s-]*|[:,\[{-])\x{a0}`)

// explain replaces an error by what has led to it: a comment in JSON, or a no-break space that the parser takes for text. YAML
// allows a comma before a closing bracket, so that one explains an error of syntax only.
func explain(data []byte, err error, ofSyntax bool) error {
	wrong, ok := errors.AsType[*textfile.Error](err)
	if !ok {
		return err
	}
	if begin := bytes.TrimLeft(data, " \t\r\n"); len(begin) > 0 && bytes.IndexByte([]byte("{[/"), begin[0]) >= 0 {
		better := textfile.JSONError(data, checkJSON(data))
		if better.Reason == textfile.Comment || ofSyntax && better.Reason == textfile.FinalComma {
			return better
		}
	}
	lines := splitLines(data)
	for line := wrong.Line; line > 0 && (line == wrong.Line || ofSyntax && line == wrong.Line-1); line-- {
		if at := noBreakSpace.FindStringIndex(lines[line-1]); at != nil {
			return &textfile.Error{Line: line, Column: utf8.RuneCountInString(lines[line-1][:at[1]]), Reason: textfile.NoBreakSpace}
		}
	}
	return err
}
