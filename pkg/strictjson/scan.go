package strictjson

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deep objects and lists are nested, as encoding/json does.
const maxDepth = 10_000

var (
	errEnd       = errors.New("the text ends too early")
	errSyntax    = errors.New("not JSON")
	errDuplicate = errors.New("a name is repeated")
)

// fail notes the first error. What comes after it is not read.
func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// bad notes that what is at the place can't stand there.
func (r *Reader) bad() {
	if r.at >= len(r.body) {
		r.fail(errEnd)
	}
	r.fail(errSyntax)
}

// peek passes over white space and returns the next byte, or 0 at the end and after an error.
func (r *Reader) peek() byte {
	if r.err != nil {
		return 0
	}
	for ; r.at < len(r.body); r.at++ {
		if c := r.body[r.at]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// enter enters an object or a list, whichever open says, that begins at the place.
func (r *Reader) enter(open byte) {
	r.at++
	r.first = true
	if r.depth++; r.depth > maxDepth {
		r.fail(errSyntax)
	}
	if open == '{' && !r.lenient {
		r.objects = append(r.objects, object{begin: len(r.names)})
	}
}

// more passes over a comma, and reports whether the object or list that was entered goes on. If not, it leaves it.
func (r *Reader) more(end byte) bool {
	c := r.peek()
	switch {
	case r.err != nil:
		return false
	case c == end:
		r.leave(end)
		return false
	case r.first:
		r.first = false
	case c == ',':
		r.at++
	default:
		r.bad()
		return false
	}
	return true
}

func (r *Reader) leave(end byte) {
	r.at++
	r.depth--
	r.first = false
	if end == '}' && !r.lenient {
		last := len(r.objects) - 1
		r.names = r.names[:r.objects[last].begin]
		r.objects = r.objects[:last]
	}
}

// span is a part of the body. Unlike a slice, it is nothing to the garbage collector.
type span struct{ begin, end int }

// object is one that has been entered, with its names from begin on, or in a set: once there are many, or one has escapes.
type object struct {
	begin int
	set   map[string]struct{}
}

// manyNames is how many names are compared one by one.
const manyNames = 16

// unique refuses a name that the innermost object has already.
func (r *Reader) unique() {
	o, name := &r.objects[len(r.objects)-1], r.Name()
	names := r.names[o.begin:]
	if o.set == nil && (len(names) == manyNames || r.unquoted != nil) {
		o.set = make(map[string]struct{}, 2*manyNames)
		for _, other := range names {
			o.set[string(r.body[other.begin:other.end])] = struct{}{}
		}
	}
	if o.set != nil {
		if _, ok := o.set[string(name)]; ok {
			r.fail(errDuplicate)
		}
		o.set[string(name)] = struct{}{}
		return
	}
	for _, other := range names {
		if string(r.body[other.begin:other.end]) == string(name) {
			r.fail(errDuplicate)
		}
	}
	r.names = append(r.names, r.name)
}

// quoted passes over the string at the place, and returns what is between its quotation marks and whether that has escapes.
func (r *Reader) quoted() (inside span, escaped bool) {
	begin := r.at + 1
	for at := begin; ; {
		at += plain(r.body[at:])
		if at >= len(r.body) {
			r.at = at
			r.bad()
			return span{}, false
		}
		switch r.body[at] {
		case '"':
			r.at = at + 1
			return span{begin, at}, escaped
		case '\\':
			escaped = true
			size := r.escape(at)
			if size == 0 {
				return span{}, false
			}
			at += size
		default: // a control character
			r.at = at
			r.bad()
			return span{}, false
		}
	}
}

// plain returns how many bytes there are before a quotation mark, a backslash or a control character. It looks at eight at
// a time: a byte that is one of them leaves its highest bit in found, and the lowest such bit is of the first.
func plain(text []byte) int {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	at := 0
	for ; at+8 <= len(text); at += 8 {
		word := binary.LittleEndian.Uint64(text[at:])
		quote, backslash := word^(ones*'"'), word^(ones*'\\')
		found := ((quote-ones)&^quote | (backslash-ones)&^backslash | (word-ones*' ')&^word) & highest
		if found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for ; at < len(text); at++ {
		if c := text[at]; c == '"' || c == '\\' || c < ' ' {
			break
		}
	}
	return at
}

// escape returns the length of the escape at a place, or notes an error. Half of a surrogate pair is one, unless the reader
// is lenient.
func (r *Reader) escape(at int) int {
	text := r.body[at:]
	if len(text) > 1 {
		switch text[1] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			return 2
		case 'u':
			unit, ok := codeUnit(text)
			if ok && (r.lenient || !utf16.IsSurrogate(unit)) {
				return 6
			}
			if low, isUnit := codeUnit(text[min(6, len(text)):]); ok && isUnit && utf16.DecodeRune(unit, low) != utf8.RuneError {
				return 12
			}
		}
	}
	r.at = at
	if len(text) < 6 {
		r.at = len(r.body)
	}
	r.bad()
	return 0
}

// codeUnit reads an escape such as \u00e9 at the beginning of a text.
func codeUnit(text []byte) (unit rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for _, c := range text[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | rune(c)
	}
	return unit, true
}

// appendUnquoted appends what stands for raw, whose escapes have been checked.
func appendUnquoted(text, raw []byte) []byte {
	for len(raw) > 0 {
		size := plain(raw)
		text, raw = append(text, raw[:size]...), raw[size:]
		if len(raw) == 0 {
			break
		}
		c := raw[1]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			unit, _ := codeUnit(raw)
			raw = raw[6:]
			if utf16.IsSurrogate(unit) {
				low, _ := codeUnit(raw)
				if unit = utf16.DecodeRune(unit, low); unit != utf8.RuneError {
					raw = raw[6:]
				}
			}
			text = utf8.AppendRune(text, unit)
			continue
		}
		text, raw = append(text, c), raw[2:]
	}
	return text
}

// numeral passes over the number at the place, and returns it.
func (r *Reader) numeral() []byte {
	begin := r.at
	if r.body[r.at] == '-' {
		r.at++
	}
	whole := r.at
	if !r.digits() || r.body[whole] == '0' && r.at > whole+1 {
		r.at = min(r.at, whole+1)
		r.bad()
		return nil
	}
	if r.is('.') {
		if r.at++; !r.digits() {
			r.bad()
			return nil
		}
	}
	if r.is('e') || r.is('E') {
		r.at++
		if r.is('+') || r.is('-') {
			r.at++
		}
		if !r.digits() {
			r.bad()
			return nil
		}
	}
	return r.body[begin:r.at]
}

func (r *Reader) is(c byte) bool { return r.at < len(r.body) && r.body[r.at] == c }

// digits passes over digits, and reports whether there are any.
func (r *Reader) digits() bool {
	begin := r.at
	for r.at < len(r.body) && '0' <= r.body[r.at] && r.body[r.at] <= '9' {
		r.at++
	}
	return r.at > begin
}

// literal passes over a word such as null at the place.
func (r *Reader) literal(word string) {
	for i := range len(word) {
		if !r.is(word[i]) {
			r.bad()
			return
		}
		r.at++
	}
}

// skip passes over the next value, whatever it is, and keeps nothing of it.
func (r *Reader) skip() {
	switch c := r.peek(); c {
	case '{':
		r.enter(c)
		for r.More() {
			r.skip()
		}
	case '[':
		r.enter(c)
		for r.more(']') {
			r.skip()
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
		r.numeral()
	default:
		r.bad()
	}
}
