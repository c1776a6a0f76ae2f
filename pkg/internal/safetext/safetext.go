// Package safetext makes untrusted text safe to show: in a terminal, in a spreadsheet, or in the log of a CI system.
package safetext

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Printable escapes in s what people can't see or what does more than be seen: line breaks, terminal controls, characters that
// are invisible, look like a space or change the direction of text, and commands to a runner of GitHub Actions.
func Printable(s string) string { return printable(s, IsInvisible) }

func printable(s string, mustEscape func(rune) bool) string {
	// A runner's commands begin with :: at the beginning of a line, or with ##[ anywhere.
	if strings.HasPrefix(strings.TrimSpace(s), "::") {
		s = strings.Replace(s, "::", `\u003a:`, 1)
	}
	return escape(strings.ToValidUTF8(s, string(unicode.ReplacementChar)), mustEscape)
}

// escape escapes characters as JSON does, and ##[.
func escape(s string, mustEscape func(rune) bool) string {
	var safe strings.Builder
	for _, r := range strings.ReplaceAll(s, "##[", `##\u005b`) {
		if !mustEscape(r) {
			safe.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&safe, `\u%04x`, unit)
		}
	}
	return safe.String()
}

// isUnsafe reports whether r controls a terminal, breaks a line or changes the direction of text. The joiner of emoji does not.
func isUnsafe(r rune) bool {
	return r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// IsInvisible reports whether people can't see r, or not tell it from a space: a control, a no-break space, the blank of Braille,
// a variation selector, a filler.
func IsInvisible(r rune) bool {
	return r == '\u2800' || r != ' ' &&
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Line joins the lines of a text, and makes them [Printable].
func Line(text string) string { return Printable(strings.Join(strings.Fields(text), " ")) }

// Cell returns s for a cell of CSV. It keeps characters that are only invisible, because programs compare cells. If a
// spreadsheet would read s as a formula, also one in full-width characters, Cell puts an apostrophe before it, which spreadsheets
// do not show.
func Cell(s string) string {
	s = printable(s, isUnsafe)
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

// WriteJSON writes a value as JSON in one write. In strings, it escapes what controls a terminal or a runner of GitHub Actions,
// because JSON also goes there.
func WriteJSON(w io.Writer, value any, indent string) error {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	// Line breaks are between the strings: within them, they are escaped already.
	_, err := io.WriteString(w, escape(text.String(), func(r rune) bool { return r != '\n' && isUnsafe(r) }))
	return err
}
