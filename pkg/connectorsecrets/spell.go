package connectorsecrets

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxLayers is how often a text can be escaped, and is still read.
	maxLayers = 2
	// maxGap is how many escaped spaces in a row are passed over. It bounds the time for a text of nothing else.
	maxGap = 2
)

// speller reads a text in one spelling for all of those that a server may choose: without white space and what can't be
// printed, in lower case, and with up to maxLayers of escapes taken off, those of URLs (%41) and of JSON (\u0041).
type speller string

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

// isMark reports whether an escape may begin with it.
func (c character) isMark() bool { return c.char == '%' || c.char == '\\' }

// spell returns a credential as a speller reads it without taking off escapes.
func spell(credential string) string {
	var spelt strings.Builder
	spelt.Grow(len(credential))
	for c := speller(credential).plain(0); c.char != 0; c = speller(credential).plain(c.end) {
		spelt.WriteByte(c.char)
	}
	return spelt.String()
}

// find returns the start and end of the first credential at or after from, or -1. A short credential must be a whole word.
func (s speller) find(credential string, from int) (begin, end int) {
	if credential == "" {
		return -1, 0
	}
	var before, escape character
	for c := s.plain(from); c.char != 0; c = s.plain(c.end) {
		if end := s.match(c.begin, credential); end > 0 {
			after := s.plain(end)
			isInWord := before.isWord() && before.end == c.begin && (escape.end != c.begin || escape.isWord()) ||
				after.isWord() && after.begin == end
			if len(credential) >= minLongCredential || !isInWord {
				return c.begin, end
			}
		}
		if c.isMark() && c.end > escape.end {
			escape = s.read(c.begin, maxLayers)
		}
		before = c
	}
	return -1, 0
}

// match returns where a credential ends that begins at a place, or 0. Each character may be escaped, or not. If the text can be
// read in several ways, match follows all of them together, because to follow one after the other could take for ever.
func (s speller) match(at int, credential string) (end int) {
	var room [2][2 * (1 + maxLayers)]int // enough for almost every text, so that nothing is allocated
	places, after := append(room[0][:0], at), room[1][:0]
	for i := range len(credential) {
		for _, place := range places {
			for layer := range 1 + maxLayers {
				c := s.next(place, layer)
				if c.char == credential[i] && !slices.Contains(after, c.end) {
					after = append(after, c.end)
				}
				if layer == 0 && !c.isMark() {
					break
				}
			}
		}
		if len(after) == 0 {
			return 0
		}
		places, after = after, places[:0]
	}
	return slices.Max(places)
}

// next reads the next character that can be seen.
func (s speller) next(at, layer int) character {
	c := s.read(at, layer)
	for gap := 0; c.char == ' ' && gap < maxGap; gap++ {
		c = s.read(c.end, layer)
	}
	return c
}

// read reads a character, a space included that is escaped.
func (s speller) read(at, layer int) character {
	if layer == 0 {
		return s.plain(at)
	}
	c := s.next(at, layer-1)
	switch c.char {
	case '%':
		return s.hexadecimal(c, 2, layer-1)
	case '\\':
		return s.escape(c, layer-1)
	default:
		return c
	}
}

// plain reads the next character that can be seen, and takes off no escapes.
func (s speller) plain(at int) character {
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(string(s[at:]))
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

// escape reads what follows a backslash, which stands for itself if that is no escape.
func (s speller) escape(backslash character, layer int) character {
	c := s.next(backslash.end, layer)
	switch c.char {
	case 'u':
		if long := s.hexadecimal(character{'u', backslash.begin, c.end}, 4, layer); long.end > c.end {
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
func (s speller) hexadecimal(mark character, digits, layer int) character {
	var value rune
	c := mark
	for range digits {
		c = s.next(c.end, layer)
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
