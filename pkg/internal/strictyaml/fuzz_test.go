package strictyaml_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictyaml"
)

// FuzzUnmarshal: no panic; an error is one line, and quotes nothing; text in single quotes stays as it is.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "text: a", `{"text":"a"}`, "texts: [a, 'b']", "- a\n", "inner:\n- text: |\n    a\n", "text: &a b", "text: !!binary a", "%YAML 1.1\n---\n",
		"text: \"\\x", "number: 0x1", "named: {a: 1}", "\ttext: a", "? text\n: a", "<<: {}", "number: 1\n---\n", `{"number":1}x`, "text: a\u0085b", "\ufefftext: a", "[[[[",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got document
		if _, err := strictyaml.Unmarshal([]byte(text), &got); err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%q", err)
		}
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
			return
		}
		_, err := strictyaml.Unmarshal([]byte("text: '"+strings.ReplaceAll(text, "'", "''")+"'"), &got)
		if err == nil && got.Text != text {
			t.Errorf("%q becomes %q", text, got.Text)
		}
	})
}
