// Package strictjson is what the generated readers stand on. A reader goes through a JSON text token by token and writes
// into a model, so that it can tell a property that is missing or null from one that is empty, which a decoder that works
// by reflection can't.
//
// There are two policies for one reader. [Strict] is for an answer that must be right: it refuses invalid UTF-8, a name
// that is repeated in an object, a value of another kind, and what follows the JSON, and it notes required properties that
// are missing or null. [Lenient] is for an answer whose meaning is known already, such as the body of an error: it reads
// what it can, property by property.
//
// Both pass over unknown properties and keep nothing of them. Neither looks at lengths and patterns: a server that relaxes
// a limit costs nobody a good answer.
package strictjson

import (
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"
)

// Error says why a body is not what it should be. It quotes nothing of the body: at most a name that the caller's model
// has, a number and a place.
type Error struct {
	// Reason is a text for people.
	Reason string
	// Incomplete is set if the JSON is good and required properties are missing. What could be read is in the model.
	Incomplete bool
	// Foreign is set if the body has the property that it must not have. The model is as with Incomplete.
	Foreign bool
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// Strict reads body into v with a generated reader. Foreign, if it is not empty, names a property that the root of the body
// must not have with another value than null. It returns nil if the body is right.
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
		return &Error{Reason: fmt.Sprintf("it has a property %q", foreign), Foreign: true}
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

// Lenient reads as much of body into v as there is. Properties that are repeated (the last one counts) and invalid UTF-8
// are taken, values of another kind are left out, and an error in the JSON ends the reading. Text, if it is not nil,
// changes every string that is read.
func Lenient[T any](body []byte, v *T, read func(*Reader, *T) bool, text func(string) string) {
	r := open(body)
	defer r.close()
	r.lenient, r.text = true, text
	read(r, v)
}

var (
	errUTF8     = errors.New("not valid UTF-8")
	errTrailing = errors.New("something follows")
)

// describe tells an error by its kind and place.
func (r *Reader) describe() string {
	switch {
	case errors.Is(r.err, errUTF8):
		return "the body is not valid UTF-8"
	case errors.Is(r.err, errDuplicate):
		return "a JSON object in the body has the same name twice"
	case errors.Is(r.err, errTrailing):
		return "something follows the JSON in the body"
	case errors.Is(r.err, errEnd):
		return "the body is not JSON, because it ends too early"
	case errors.Is(r.err, errSyntax):
		return fmt.Sprintf("the body is not JSON, from byte %d on", r.at+1)
	default:
		return "the JSON in the body has another shape than it should have"
	}
}

// readers are used again. None of them holds a body, or what was made of it, while it waits.
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
