// Package textfile says what is wrong with a text file, and where, in the words of people who wrote it.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

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
func CheckUTF8(data []byte) error {
	isUTF16 := bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
	if isUTF16 || bytes.IndexByte(data[:min(2, len(data))], 0) >= 0 { // a first letter of ASCII without the mark
		return At(data, 0, "this is UTF-16: save the file as UTF-8")
	}
	if utf8.Valid(data) {
		return nil
	}
	at := 0
	for r, size := utf8.DecodeRune(data); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(data[at:]) {
		at += size
	}
	return At(data, at, "this is not UTF-8: save the file as UTF-8")
}

// Reasons of [JSONError] and of other readers.
const (
	Comment      = "JSON has no comments: leave this one out"
	FinalComma   = "JSON has no comma before a closing bracket: leave it out"
	NoBreakSpace = "this is a no-break space: write a plain space"
)

// JSONError turns an error of the package jsontext into one that names the mistakes people make.
func JSONError(data []byte, err error) *Error {
	wrong, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return At(data, len(data), "the JSON ends too early")
	}
	offset, reason := int(wrong.ByteOffset), "the JSON is malformed"
	rest := string(data[min(offset, len(data)):])
	afterComma := strings.TrimLeft(strings.TrimPrefix(rest, ","), " \t\r\n")
	switch {
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"), strings.HasPrefix(rest, "#"):
		reason = Comment
	case strings.HasPrefix(rest, ",") && (strings.HasPrefix(afterComma, "}") || strings.HasPrefix(afterComma, "]")):
		reason = FinalComma
	case strings.HasPrefix(rest, "\u00a0"):
		reason = NoBreakSpace
	case strings.HasPrefix(rest, "'"):
		reason = "JSON takes double quotes only"
	case strings.HasPrefix(rest, `"`) && strings.Contains(wrong.Error(), "expecting ','"):
		reason = "a comma is missing before this"
	}
	return At(data, offset, reason)
}
