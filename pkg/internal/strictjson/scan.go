package strictjson

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"regexp"
	"slices"
	"strings"
)

// maxDepth bounds the nesting of objects and lists. encoding/json has the same bound.
const maxDepth = 10_000

// peek skips white space and returns the next byte. It returns 0 at the end and after a failure.
func (r *Reader) peek() byte {
	if r.failure != "" {
		return 0
	}
	for ; r.at < len(r.body); r.at++ {
		if c := r.body[r.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// enter enters the object or list that begins with open at the current position.
func (r *Reader) enter(open byte) {
	r.at++
	r.first = true
	if r.depth++; r.depth > maxDepth {
		r.bad()
	}
	if open == '{' {
		r.objects = append(r.objects, len(r.names))
	}
}

// next moves to the next element of the current object or list, and reports whether there is one. If not, it leaves it.
func (r *Reader) next(end byte) bool {
	switch c := r.peek(); {
	case c == end:
		r.at++
		r.depth--
		r.first = false
		if end == '}' {
			r.leave()
		}
		return false
	case r.first && c != 0:
		r.first = false
	case c == ',':
		r.at++
	default:
		r.bad()
	}
	return r.failure == ""
}

// manyNames is the number of names above which they are sorted to compare them.
const manyNames = 16

// leave leaves an object, and fails if a name was there twice, unless the reader is lenient.
func (r *Reader) leave() {
	last := len(r.objects) - 1
	names := r.names[r.objects[last]:]
	r.names, r.objects = r.names[:r.objects[last]], r.objects[:last]
	others := len(names)
	if len(names) > manyNames {
		slices.SortFunc(names, bytes.Compare)
		others = 1
	}
	for i, name := range names {
		for _, other := range names[i+1 : min(i+1+others, len(names))] {
			if r.text == nil && string(other) == string(name) {
				r.fail("a JSON object in the body has the same name twice")
			}
		}
	}
}

// quoted moves past the string at the current position, and returns its content. Unless it has escapes, that is a part of the
// body.
func (r *Reader) quoted() []byte {
	body, begin, escaped := r.body, r.at+1, false
	for at := begin; ; {
		// Scan eight bytes at a time, and the last few one by one.
		for ; at+8 <= len(body); at += 8 {
			if found := marks(binary.LittleEndian.Uint64(body[at:])); found != 0 {
				at += bits.TrailingZeros64(found) / 8
				break
			}
		}
		for at < len(body) && body[at] != '"' && body[at] != '\\' && body[at] >= ' ' {
			at++
		}
		switch {
		case at < len(body) && body[at] == '\\':
			escaped = true
			at += 2
			continue
		case at >= len(body), body[at] != '"':
			r.at = min(at, len(body))
			r.bad()
			return nil
		case escaped:
			var text string
			if json.Unmarshal(body[begin-1:at+1], &text) != nil {
				r.bad()
				return nil
			}
			r.at = at + 1
			if r.text == nil && strings.Contains(text, "\uFFFD") && !noHalf.Match(body[begin:at]) {
				r.fail("a string in the body has half of a surrogate pair")
			}
			return []byte(text)
		default:
			r.at = at + 1
			return body[begin:at]
		}
	}
}

// noHalf matches the content of a valid string whose escapes of surrogates are all pairs. encoding/json reads half of one as U+FFFD.
var noHalf = regexp.MustCompile(`^(?:[^\\]|\\[^u]|\\u[^dD]|\\u[dD][0-7]|\\u[dD][89abAB]..\\u[dD][c-fC-F])*$`)

// marks sets the highest bit of each byte of word that is a quotation mark, a backslash or a control character. Only the
// lowest marked byte is reliable: bytes above it may be marked by mistake.
func marks(word uint64) uint64 {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	quote, backslash := word^(ones*'"'), word^(ones*'\\')
	return ((quote-ones)&^quote | (backslash-ones)&^backslash | (word-ones*' ')&^word) & highest
}

// number moves past the number at the current position, and returns it.
func (r *Reader) number() []byte {
	begin := r.at
	for r.at < len(r.body) && bytes.IndexByte([]byte("+-.0123456789Ee"), r.body[r.at]) >= 0 {
		r.at++
	}
	if !json.Valid(r.body[begin:r.at]) {
		r.bad()
	}
	return r.body[begin:r.at]
}

// literal moves past a literal such as null at the current position.
func (r *Reader) literal(word string) {
	if bytes.HasPrefix(r.body[r.at:], []byte(word)) {
		r.at += len(word)
	} else {
		r.bad()
	}
}

// Skip skips the next value, whatever its kind, and keeps nothing of it.
func (r *Reader) Skip() {
	switch c := r.peek(); c {
	case '{':
		r.enter(c)
		for r.More() {
			r.Skip()
		}
	case '[':
		r.enter(c)
		for r.next(']') {
			r.Skip()
		}
	case '"':
		r.quoted()
	case 'n':
		r.literal("null")
	case 't':
		r.literal("true")
	case 'f':
		r.literal("false")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		r.number()
	default:
		r.bad()
	}
}
