package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// Hints returns a line for each missing name that is probably another registered name: one that differs only in what is hard
// to see, or one of several names with commas between them. Each line begins with "hint: ".
func (f *Finding) Hints() []string {
	missing := slices.Concat(f.Missing, f.OnlyElsewhere)
	if len(missing) == 0 {
		return nil
	}
	byLook, isRegistered := map[string]string{}, set(slices.Concat(f.Required, f.NotRequired))
	for _, name := range f.Missing {
		delete(isRegistered, name)
	}
	for _, name := range slices.Sorted(maps.Keys(isRegistered)) {
		byLook[look(name)] = name
	}
	var hints []string
	hint := func(missing, registered, reason string) {
		hints = append(hints, "hint: "+f.Name()+" lacks "+missing+", but has "+registered+": "+reason)
	}
	for _, name := range missing {
		if other, ok := byLook[look(name)]; ok {
			hint(exactly(name), exactly(other), "they differ only in case, spaces, Unicode form or look-alike letters")
		}
		parts := strings.Split(name, ",")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		parts = slices.DeleteFunc(parts, func(part string) bool { return !isRegistered[part] })
		if len(parts) > 0 && strings.Contains(name, ",") {
			hint(safetext.Name(name), safetext.Names(parts), "a comma does not separate names, so give each one by itself")
		}
	}
	return hints
}

// look returns the same text for names that look the same, or nearly so.
func look(name string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || safetext.IsInvisible(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	return strings.ToLower(strings.ToUpper(lookAlikes.Replace(seen)))
}

// exactly shows a name so that people see in what it differs from another one that looks the same.
func exactly(name string) string {
	if len(name) == utf8.RuneCountInString(name) {
		return safetext.Name(name)
	}
	return strconv.QuoteToASCII(name)
}

// lookAlikes replaces letters of Cyrillic and Greek, and dashes, by those of ASCII that look the same: the ones that get into
// a name from a keyboard or a text processor.
var lookAlikes = strings.NewReplacer(
	"А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i", "І", "I", "ј", "j", "Ј", "J", "ѕ", "s", "Ѕ", "S",
	"Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T",
	"Υ", "Y", "Χ", "X", "α", "a", "ι", "i", "ν", "v", "ο", "o", "ρ", "p", "ı", "i",
	"‐", "-", "‑", "-", "–", "-", "—", "-", "−", "-",
)
