package safetext_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

func TestTexts(t *testing.T) {
	tests := []struct{ text, printable, line, cell, name string }{
		{"client_id", "client_id", "client_id", "client_id", "client_id"},
		{"", "", "", "", `""`},
		{"Reporting API key", "Reporting API key", "Reporting API key", "Reporting API key", "Reporting API key"},
		{" end ", " end ", "end", " end ", `" end "`},
		{"a, b", "a, b", "a, b", "a, b", `"a, b"`},
		{`"a"`, `"a"`, `"a"`, `"a"`, `"\"a\""`},
		{"a\nb", `a\u000ab`, "a b", `a\u000ab`, `"a\u000ab"`},
		{"\x1b[2J", `\u001b[2J`, `\u001b[2J`, `\u001b[2J`, `"\u001b[2J"`},
		{"\u009b2J\x7f", `\u009b2J\u007f`, `\u009b2J\u007f`, `\u009b2J\u007f`, `"\u009b2J\u007f"`},
		{"a\u2028\u2029b", `a\u2028\u2029b`, `a b`, `a\u2028\u2029b`, `"a\u2028\u2029b"`},
		{"\u202eabc\u200b", `\u202eabc\u200b`, `\u202eabc\u200b`, `\u202eabc\u200b`, `"\u202eabc\u200b"`},
		{"é 🔧", "é 🔧", "é 🔧", "é 🔧", "é 🔧"},
		{"a\u00a0b", `a\u00a0b`, "a b", "a\u00a0b", `"a\u00a0b"`},
		{"a\u3000\ufe0f\u3164\u200d\u2800b", `a\u3000\ufe0f\u3164\u200d\u2800b`, `a \ufe0f\u3164\u200d\u2800b`, "a\u3000\ufe0f\u3164\u200d\u2800b", `"a\u3000\ufe0f\u3164\u200d\u2800b"`},
		{"a; b", "a; b", "a; b", "a; b", `"a; b"`},
		{"＝1", "＝1", "＝1", "'＝1", "＝1"},
		{"\u3000＋1", `\u3000＋1`, "＋1", "'\u3000＋1", `"\u3000＋1"`},
		{"a\xffb", "a\ufffdb", "a\ufffdb", "a\ufffdb", "\"a\ufffdb\""},
		{"=cmd()", "=cmd()", "=cmd()", "'=cmd()", "=cmd()"},
		{" +1", " +1", "+1", "' +1", `" +1"`},
		{"-1", "-1", "-1", "'-1", "-1"},
		{"@a", "@a", "@a", "'@a", "@a"},
		{"a=b", "a=b", "a=b", "a=b", "a=b"},
		{"::stop-commands::x", `\u003a:stop-commands::x`, `\u003a:stop-commands::x`, `\u003a:stop-commands::x`, `"\u003a:stop-commands::x"`},
		{" ::error::x", ` \u003a:error::x`, `\u003a:error::x`, ` \u003a:error::x`, `" \u003a:error::x"`},
		{"a ##[group]", `a ##\u005bgroup]`, `a ##\u005bgroup]`, `a ##\u005bgroup]`, `"a ##\u005bgroup]"`},
		{"a::b", "a::b", "a::b", "a::b", "a::b"},
	}
	for _, test := range tests {
		for what, got := range map[string][2]string{
			"Printable": {safetext.Printable(test.text), test.printable},
			"Line":      {safetext.Line(test.text), test.line},
			"Cell":      {safetext.Cell(test.text), test.cell},
			"Name":      {safetext.Name(test.text), test.name},
		} {
			if got[0] != got[1] {
				t.Errorf("%s(%q) = %q, want %q", what, test.text, got[0], got[1])
			}
		}
	}
	if got, want := safetext.Names([]string{"a", "b c", "d,e"}), `a, b c, "d,e"`; got != want {
		t.Errorf("Names: %s, want %s", got, want)
	}
}

// TestWriteJSON_IsSafeAndSaysTheSame tries every character.
func TestWriteJSON_IsSafeAndSaysTheSame(t *testing.T) {
	var all strings.Builder
	for r := range rune(unicode.MaxRune + 1) {
		if utf8.ValidRune(r) {
			all.WriteRune(r)
		}
	}
	want := map[string]string{"##[error]": all.String()}
	for _, indent := range []string{"", "  "} {
		var text bytes.Buffer
		if err := safetext.WriteJSON(&text, want, indent); err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.ReplaceAll(text.String(), "\n", "") {
			// A cell of CSV has the same characters: those that only can't be seen stay.
			if safe := safetext.Cell("x" + string(r)); safe != "x"+string(r) {
				t.Errorf("%q is in the JSON, not %s", r, safe)
			}
		}
		got := map[string]string{}
		if err := json.Unmarshal(text.Bytes(), &got); err != nil || !maps.Equal(got, want) {
			t.Errorf("the JSON says something else: %v", err)
		}
	}
}
