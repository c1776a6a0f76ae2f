package connectorsecrets

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLayers is the number of layers of escapes that are decoded.
const maxLayers = 3

// layers returns the number of ways in which s is read.
func layers(s string) int {
	if strings.ContainsAny(s, `%\`) {
		return 1 + maxLayers
	}
	return 1
}

// speller reads a text without white space and unprintable characters, and in lower case. It decodes as many layers of
// escapes as layer says: those of URLs (%41) and those of JSON (\u0041). So it reads all spellings of a credential as one.
type speller struct {
	text  string
	layer int
}

// character is a character that a speller has read, and its position in the text. Char is 0 at the end, and other for
// anything outside of ASCII, which no credential contains.
type character struct {
	char       byte
	begin, end int
}

const other = utf8.RuneSelf

// isWord reports whether c can be part of a word.
func (c character) isWord() bool {
	return 'a' <= c.char && c.char <= 'z' || '0' <= c.char && c.char <= '9' || c.char == other
}

// spell returns a credential as a speller reads it, with its escapes left as they are.
func spell(credential string) string {
	var spelt strings.Builder
	spelt.Grow(len(credential))
	for c := (speller{credential, 0}).next(0); c.char != 0; c = (speller{credential, 0}).next(c.end) {
		spelt.WriteByte(c.char)
	}
	return spelt.String()
}

// find returns the start and end of the first credential at or after from, or -1. A short credential must be a whole word.
func (s speller) find(credential string, from int) (begin, end int) {
	if credential == "" {
		return -1, 0
	}
	before := character{end: from}
	for {
		c := s.next(before.end)
		if c.char == 0 {
			return -1, 0
		}
		if last, ok := s.match(c, credential); ok {
			after := s.next(last.end)
			isInWord := before.isWord() && before.end == c.begin || after.isWord() && after.begin == last.end
			if len(credential) >= minLongCredential || !isInWord {
				return c.begin, last.end
			}
		}
		before = c
	}
}

// match returns the last character of the credential if it starts with c.
func (s speller) match(c character, credential string) (last character, ok bool) {
	for i := range len(credential) {
		if i > 0 {
			c = s.next(c.end)
		}
		if c.char != credential[i] {
			return c, false
		}
	}
	return c, true
}

// next reads the first character at or after a position.
func (s speller) next(at int) character {
	if s.layer == 0 {
		return s.plain(at)
	}
	inner := speller{s.text, s.layer - 1}
	for {
		c := inner.next(at)
		switch c.char {
		case '%':
			c = inner.hexadecimal(c, 2)
		case '\\':
			c = inner.escape(c)
		}
		if c.char != ' ' {
			return c
		}
		at = c.end
	}
}

// plain reads the next visible character and decodes no escapes.
func (s speller) plain(at int) character {
	for at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if char := fold(r); char != ' ' && (r != utf8.RuneError || size > 1) {
			return character{char, at, at + size}
		}
		at += size
	}
	return character{begin: at, end: at}
}

// fold returns r in lower case, other if it is not ASCII, and a space if it is not visible.
func fold(r rune) byte {
	switch {
	case !unicode.IsPrint(r):
		return ' '
	case r < utf8.RuneSelf:
		return byte(unicode.ToLower(r) & 0x7f)
	default:
		return other
	}
}

// escape reads the escape after a backslash. If there is none, it returns the backslash.
func (s speller) escape(backslash character) character {
	c := s.next(backslash.end)
	switch c.char {
	case 'u':
		if long := s.hexadecimal(character{'u', backslash.begin, c.end}, 4); long.char != 'u' {
			return long
		}
	case 'b', 'f', 'n', 'r', 't':
		return character{' ', backslash.begin, c.end}
	case '"', '\\', '/':
		return character{c.char, backslash.begin, c.end}
	}
	return backslash
}

// hexadecimal reads the digits after the mark of an escape. If there are too few, it returns the mark.
func (s speller) hexadecimal(mark character, digits int) character {
	var value rune
	c := mark
	for range digits {
		c = s.next(c.end)
		switch {
		case '0' <= c.char && c.char <= '9':
			value = value<<4 | rune(c.char-'0')
		case 'a' <= c.char && c.char <= 'f':
			value = value<<4 | rune(c.char-'a'+10)
		default:
			return mark
		}
	}
	return character{fold(value), mark.begin, c.end}
}
