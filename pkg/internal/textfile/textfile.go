// Package textfile says what is wrong with a text file, and where, in the words of people who wrote it.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Error is a mistake at a place.
type Error struct {
	// Line and Column begin with 1. A column counts characters. It is 0 if it is not known.
	Line, Column int
	// Reason says what is wrong. It quotes nothing that stands in the file.
	Reason string
}

// Error returns the place and the reason.
func (e *Error) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// At returns an error at an offset.
func At(data []byte, offset int, reason string) *Error {
	before := data[:min(offset, len(data))]
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Error{Line: 1 + bytes.Count(before, []byte("\n")), Column: column, Reason: reason}
}

// CheckUTF8 returns an [*Error] for a file that is not UTF-8.
func CheckUTF8(data []byte) *Error {
	isUTF16 := bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
	if isUTF16 || bytes.IndexByte(data[:min(2, len(data))], 0) >= 0 { // a first letter of ASCII without the mark
		return At(data, 0, "this is UTF-16: save the file as UTF-8")
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return At(data, at, "this is not UTF-8: save the file as UTF-8")
		}
		at += size
	}
	return nil
}

// Reasons of [CheckJSON], and of readers of other formats.
const (
	Comment      = "JSON has no comments: leave this one out"
	FinalComma   = "JSON has no comma before a closing bracket: leave it out"
	NoBreakSpace = "this is a no-break space: write a plain space"
)

var finalComma = regexp.MustCompile(`^,[ \t\r\n]*[\]}]`)

// CheckJSON returns nil for a JSON document, in which names may repeat. Its error names the mistakes that people make.
func CheckJSON(data []byte) *Error {
	var document jsontext.Value
	err := json.Unmarshal(data, &document, jsontext.AllowDuplicateNames(true))
	if err == nil {
		return nil
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return At(data, 0, "the file is empty")
	}
	wrong, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return At(data, len(data), "the JSON ends too early")
	}
	offset, reason := int(wrong.ByteOffset), "the JSON is malformed"
	before := bytes.TrimRight(data[:offset], " \t\r\n")
	if comma := len(before) - 1; comma >= 0 && finalComma.Match(data[comma:]) {
		offset = comma // the decoder names the bracket if there is white space before it
	}
	rest := string(data[offset:])
	switch {
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"):
		reason = Comment
	case finalComma.MatchString(rest):
		reason = FinalComma
	case strings.HasPrefix(rest, "\u00a0"):
		reason = NoBreakSpace
	case len(before) == 0:
		reason = "this is not JSON, which would begin with {"
	case strings.HasPrefix(rest, "#"):
		reason = "# begins a comment in YAML only: leave it out"
	case strings.HasPrefix(rest, "'"):
		reason = "JSON takes double quotes only"
	case strings.Contains(wrong.Error(), "after top-level value"):
		reason = "there is something after the end of the JSON"
	case strings.HasPrefix(rest, `"`) && strings.Contains(wrong.Error(), "expecting ','"):
		reason = "a comma is missing before this"
	}
	return At(data, offset, reason)
}
