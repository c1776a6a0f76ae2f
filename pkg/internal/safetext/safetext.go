// Package safetext makes untrusted text safe to show: in a terminal, in a spreadsheet, or in the log of a CI system.
package safetext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Printable escapes in s the line breaks, terminal controls, characters that are invisible or change the direction of text,
// and commands to a runner of GitHub Actions.
func Printable(s string) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	// A runner's commands begin with :: at the beginning of a line, or with ##[ anywhere.
	trimmed := strings.TrimSpace(s)
	isCommand := strings.HasPrefix(trimmed, "::") || strings.Contains(s, "##[")
	if !isCommand && strings.IndexFunc(s, isUnsafe) < 0 {
		return s
	}
	if strings.HasPrefix(trimmed, "::") {
		s = strings.Replace(s, "::", `\u003a:`, 1)
	}
	s = strings.ReplaceAll(s, "##[", `##\u005b`)
	var safe strings.Builder
	for _, r := range s {
		if isUnsafe(r) {
			fmt.Fprintf(&safe, `\u%04x`, r)
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}

func isUnsafe(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r == '\u200d': // joins emoji, so it has a visible effect
		return false
	default:
		return unicode.Is(unicode.Cf, r) // invisible, or changes the direction
	}
}

// Line joins the lines of a text, and makes them [Printable].
func Line(text string) string { return Printable(strings.Join(strings.Fields(text), " ")) }

// Cell returns s for a cell of CSV. If a spreadsheet would read s as a formula, Cell puts an apostrophe before it, which
// spreadsheets do not show.
func Cell(s string) string {
	s = Printable(s)
	if strings.IndexAny(strings.TrimLeft(s, " "), "=+-@") == 0 {
		return "'" + s
	}
	return s
}

// Name returns the name of a secret for people. It adds quotes if it would otherwise be unclear where the name ends.
func Name(name string) string {
	safe := Printable(name)
	if safe != name || strings.TrimSpace(name) != name || strings.ContainsAny(name, `,"`) || name == "" {
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

// TrimLines removes the spaces at the ends of lines, which fill the last column of a table.
func TrimLines(text []byte) []byte { return trailingSpace.ReplaceAll(text, nil) }

var trailingSpace = regexp.MustCompile(`(?m) +$`)

// WriteJSON writes a value as JSON in one write. In strings, it escapes what [Printable] escapes, because JSON also goes to
// terminals, and ##[ because a runner of GitHub Actions would execute it as a command.
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
