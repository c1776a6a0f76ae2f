package strictjson

import "errors"

// maxDepth bounds the nesting of objects and lists. encoding/json has the same bound.
const maxDepth = 10_000

var (
	errEnd       = errors.New("the text ends too early")
	errSyntax    = errors.New("not JSON")
	errDuplicate = errors.New("repeated name")
)

// fail records the first error. After it, nothing more is read.
func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// bad records a syntax error at the current position.
func (r *Reader) bad() {
	if r.at >= len(r.body) {
		r.fail(errEnd)
	}
	r.fail(errSyntax)
}

// peek skips white space and returns the next byte. It returns 0 at the end and after an error.
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

// enter enters the object or list that begins with open at the current position.
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

// more skips a comma, and reports whether the current object or list goes on. If not, it leaves it.
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

// span is a part of the body. Unlike a slice, it has no pointer for the garbage collector to follow.
type span struct{ begin, end int }

// object is an open object. Its names are in Reader.names from begin on. If they are many, or one has escapes, set holds
// them all.
type object struct {
	begin int
	set   map[string]struct{}
}

// manyNames is the number of names above which they go into a set.
const manyNames = 16

// unique refuses a name that the innermost object already has.
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

// numeral moves past the number at the current position, and returns it.
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

// digits skips digits, and reports whether there were any.
func (r *Reader) digits() bool {
	begin := r.at
	for r.at < len(r.body) && '0' <= r.body[r.at] && r.body[r.at] <= '9' {
		r.at++
	}
	return r.at > begin
}

// literal skips a literal such as null at the current position.
func (r *Reader) literal(word string) {
	for i := range len(word) {
		if !r.is(word[i]) {
			r.bad()
			return
		}
		r.at++
	}
}

// skip skips the next value, whatever its kind, and keeps nothing of it.
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
