package strictjson

import (
	"bytes"
	"errors"
	"strings"
)

// Reader goes through one JSON text. Each function of this package reads one value with it and reports whether there was a
// value of its kind. After an error they read nothing more and report false.
type Reader struct {
	body []byte
	// at is the position in body. Depth is the number of objects and lists around it.
	at, depth int
	// first is set until the first element of the current object or list.
	first   bool
	lenient bool
	// text, if it is not nil, changes every string that is read.
	text func(string) string
	// inspect, if it is not nil, is called with every string that is read.
	inspect func(string)
	// name is the position of the current property's name. Unquoted is the decoded name if it has escapes.
	name     span
	unquoted []byte
	// objects are the open objects, and names the names seen in them so far. Both stay empty if the reader is lenient.
	objects []object
	names   []span
	// seen is the bitwise OR of the strings read so far. It tells whether a byte may be outside of ASCII.
	seen uint64
	// texts holds the strings that were read. Sharing one buffer saves an allocation for each.
	texts strings.Builder

	err error
	// missing is the first missing required property.
	missing string
	// incomplete and items are the counts of the first list that has incomplete items.
	incomplete, items int
	// foreign names a property that the root object must not have. HasForeign is set if it has one.
	foreign    string
	hasForeign bool
}

// mostTexts bounds the memory that one string keeps alive by sharing a buffer with others.
const mostTexts = 16 << 10

// errShape says that a value is of the wrong kind. Its text is never shown.
var errShape = errors.New("wrong kind of value")

// Inspect makes the reader call text with every string that it reads from now on. It has no effect if the reader changes
// strings, see [Lenient].
func (r *Reader) Inspect(text func(string)) { r.inspect = text }

// Object enters an object, and reports whether there is one.
func (r *Reader) Object() bool { return r.begin('{') }

// More moves to the next property of the current object, and reports whether there is one. At the end it leaves the object.
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

// Name returns the name of the current property, to which [Reader.More] has moved.
func (r *Reader) Name() []byte {
	if r.unquoted != nil {
		return r.unquoted
	}
	return r.body[r.name.begin:r.name.end]
}

// Skip skips the value of an unknown property, and keeps nothing of it.
func (r *Reader) Skip() {
	if r.depth == 1 && r.foreign != "" && string(r.Name()) == r.foreign && r.peek() != 'n' {
		r.hasForeign = true
	}
	r.skip()
}

// Complete records the first required name that was not found, and reports whether all were found. Call it at the end of an
// object.
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

// Null skips a null, and reports whether there was one.
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

// other skips a value of the wrong kind. That is an error, unless the value is null or the reader is lenient.
func (r *Reader) other() {
	if !r.Null() {
		r.skip()
		r.wrong()
	}
}

// wrong records that the value just read is of the wrong kind.
func (r *Reader) wrong() {
	if !r.lenient {
		r.fail(errShape)
	}
}

// string reads a string. The result shares memory with other strings that were read, but not with the body.
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
		// Property names and quotation marks take more than half of a typical body, so a third of the rest is enough.
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
