// Package safetext makes untrusted text safe to show: in a terminal, in a spreadsheet, or in the log of a CI system.
package safetext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Printable escapes in s what people can't see or what does more than be seen: line breaks, terminal controls, characters that
// are invisible, look like a space or change the direction of text, and commands to a runner of GitHub Actions.
func Printable(s string) string { return escape(s, IsInvisible) }

// escape escapes the characters that must be, and commands to a runner.
func escape(s string, mustEscape func(rune) bool) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	// A runner's commands begin with :: at the beginning of a line, or with ##[ anywhere.
	trimmed := strings.TrimSpace(s)
	isCommand := strings.HasPrefix(trimmed, "::") || strings.Contains(s, "##[")
	if !isCommand && strings.IndexFunc(s, mustEscape) < 0 {
		return s
	}
	if strings.HasPrefix(trimmed, "::") {
		s = strings.Replace(s, "::", `\u003a:`, 1)
	}
	s = strings.ReplaceAll(s, "##[", `##\u005b`)
	var safe strings.Builder
	for _, r := range s {
		if mustEscape(r) {
			fmt.Fprintf(&safe, `\u%04x`, r)
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}

// isUnsafe reports whether r controls a terminal, breaks a line or changes the direction of text.
func isUnsafe(r rune) bool {
	const joiner = '\u200d' // of emoji
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r) && r != joiner
}

// IsInvisible reports whether people can't see r, or not tell it from a space: a no-break space, a variation selector, a filler.
func IsInvisible(r rune) bool {
	const brailleBlank = '\u2800'
	return isUnsafe(r) || r == brailleBlank || r != ' ' && unicode.In(r, unicode.Z, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Line joins the lines of a text, and makes them [Printable].
func Line(text string) string { return Printable(strings.Join(strings.Fields(text), " ")) }

// Cell returns s for a cell of CSV. It keeps characters that are only invisible, because programs compare cells. If a
// spreadsheet would read s as a formula, also one in full-width characters, Cell puts an apostrophe before it, which spreadsheets
// do not show.
func Cell(s string) string {
	s = escape(s, isUnsafe)
	if strings.IndexAny(strings.TrimLeftFunc(s, unicode.IsSpace), "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// Name returns the name of a secret for people. It adds quotes if it would otherwise be unclear where the name ends.
func Name(name string) string {
	safe := Printable(name)
	if safe != name || strings.TrimSpace(name) != name || strings.ContainsAny(name, `,;"`) || name == "" {
		return `"` + strings.ReplaceAll(safe, `"`, `\"`) + `"`
	}
	return safe
}

// Names joins the names of secrets for people.
func Names(names []string) string {
	safe := make([]string, len(names))
	for i, name := range names {
		safe[i] = Name(name)
	}
	return strings.Join(safe, ", ")
}

// WriteJSON writes a value as JSON in one write. In strings, it escapes what controls a terminal, because JSON also goes there,
// and ##[ because a runner of GitHub Actions would execute it as a command.
func WriteJSON(w io.Writer, value any, indent string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(escapeUnsafe(text.Bytes()), []byte("##["), []byte(`##\u005b`)))
	return err
}

// escapeUnsafe escapes unsafe characters in JSON. Line breaks are between the strings: within them, they are escaped already.
func escapeUnsafe(text []byte) []byte {
	mustEscape := func(r rune) bool { return r != '\n' && isUnsafe(r) }
	if bytes.IndexFunc(text, mustEscape) < 0 {
		return text
	}
	var safe bytes.Buffer
	for _, r := range string(text) {
		if !mustEscape(r) {
			safe.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&safe, `\u%04x`, unit)
		}
	}
	return safe.Bytes()
}
