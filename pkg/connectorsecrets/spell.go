package connectorsecrets

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLayers is how often a text can be escaped, and is still read.
const maxLayers = 3

// layers returns how many readings of a text there are.
func layers(s string) int {
	if strings.ContainsAny(s, `%\`) {
		return 1 + maxLayers
	}
	return 1
}

// speller reads a text in one spelling for all of those that a server may choose: without white space and what can't be
// printed, in lower case, and with as many layers of escapes taken off as it says, of URLs (%41) and of JSON (\u0041).
type speller struct {
	text  string
	layer int
}

// character is one that a speller has read, and its place in the text. Char is 0 at the end, and other for all that is not
// ASCII, which no credential has.
type character struct {
	char       byte
	begin, end int
}

const other = utf8.RuneSelf

// isWord reports whether it can be a part of a word.
func (c character) isWord() bool {
	return 'a' <= c.char && c.char <= 'z' || '0' <= c.char && c.char <= '9' || c.char == other
}

// spell returns a credential as a speller reads it without taking off escapes.
func spell(credential string) string {
	var spelt strings.Builder
	spelt.Grow(len(credential))
	for c := (speller{credential, 0}).next(0); c.char != 0; c = (speller{credential, 0}).next(c.end) {
		spelt.WriteByte(c.char)
	}
	return spelt.String()
}

// find returns where a credential begins and ends at or after a place, or -1. A short one must be a word of its own.
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

// match returns the last character of a credential that begins with c.
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

// next reads the character at or after a place.
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

// plain reads the next character that can be seen.
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

// fold returns a space for all that can't be seen.
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

// escape reads what follows a backslash, which stands for itself if that is no escape.
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

// hexadecimal reads digits after the mark of an escape, which stands for itself if there are too few.
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
