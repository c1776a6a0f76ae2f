// Package strictjson is the runtime of the generated readers. A reader goes through a JSON text token by token and fills a
// model. Unlike a decoder that uses reflection, it can tell a missing or null property from an empty one.
//
// Each reader works under two policies. [Strict] is for a response that must be right. It refuses invalid UTF-8, half of a
// surrogate pair, a repeated name in an object, a value of the wrong kind and data after the JSON, and it reports required
// properties that are missing or null. [Lenient] is for a response whose meaning is already known, such as the body of an error.
// It reads as much as it can, property by property.
//
// Both skip unknown properties and keep nothing of them. Neither checks lengths or patterns: a valid response must not fail
// because the server has relaxed a limit.
package strictjson

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Error says why a body is invalid. It quotes at most a property name of the caller's model and a position.
type Error struct {
	// Reason is a text for people.
	Reason string
	// Incomplete is set if the JSON is valid but required properties are missing. The model then holds what could be read.
	Incomplete bool
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// Strict reads body into v with a generated reader. It returns nil if the body is valid.
func Strict[T any](body []byte, v *T, read func(*Reader, *T) bool) *Error {
	r := open(body)
	defer r.close()
	complete := read(r, v)
	if r.peek() != 0 || r.at < len(body) {
		r.fail("the body has data after the JSON")
	}
	switch {
	case len(body) == 0:
		return &Error{Reason: "the body is empty"}
	case !utf8.Valid(body):
		return &Error{Reason: "the body is not valid UTF-8"}
	case r.failure != "":
		return &Error{Reason: r.failure}
	case r.missing != "":
		return &Error{Reason: r.missing, Incomplete: true}
	case !complete: // null
		return &Error{Reason: wrongKind}
	default:
		return nil
	}
}

// Lenient reads as much of body into v as it can. It accepts invalid UTF-8 and repeated properties (the last one counts),
// skips values of the wrong kind, and stops at the first syntax error. Text changes every string that is read.
func Lenient[T any](body []byte, v *T, read func(*Reader, *T) bool, text func(string) string) {
	r := open(body)
	defer r.close()
	r.text = text
	read(r, v)
}

// Reader goes through one JSON text. Each function of this package reads one value with it and reports whether there was a
// value of its kind. After a failure they read nothing more and report false.
type Reader struct {
	body []byte
	// at is the position in body. Depth is the number of objects and lists around it.
	at, depth int
	// first is set until the first element of the current object or list.
	first bool
	// text changes every string that is read. It is nil if the reader is strict.
	text func(string) string
	// names has the names of all open objects so far, the current property's last, and objects the index of the first one of
	// each.
	names   [][]byte
	objects []int
	// texts holds the strings that were read. Sharing one buffer saves an allocation for each.
	texts strings.Builder
	// failure says why the text can't be read on, and missing what a required property lacks.
	failure, missing string
}

// readers is the pool of readers. A reader in the pool holds no body and nothing made from one.
var readers = sync.Pool{New: func() any { return new(Reader) }}

func open(body []byte) *Reader {
	r, _ := readers.Get().(*Reader)
	r.body = body
	return r
}

// maxKept bounds the names for which a reader in the pool has room: clearing them takes time after every reading.
const maxKept = 1024

func (r *Reader) close() {
	if cap(r.names) > maxKept {
		return
	}
	clear(r.names[:cap(r.names)])
	*r = Reader{names: r.names[:0], objects: r.objects[:0]}
	readers.Put(r)
}

const wrongKind = "the JSON in the body has an unexpected shape"

// fail records the first failure. After it, nothing more is read.
func (r *Reader) fail(reason string) { r.failure = cmp.Or(r.failure, reason) }

// bad fails because the text is not JSON from the current position on.
func (r *Reader) bad() {
	if r.at >= len(r.body) {
		r.fail("the body is not JSON, because it ends too early")
	} else {
		r.fail(fmt.Sprintf("the body is not JSON, from byte %d on", r.at+1))
	}
}

// miss records what a required property lacks.
func (r *Reader) miss(reason string) { r.missing = cmp.Or(r.missing, reason) }

// wrong fails because the value just read is of the wrong kind. A lenient reader goes on.
func (r *Reader) wrong() {
	if r.text == nil {
		r.fail(wrongKind)
	}
}
