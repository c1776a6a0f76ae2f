package strictjson

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Object enters an object, and reports whether there is one.
func (r *Reader) Object() bool { return r.begin('{') }

// More moves to the next property of the current object, and reports whether there is one. At the end it leaves the object.
func (r *Reader) More() bool {
	if !r.next('}') {
		return false
	}
	if r.peek() == '"' {
		r.names = append(r.names, r.quoted())
		if r.peek() == ':' {
			r.at++
			return true
		}
	}
	r.bad()
	return false
}

// Name returns the name of the current property, to which [Reader.More] has moved.
func (r *Reader) Name() []byte { return r.names[len(r.names)-1] }

// Complete records the first required name that was not found, and reports whether all were found. Call it at the end of an
// object.
func (r *Reader) Complete(found []bool, names []string) bool {
	for i, ok := range found {
		if !ok {
			r.miss(strconv.Quote(names[i]) + " is missing")
			return false
		}
	}
	return r.failure == ""
}

// Null skips a null, and reports whether there was one.
func (r *Reader) Null() bool {
	if r.peek() != 'n' {
		return false
	}
	r.literal("null")
	return r.failure == ""
}

// begin enters an object or a list, and reports whether there is one.
func (r *Reader) begin(open byte) bool {
	if r.peek() != open {
		r.other()
		return false
	}
	r.enter(open)
	return r.failure == ""
}

// other skips a value of the wrong kind. That is a failure, unless the value is null or the reader is lenient.
func (r *Reader) other() {
	if !r.Null() {
		r.Skip()
		r.wrong()
	}
}

// maxTexts bounds the memory that one string keeps alive by sharing a buffer with others.
const maxTexts = 16 << 10

// String reads a string. The result shares memory with other strings that were read, but not with the body.
func String[T ~string](r *Reader, v *T) bool {
	if r.peek() != '"' {
		r.other()
		return false
	}
	raw := r.quoted()
	if r.failure != "" {
		return false
	}
	if r.text != nil {
		*v = T(r.text(strings.ToValidUTF8(string(raw), "\uFFFD")))
		return true
	}
	if r.texts.Cap()-r.texts.Len() < len(raw) {
		// Property names and quotation marks take more than half of a typical body, so a third of it is enough.
		r.texts = strings.Builder{}
		r.texts.Grow(max(len(raw), min(len(r.body)/3, len(r.body)-r.at, maxTexts)))
	}
	begin := r.texts.Len()
	r.texts.Write(raw)
	*v = T(r.texts.String()[begin:])
	return true
}

// Int reads an integer that fits into the type. A number with a fraction or an exponent is of the wrong kind.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](r *Reader, v *T) bool {
	if c := r.peek(); c != '-' && (c < '0' || c > '9') {
		r.other()
		return false
	}
	number, err := strconv.ParseInt(string(r.number()), 10, 64)
	if err != nil || int64(T(number)) != number || (T(number) < 0) != (number < 0) {
		r.wrong()
		return false
	}
	*v = T(number)
	return r.failure == ""
}

// Value reads a value of any kind with [json.Unmarshal]. In a map and inside a value of unknown type, it does not look for
// required properties. Null is not a value.
func Value[T any](r *Reader, v *T) bool {
	if r.Null() {
		return false
	}
	r.peek()
	begin := r.at
	if r.Skip(); r.failure != "" {
		return false
	}
	raw := r.body[begin:r.at]
	if r.text != nil {
		raw = []byte(r.text(string(raw)))
	}
	var value T
	if json.Unmarshal(raw, &value) != nil {
		r.wrong()
		return false
	}
	*v = value
	return true
}

// Pointer reads a value with read and points v to it.
func Pointer[T any](r *Reader, v **T, read func(*Reader, *T) bool) bool {
	value := new(T)
	if !read(r, value) {
		return false
	}
	*v = value
	return true
}

// ListPointer reads a list as [List] does, and points v to it.
func ListPointer[L ~[]T, T any](r *Reader, v **L, read func(*Reader, *T) bool) bool {
	return Pointer(r, v, func(r *Reader, v *L) bool { return List(r, v, read) })
}

// maxRoom bounds the initial capacity of a list, whatever the body holds. Nested lists get none.
const maxRoom, maxRoomDepth = 1024, 2

// List reads a list with read for each item. Items that are null or incomplete are left out.
func List[L ~[]T, T any](r *Reader, v *L, read func(*Reader, *T) bool) bool {
	if !r.begin('[') {
		return false
	}
	room := 0
	if r.depth <= maxRoomDepth {
		room = min(bytes.Count(r.body[r.at:], []byte{'{'}), maxRoom) // an upper bound for a list of objects
	}
	list := make([]T, 0, room)
	for r.next(']') {
		last := len(list)
		list = append(list, *new(T))
		if !read(r, &list[last]) {
			list = list[:last]
			r.miss("an item of a list is missing")
		}
	}
	*v = list
	return r.failure == ""
}
