// Package strictjson is the runtime of the generated readers. A reader goes through a JSON text token by token and fills a
// model. Unlike a decoder that uses reflection, it can tell a missing or null property from an empty one.
//
// Each reader works under two policies. [Strict] is for a response that must be right. It refuses invalid UTF-8, a repeated
// name in an object, a value of the wrong kind and data after the JSON, and it reports required properties that are missing
// or null. [Lenient] is for a response whose meaning is already known, such as the body of an error. It reads as much as it
// can, property by property.
//
// Both skip unknown properties and keep nothing of them. Neither checks lengths or patterns: a valid response must not fail
// because the server has relaxed a limit.
package strictjson

import (
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"
)

// Error says why a body is invalid. It quotes at most a property name of the caller's model, a number and a position, and
// nothing else of the body.
type Error struct {
	// Reason is a text for people.
	Reason string
	// Incomplete is set if the JSON is valid but required properties are missing. The model then holds what could be read.
	Incomplete bool
	// Foreign is set if the body has the foreign property. The model then holds what could be read.
	Foreign bool
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// Strict reads body into v with a generated reader. It returns nil if the body is valid. If foreign is not empty, it names
// a property that the root object must not have, unless its value is null.
func Strict[T any](body []byte, v *T, read func(*Reader, *T) bool, foreign string) *Error {
	if len(body) == 0 {
		return &Error{Reason: "the body is empty"}
	}
	r := open(body)
	defer r.close()
	r.foreign = foreign
	complete := read(r, v)
	if r.peek() != 0 || r.at < len(body) {
		r.fail(errTrailing)
	}
	if (r.err != nil || r.seen&highest != 0) && !utf8.Valid(body) {
		r.err = errUTF8
	}
	switch {
	case r.err != nil:
		return &Error{Reason: r.describe()}
	case r.hasForeign:
		return &Error{Reason: fmt.Sprintf("the body has a property %q", foreign), Foreign: true}
	case r.incomplete > 0:
		reason := fmt.Sprintf("%d of %d items are not complete", r.incomplete, r.items)
		if r.missing != "" {
			reason += fmt.Sprintf(": %q is missing", r.missing)
		}
		return &Error{Reason: reason, Incomplete: true}
	case r.missing != "":
		return &Error{Reason: fmt.Sprintf("%q is missing", r.missing), Incomplete: true}
	case !complete: // null
		r.fail(errShape)
		return &Error{Reason: r.describe()}
	default:
		return nil
	}
}

// Lenient reads as much of body into v as it can. It accepts invalid UTF-8 and repeated properties (the last one counts),
// skips values of the wrong kind, and stops at the first syntax error. If text is not nil, it changes every string that is
// read.
func Lenient[T any](body []byte, v *T, read func(*Reader, *T) bool, text func(string) string) {
	r := open(body)
	defer r.close()
	r.lenient, r.text = true, text
	read(r, v)
}

var (
	errUTF8     = errors.New("not valid UTF-8")
	errTrailing = errors.New("data after the JSON")
)

// describe describes the error by its kind and position.
func (r *Reader) describe() string {
	switch {
	case errors.Is(r.err, errUTF8):
		return "the body is not valid UTF-8"
	case errors.Is(r.err, errDuplicate):
		return "a JSON object in the body has the same name twice"
	case errors.Is(r.err, errTrailing):
		return "the body has data after the JSON"
	case errors.Is(r.err, errEnd):
		return "the body is not JSON, because it ends too early"
	case errors.Is(r.err, errSyntax):
		return fmt.Sprintf("the body is not JSON, from byte %d on", r.at+1)
	default:
		return "the JSON in the body has an unexpected shape"
	}
}

// readers is the pool of readers. A reader in the pool holds no body and nothing made from one.
var readers = sync.Pool{New: func() any { return new(Reader) }}

func open(body []byte) *Reader {
	r, _ := readers.Get().(*Reader)
	r.body = body
	return r
}

func (r *Reader) close() {
	clear(r.objects[:cap(r.objects)])
	*r = Reader{names: r.names[:0], objects: r.objects[:0]}
	readers.Put(r)
}
