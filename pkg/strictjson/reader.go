package strictjson

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// Reader goes through one JSON text. The functions of this package read a value each with it, and report whether there was
// one of their kind. After an error they read nothing more and report false.
type Reader struct {
	decoder jsontext.Decoder
	state
}

// state is what a Reader knows besides its place in the text.
type state struct {
	lenient bool
	// text changes every string that is read, if it is not nil.
	text func(string) string
	// name is the name of the property whose value is read next. It is valid until then.
	name []byte

	err error
	// missing is the first required property that was not there.
	missing string
	// incomplete and items count those of the first list that had incomplete items.
	incomplete, items int
	// foreign is the name of a property that the root must not have, and hasForeign whether it has it.
	foreign    string
	hasForeign bool
}

// errShape says that a value is of another kind than it should be. Its text is never shown.
var errShape = errors.New("another kind of value")

// Object enters an object, and reports whether there is one.
func (r *Reader) Object() bool { return r.enter('{') }

// More moves to the next property of the object that was entered, and reports whether there is one. At the end it leaves
// the object.
func (r *Reader) More() bool {
	if !r.more('}') {
		return false
	}
	quoted, err := r.decoder.ReadValue()
	if err != nil {
		r.err = err
		return false
	}
	r.name = quoted[1 : len(quoted)-1]
	if bytes.IndexByte(quoted, '\\') >= 0 {
		// The decoder has checked it. Where it lets invalid UTF-8 pass, so does this.
		r.name, _ = jsontext.AppendUnquote(nil, quoted)
	}
	return true
}

// Name returns the name of the property that [Reader.More] has moved to. It is valid until its value is read.
func (r *Reader) Name() []byte { return r.name }

// Skip passes over the value of a property that nobody knows, and keeps nothing of it.
func (r *Reader) Skip() {
	if r.foreign != "" && string(r.name) == r.foreign && r.decoder.StackDepth() == 1 && r.decoder.PeekKind() != 'n' {
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
	if r.err != nil || r.decoder.PeekKind() != 'n' {
		return false
	}
	r.skip()
	return r.err == nil
}

// enter enters an object or a list, whichever kind says.
func (r *Reader) enter(kind jsontext.Kind) bool {
	if !r.is(kind) {
		return false
	}
	_, r.err = r.decoder.ReadToken()
	return r.err == nil
}

// more reports whether the object or list that was entered goes on. If not, it leaves it.
func (r *Reader) more(end jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	if r.decoder.PeekKind() != end {
		return true
	}
	_, r.err = r.decoder.ReadToken()
	return false
}

// is reports whether the next value is of a kind. It passes over another one, which is an error unless it is null or the
// reader is lenient.
func (r *Reader) is(kind jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	switch r.decoder.PeekKind() {
	case kind:
		return true
	case 'n':
		r.skip()
	default:
		r.mismatch()
	}
	return false
}

// mismatch passes over a value of another kind. If it is not JSON at all, the decoder's own error says more.
func (r *Reader) mismatch() {
	r.skip()
	r.wrong()
}

// wrong notes that the value that was read is not of its kind.
func (r *Reader) wrong() {
	if r.err == nil && !r.lenient {
		r.err = errShape
	}
}

func (r *Reader) skip() {
	if r.err == nil {
		r.err = r.decoder.SkipValue()
	}
}

// value reads the next value as it is written. It is valid until the next one is read.
func (r *Reader) value() jsontext.Value {
	var value jsontext.Value
	value, r.err = r.decoder.ReadValue()
	return value
}
