package strictjson

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
)

// String reads a string.
func String[T ~string](r *Reader, v *T) bool {
	text, ok := r.string()
	if ok {
		*v = T(text)
	}
	return ok
}

// Text reads a string and decodes it with UnmarshalText, for example into a [time.Time]. A string that can't be decoded is
// of the wrong kind.
func Text[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](r *Reader, v *T) bool {
	text, ok := r.string()
	if !ok {
		return false
	}
	var value T
	if P(&value).UnmarshalText([]byte(text)) != nil {
		r.wrong()
		return false
	}
	*v = value
	return true
}

// Bytes reads a string in base64.
func Bytes[T ~[]byte](r *Reader, v *T) bool {
	text, ok := r.string()
	if !ok {
		return false
	}
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		r.wrong()
		return false
	}
	*v = value
	return true
}

// Bool reads true or false.
func Bool[T ~bool](r *Reader, v *T) bool {
	c := r.peek()
	if c != 't' && c != 'f' {
		r.other()
		return false
	}
	r.skip()
	*v = T(c == 't')
	return r.err == nil
}

// Int reads an integer that fits into the type. A number with a fraction or an exponent is of the wrong kind.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](r *Reader, v *T) bool {
	text, ok := r.number()
	if !ok {
		return false
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil && int64(T(number)) == number && (T(number) < 0) == (number < 0) {
		*v = T(number)
		return true
	}
	if number, err := strconv.ParseUint(text, 10, 64); err == nil && uint64(T(number)) == number && T(number) > 0 {
		*v = T(number)
		return true
	}
	r.wrong()
	return false
}

// Float reads a number that fits into the type.
func Float[T ~float32 | ~float64](r *Reader, v *T) bool {
	text, ok := r.number()
	if !ok {
		return false
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(float64(T(number)), 0) {
		r.wrong()
		return false
	}
	*v = T(number)
	return true
}

// Any reads a value of any kind, as [json.Unmarshal] does into an any. Null is not a value.
func Any(r *Reader, v *any) bool {
	if r.Null() {
		return false
	}
	begin := r.at
	if r.skip(); r.err != nil {
		return false
	}
	if json.Unmarshal(r.body[begin:r.at], v) != nil {
		r.wrong()
		return false
	}
	if text := r.everyText(); text != nil {
		*v = changed(*v, text)
	}
	return true
}

// everyText returns the function to call on the strings that Any and Entry read, or nil if there is none.
func (r *Reader) everyText() func(string) string {
	if r.text != nil || r.inspect == nil {
		return r.text
	}
	return func(text string) string { r.inspect(text); return text }
}

// changed applies text to all strings in a value, property names included.
func changed(value any, text func(string) string) any {
	switch value := value.(type) {
	case string:
		return text(value)
	case []any:
		for i := range value {
			value[i] = changed(value[i], text)
		}
	case map[string]any:
		other := make(map[string]any, len(value))
		for name, member := range value {
			other[text(name)] = changed(member, text)
		}
		return other
	}
	return value
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

// List reads a list with read for each item. Items that are null or incomplete are left out and counted.
func List[L ~[]T, T any](r *Reader, v *L, read func(*Reader, *T) bool) bool {
	if !r.begin('[') {
		return false
	}
	list, items := make([]T, 0, r.room()), 0
	for r.more(']') {
		items++
		last := len(list)
		list = append(list, *new(T))
		if !read(r, &list[last]) {
			list = list[:last]
		}
	}
	*v = list
	if incomplete := items - len(list); incomplete > 0 && r.incomplete == 0 {
		r.incomplete, r.items = incomplete, items
	}
	return r.err == nil
}

// mostRoom bounds the initial capacity of a list, whatever the body holds.
const mostRoom = 1024

// room returns an upper bound for the number of items in the current list. If the first item is an object or a list, it
// counts the opening brackets that follow, otherwise the commas. Nested lists get no initial capacity.
func (r *Reader) room() int {
	const outermost = 2 // the list, and the object around it
	switch c := r.peek(); {
	case c == ']', r.depth > outermost:
		return 0
	case c == '{', c == '[':
		return min(bytes.Count(r.body[r.at:], []byte{c}), mostRoom)
	default:
		return min(bytes.Count(r.body[r.at:], []byte{','})+1, mostRoom)
	}
}

// Map reads an object, with read for the value of each property.
func Map[M ~map[string]T, T any](r *Reader, v *M, read func(*Reader, *T) bool) bool {
	if !r.Object() {
		return false
	}
	entries := map[string]T{}
	for r.More() {
		Entry(r, &entries, read)
	}
	*v = entries
	return r.err == nil
}

// Entry reads the value of the current property, to which [Reader.More] has moved, and stores it in a map under the
// property's name.
func Entry[T any](r *Reader, v *map[string]T, read func(*Reader, *T) bool) bool {
	name := string(r.Name())
	if text := r.everyText(); text != nil {
		name = text(name)
	}
	var value T
	if !read(r, &value) {
		return false
	}
	if *v == nil {
		*v = map[string]T{}
	}
	(*v)[name] = value
	return true
}
