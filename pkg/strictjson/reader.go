package strictjson

import (
	"bytes"
	"errors"
	"strings"
)

// Reader goes through one JSON text. The functions of this package read a value each with it, and report whether there was
// one of their kind. After an error they read nothing more and report false.
type Reader struct {
	body []byte
	// at is the place in body, and depth how many objects and lists it is in.
	at, depth int
	// first is set between the beginning of an object or a list and what is first in it.
	first   bool
	lenient bool
	// text changes every string that is read, if it is not nil.
	text func(string) string
	// inspect is called with every string that is read, if it is not nil.
	inspect func(string)
	// name is the place of the name of the property whose value is read next. Unquoted is that name, if it has escapes.
	name     span
	unquoted []byte
	// objects are those that have been entered, and names those that they have so far, unless the reader is lenient.
	objects []object
	names   []span
	// seen has all bits of the strings that were passed over.
	seen uint64
	// texts holds the strings that were read, so that they need no memory each.
	texts strings.Builder

	err error
	// missing is the first required property that was not there.
	missing string
	// incomplete and items count those of the first list that had incomplete items.
	incomplete, items int
	// foreign is the name of a property that the root must not have, and hasForeign whether it has it.
	foreign    string
	hasForeign bool
}

// mostTexts bounds the memory that is kept with a string, because others might follow it.
const mostTexts = 16 << 10

// errShape says that a value is of another kind than it should be. Its text is never shown.
var errShape = errors.New("another kind of value")

// Inspect has text called with every string that is read from now on, unless another function changes them all.
func (r *Reader) Inspect(text func(string)) { r.inspect = text }

// Object enters an object, and reports whether there is one.
func (r *Reader) Object() bool { return r.begin('{') }

// More moves to the next property of the object that was entered, and reports whether there is one. At the end it leaves
// the object.
func (r *Reader) More() bool {
	if !r.more('}') {
		return false
	}
	if r.peek() != '"' {
		r.bad()
		return false
	}
	name, escaped := r.quoted()
	if r.peek() != ':' {
		r.bad()
		return false
	}
	r.at++
	r.name, r.unquoted = name, nil
	if escaped {
		r.unquoted = appendUnquoted([]byte{}, r.body[name.begin:name.end])
	}
	if !r.lenient {
		r.unique()
	}
	return r.err == nil
}

// Name returns the name of the property that [Reader.More] has moved to.
func (r *Reader) Name() []byte {
	if r.unquoted != nil {
		return r.unquoted
	}
	return r.body[r.name.begin:r.name.end]
}

// Skip passes over the value of a property that nobody knows, and keeps nothing of it.
func (r *Reader) Skip() {
	if r.depth == 1 && r.foreign != "" && string(r.Name()) == r.foreign && r.peek() != 'n' {
		r.hasForeign = true
	}
	r.skip()
}

// Complete notes the first of the required names that was not found, and reports whether all were. It is called at the
// end of an object.
func (r *Reader) Complete(found []bool, names []string) bool {
	if r.err != nil {
		return false
	}
	for i, ok := range found {
		if !ok {
			if r.missing == "" {
				r.missing = names[i]
			}
			return false
		}
	}
	return true
}

// Null passes over a null, and reports whether there is one.
func (r *Reader) Null() bool {
	if r.peek() != 'n' {
		return false
	}
	r.literal("null")
	return r.err == nil
}

// begin enters an object or a list, and reports whether there is one.
func (r *Reader) begin(open byte) bool {
	if r.peek() != open {
		r.other()
		return false
	}
	r.enter(open)
	return r.err == nil
}

// other passes over a value of another kind than was asked for. That is an error, unless it is null or the reader is
// lenient.
func (r *Reader) other() {
	if !r.Null() {
		r.skip()
		r.wrong()
	}
}

// wrong notes that the value that was read is not of its kind.
func (r *Reader) wrong() {
	if !r.lenient {
		r.fail(errShape)
	}
}

// string reads a string. Its memory is shared with the others that were read, and with nothing else of the body.
func (r *Reader) string() (string, bool) {
	if r.peek() != '"' {
		r.other()
		return "", false
	}
	place, escaped := r.quoted()
	if r.err != nil {
		return "", false
	}
	raw := r.body[place.begin:place.end]
	if escaped {
		raw = appendUnquoted(nil, raw)
	}
	if r.lenient {
		raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	if r.text != nil {
		return r.text(string(raw)), true
	}
	if r.texts.Cap()-r.texts.Len() < len(raw) {
		// Names and quotation marks take more than half of a body. What is unknown can take any part of it.
		r.texts = strings.Builder{}
		r.texts.Grow(max(len(raw), min((len(r.body)-r.at)/3, mostTexts)))
	}
	begin := r.texts.Len()
	r.texts.Write(raw)
	text := r.texts.String()[begin:]
	if r.inspect != nil {
		r.inspect(text)
	}
	return text, true
}

func (r *Reader) number() (string, bool) {
	if c := r.peek(); c != '-' && (c < '0' || c > '9') {
		r.other()
		return "", false
	}
	number := r.numeral()
	return string(number), r.err == nil
}
