package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

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

	noAliases = "anchors, aliases and merge keys are not read: write the value out"
	noTags    = "tags are not read: put text that begins with ! in quotes"
)

// toJSON returns a file as JSON. What is JSON stays as it is.
func toJSON(data []byte) ([]byte, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	}
	if err := textfile.CheckUTF8(data); err != nil {
		return nil, err
	}
	if textfile.CheckJSON(data) == nil {
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
	switch {
	case err != nil && strings.Contains(err.Error(), "no documents"):
		return []byte("{}"), nil
	case err != nil && strings.Contains(err.Error(), "multiple"):
		return nil, textfile.At(data, bytes.LastIndex(data, []byte("\n---"))+1, "there is a second document: a file holds one")
	case err != nil:
		return nil, syntaxError(data, err)
	}
	to := &encoder{line: 1}
	err = to.value(document.Content[0])
	return to.json, err
}

// notRead matches what the parser would change or has no place for, and directives: it compares each %TAG with all before it.
var notRead = regexp.MustCompile(`(?:\A|[\n\r])%|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fffe}\x{ffff}]`)

func checkYAML(data []byte) error {
	values := bytes.Count(data, []byte(`"`))/2 + bytes.Count(data, []byte("'"))/2
	for _, mark := range []byte(",[{:?#&*!") {
		values += bytes.Count(data, []byte{mark})
	}
	if values > maxValues {
		return fmt.Errorf("more than %d values", maxValues)
	}
	at := notRead.FindIndex(data)
	if at == nil {
		return nil
	}
	r, size := utf8.DecodeLastRune(data[:at[1]])
	if r == '%' {
		return textfile.At(data, at[1]-size, "a line that begins with % is not read: leave it out")
	}
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
		return &textfile.Error{Line: node.Line, Column: node.Column, Reason: noAliases}
	case node.Style&yaml.TaggedStyle != 0, node.Tag == "!":
		return &textfile.Error{Line: node.Line, Column: node.Column, Reason: noTags}
	case node.Kind == yaml.MappingNode:
		return e.all(node, "{:,}")
	case node.Kind == yaml.SequenceNode:
		return e.all(node, "[,,]")
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

// all writes what is in a list, or the names and values in an object.
func (e *encoder) all(node *yaml.Node, marks string) error {
	e.json = append(e.json, marks[0])
	for i, child := range node.Content {
		if i > 0 {
			e.json = append(e.json, marks[2-i%2])
		}
		isName := node.Kind == yaml.MappingNode && i%2 == 0
		if isName && (child.Kind == yaml.MappingNode || child.Kind == yaml.SequenceNode) {
			return &textfile.Error{Line: child.Line, Column: child.Column, Reason: "expected a plain name"}
		} else if isName && child.Tag != "!!merge" && child.Tag != "!" {
			child.Tag = "!!str" // whatever it looks like
		}
		if err := e.value(child); err != nil {
			return err
		}
	}
	e.json = append(e.json, marks[3])
	return nil
}

const (
	backslash = `a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`
	endsEarly = "the file ends too early: something is not closed or has no value"
)

// advice replaces messages of the parser that do not say what to write.
var advice = []struct{ message, advice string }{
	{"mapping values are not allowed", `this goes on with the text before it: put text with ": " in quotes, write a space after each colon, and indent lines alike`},
	{"cannot start any token", "text that begins with this character needs quotes"},
	{"did not find expected key", "this line is indented otherwise than those before it: indent alike what belongs together"},
	{"did not find expected '-'", `this line does not begin with "- " like those before it: add it, or indent the line as what it belongs to`},
	{"could not find expected ':'", `there is no ": " here or in the line before: write name: value`},
	{"expected <document start>", "this does not belong to the value before it: is a colon or a quote missing?"},
	{"did not find expected ','", "a comma or a closing bracket is missing before this"},
	{"exceeded max depth", fmt.Sprintf("nested more than %d deep", maxDepth)},
	{"escape", backslash}, {"hexadecimal number", backslash}, {"unexpected end", endsEarly}, {"unknown anchor", noAliases}, {"a YAML tag", noTags},
}

// syntaxError turns an error of the parser into one with advice.
func syntaxError(data []byte, err error) error {
	lines := splitLines(bytes.TrimRight(data, " \t\r\n"))
	wrong, ok := errors.AsType[*yaml.LoadError](err)
	if last := len(lines); !ok || wrong.Mark.Line < 1 || wrong.Mark.Line > last {
		return &textfile.Error{Line: last, Column: utf8.RuneCountInString(lines[last-1]), Reason: endsEarly}
	}
	at := &textfile.Error{Line: wrong.Mark.Line, Column: wrong.Mark.Column, Reason: wrong.Message}
	for _, known := range advice {
		if strings.Contains(wrong.Message, known.message) {
			at.Reason = known.advice
		}
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
	if json := textfile.CheckJSON(data); json != nil && (json.Reason == textfile.Comment || ofSyntax && json.Reason == textfile.FinalComma) {
		return json
	}
	wrong, ok := errors.AsType[*textfile.Error](err)
	for i, line := range splitLines(data) {
		if isNear := ok && i+2 >= wrong.Line && i <= wrong.Line; isNear && noBreakSpace.MatchString(line) {
			before := line[:noBreakSpace.FindStringIndex(line)[1]]
			return &textfile.Error{Line: i + 1, Column: utf8.RuneCountInString(before), Reason: textfile.NoBreakSpace}
		}
	}
	return err
}
