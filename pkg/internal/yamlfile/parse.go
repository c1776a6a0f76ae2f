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

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/textfile"
)

const (
	// MaxBytes is the limit of every file. A manifest of 20,000 connectors has less than half of it.
	MaxBytes = 4 << 20
	// The parser of YAML keeps all tokens of a line, and of text in brackets, before it builds the first value.
	maxValues = 400_000

	noAliases = "anchors, aliases and merge keys are not read: write the value out"
	endsEarly = "the file ends too early: something is not closed or has no value"
)

// notRead matches what the parser would change or has no place for, and directives: it compares each %TAG with all before it.
var notRead = regexp.MustCompile(`(?:\A|[\n\r])%|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{fffe}\x{ffff}]`)

// parse sets the JSON of a file. What is JSON stays as it is.
func (f *File) parse(data []byte) error {
	values := bytes.Count(data, []byte(`"`))/2 + bytes.Count(data, []byte("'"))/2
	for _, mark := range []string{",", "[", "{", ":", "?", "#", "&", "*", "!", "- ", "-\n"} {
		values += bytes.Count(data, []byte(mark))
	}
	notUTF8, notJSON := textfile.CheckUTF8(data), textfile.CheckJSON(data)
	switch {
	case len(data) > MaxBytes:
		return fmt.Errorf("larger than %d MiB", MaxBytes>>20)
	case notUTF8 != nil:
		return notUTF8
	case values > 2*maxValues, values > maxValues && notJSON != nil: // in JSON, there are two marks for each value
		return fmt.Errorf("more than %d values: split the file", maxValues)
	case notJSON == nil:
		f.json = data
		return nil
	case notJSON.Reason == textfile.Comment:
		return notJSON
	}
	if bytes.HasPrefix(data, []byte("%YAML 1.")) { // the parser refuses 1.2, though it reads what people mean by it
		data = append([]byte("#"), data[1:]...)
	}
	if at := notRead.FindIndex(data); at != nil {
		r, size := utf8.DecodeLastRune(data[:at[1]])
		return textfile.At(data, at[1]-size, fmt.Sprintf(`this is not read: leave it out, or write \u%04x in double quotes`, r))
	}
	var document yaml.Node
	switch err := yaml.Load(data, &document); {
	case err == nil:
		return f.write(document.Content[0])
	case strings.Contains(err.Error(), "no documents in stream"):
		f.json = []byte("{}")
		return nil
	case strings.Contains(err.Error(), "found multiple"):
		return textfile.At(data, bytes.LastIndex(data, []byte("\n---"))+1, "there is a second document: a file holds one")
	case notJSON.Reason == textfile.FinalComma: // which YAML allows
		return notJSON
	default:
		return syntaxError(data, err)
	}
}

func (f *File) write(node *yaml.Node) (err error) {
	for ; f.linesWritten < node.Line-1; f.linesWritten++ {
		f.json = append(f.json, '\n')
	}
	switch {
	case node.Kind == yaml.AliasNode, node.Anchor != "", node.Tag == "!!merge":
		return &textfile.Error{Line: node.Line, Column: node.Column, Reason: noAliases}
	case node.Style&yaml.TaggedStyle != 0, node.Tag == "!":
		return &textfile.Error{Line: node.Line, Column: node.Column, Reason: "tags are not read: put text that begins with ! in quotes"}
	case node.Kind == yaml.MappingNode:
		return f.writeAll(node, "{:,}")
	case node.Kind == yaml.SequenceNode:
		return f.writeAll(node, "[,,]")
	case node.Tag == "!!null":
		f.json = append(f.json, "null"...)
	case node.Tag == "!!bool":
		f.json = append(f.json, strings.ToLower(node.Value)...)
	case (node.Tag == "!!int" || node.Tag == "!!float") && jsontext.Value(node.Value).IsValid():
		f.json = append(f.json, node.Value...)
	default:
		f.json, err = jsontext.AppendQuote(f.json, node.Value)
	}
	return err
}

// writeAll appends what is in a list, or the names and values in an object.
func (f *File) writeAll(node *yaml.Node, marks string) error {
	f.json = append(f.json, marks[0])
	for i, child := range node.Content {
		if i > 0 {
			f.json = append(f.json, marks[2-i%2])
		}
		isName := node.Kind == yaml.MappingNode && i%2 == 0
		if isName && (child.Kind == yaml.MappingNode || child.Kind == yaml.SequenceNode) {
			return &textfile.Error{Line: child.Line, Column: child.Column, Reason: "expected a plain name"}
		} else if isName && child.Tag != "!!merge" && child.Tag != "!" {
			child.Tag = "!!str" // whatever it looks like
		}
		if err := f.write(child); err != nil {
			return err
		}
	}
	f.json = append(f.json, marks[3])
	return nil
}

// advice replaces messages of the parser that do not say what to write.
var advice = []struct{ message, advice string }{
	{"mapping values are not allowed", `this goes on with the text before it: put text with ": " in quotes, write a space after each colon, and indent lines alike`},
	{"cannot start any token", "text that begins with this character needs quotes"},
	{"did not find expected key", "this does not fit the lines before it: indent alike what belongs together"},
	{"did not find expected '-'", `this line does not begin with "- " like those before it: add it, or indent the line as what it belongs to`},
	{"could not find expected ':'", `there is no ": " here or in the line before: write name: value`},
	{"expected <document start>", "this does not belong to the value before it: is a colon or a quote missing?"},
	{"did not find expected ','", "a comma or a closing bracket is missing before this"},
	{"escape", `a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`},
	{"exceeded max depth", "this is nested too deep"}, {"unexpected end", endsEarly}, {"unknown anchor", noAliases},
}

// syntaxError turns an error of the parser into one with advice.
func syntaxError(data []byte, err error) *textfile.Error {
	lines := splitLines(bytes.TrimRight(data, " \t\r\n"))
	at := &textfile.Error{Line: len(lines), Column: utf8.RuneCountInString(lines[len(lines)-1]), Reason: endsEarly}
	wrong, ok := errors.AsType[*yaml.LoadError](err)
	if !ok || wrong.Mark.Line < 1 || wrong.Mark.Line > len(lines) {
		return at
	}
	at.Line, at.Column, at.Reason = wrong.Mark.Line, wrong.Mark.Column, wrong.Message
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

func splitLines(data []byte) []string {
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n")
}

// noBreakSpace matches one where a space has a meaning.
var noBreakSpace = regexp.MustCompile(`(?:^[\s-]*|[:,\[{-])\x{a0}`)

// explain replaces an error near a no-break space that the parser took for text.
func explain(data []byte, err error) error {
	wrong, ok := errors.AsType[*textfile.Error](err)
	for i, line := range splitLines(data) {
		if at := noBreakSpace.FindStringIndex(line); ok && at != nil && i+2 >= wrong.Line && i <= wrong.Line {
			return &textfile.Error{Line: i + 1, Column: utf8.RuneCountInString(line[:at[1]]), Reason: textfile.NoBreakSpace}
		}
	}
	return err
}
