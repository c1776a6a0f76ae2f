package strictjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted moves past the string at the current position. It returns the part between the quotation marks, and whether it has
// escapes.
func (r *Reader) quoted() (inside span, escaped bool) {
	body, begin := r.body, r.at+1
	var seen uint64
	for at := begin; ; {
		// Scan eight bytes at a time, and the last few one by one.
		for at+8 <= len(body) {
			word := binary.LittleEndian.Uint64(body[at:])
			seen |= word
			found := marks(word)
			if found != 0 {
				at += bits.TrailingZeros64(found) / 8
				break
			}
			at += 8
		}
		if at+8 > len(body) {
			at += plain(body[at:])
			seen |= highest // plain does not look for non-ASCII bytes, so assume some
		}
		if at >= len(body) {
			r.at = at
			r.bad()
			return span{}, false
		}
		switch body[at] {
		case '"':
			r.at = at + 1
			r.seen |= seen
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

// highest has the highest bit of each byte set. No ASCII byte has that bit.
const highest = 0x8080808080808080

// marks sets the highest bit of each byte of word that is a quotation mark, a backslash or a control character. Only the
// lowest marked byte is reliable: bytes above it may be marked by mistake.
func marks(word uint64) uint64 {
	const ones = 0x0101010101010101
	quote, backslash := word^(ones*'"'), word^(ones*'\\')
	return ((quote-ones)&^quote | (backslash-ones)&^backslash | (word-ones*' ')&^word) & highest
}

// plain returns the number of bytes before the first quotation mark, backslash or control character.
func plain(text []byte) int {
	for at, c := range text {
		if c == '"' || c == '\\' || c < ' ' {
			return at
		}
	}
	return len(text)
}

// escape returns the length of the escape at position at. If the escape is invalid, it records an error and returns 0. Half
// of a surrogate pair is invalid unless the reader is lenient.
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
	if len(text) < 2 || text[1] == 'u' && len(text) < 6 {
		r.at = len(r.body)
	}
	r.bad()
	return 0
}

// codeUnit reads an escape such as \u00e9 at the start of text.
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

// appendUnquoted appends raw to text with its escapes decoded. The escapes must be valid.
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
