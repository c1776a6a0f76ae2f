package strictyaml_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictyaml"
)

type inner struct {
	Text string `json:"text"`
}

type document struct {
	Number int64            `json:"number,omitzero"`
	Text   string           `json:"text,omitzero"`
	Texts  []string         `json:"texts,omitzero"`
	Inner  []inner          `json:"inner,omitzero"`
	Named  map[string]int64 `json:"named,omitzero"`
}

func TestUnmarshal_Takes(t *testing.T) {
	want := document{
		Number: 9223372036854775807, Text: "0123", Texts: []string{"a", "true", "multi\nline\n"}, Inner: []inner{{"1.10"}},
		Named: map[string]int64{"z": 2, "a": 1},
	}
	tests := map[string]string{
		"block":           "number: 9223372036854775807\ntext: '0123'\ntexts:\n- a\n- \"true\"\n- |\n  multi\n  line\ninner:\n- text: \"1.10\"\nnamed:\n  z: 2\n  a: 1\n",
		"JSON":            `{"number":9223372036854775807,"text":"0123","texts":["a","true","multi\nline\n"],"inner":[{"text":"1.10"}],"named":{"z":2,"a":1}}`,
		"byte order mark": "\ufeff" + `{"number":9223372036854775807,"text":"0123","texts":["a","true","multi\nline\n"],"inner":[{"text":"1.10"}],"named":{"z":2,"a":1}}`,
		"one document":    "---\nnumber: 9223372036854775807\ntext: '0123'\ntexts: [a, 'true', \"multi\\nline\\n\"]\ninner: [{text: '1.10'}]\nnamed: {z: 2, a: 1}\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var got document
			file, err := strictyaml.Unmarshal([]byte(text), &got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"z", "a"}, file.Names("named")); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnmarshal_SaysWhere(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown field", "number: 1\nnumbers: 2\n", `line 2, column 1: unknown field "numbers": the fields here are number, text, texts, inner, named`},
		{"something for a field", "number: 1\nplanted-Key-123: 2\n", "line 2, column 1: unknown field"},
		{"alias", "text: *planted\n", "line 1, column 7: aliases are not read: write the value out"},
		{"field twice", "number: 1\nnumber: 2\n", "line 2, column 1: the same field is there twice"},
		{"text for a number", "number: planted\n", "line 1, column 9: number: expected a plain whole number"},
		{"fraction for a number", "number: 1.5\n", "line 1, column 9: number: expected a plain whole number"},
		{"octal number", "number: 0123\n", "line 1, column 9: number: write numbers in plain digits, and put text in quotes"},
		{"hexadecimal number", "number: 0x10\n", "line 1, column 9: number: write numbers in plain digits, and put text in quotes"},
		{"number with separators", "number: 1_000\n", "line 1, column 9: number: write numbers in plain digits, and put text in quotes"},
		{"quoted number", "number: '1'\n", "line 1, column 9: number: expected a plain whole number"},
		{"too large a number", "number: 99999999999999999999\n", "line 1, column 9: number: the number is too large"},
		{"number for a text", "text: 0123\n", "line 1, column 7: text: write numbers in plain digits, and put text in quotes"},
		{"fraction for a text", "text: 1.10\n", "line 1, column 7: text: expected text: put it in quotes"},
		{"switch for a text", "text: true\n", "line 1, column 7: text: expected text: put it in quotes"},
		{"number in a list of texts", "texts: [a, 1]\n", "line 1, column 12: texts[1]: expected text: put it in quotes"},
		{"number in a list of objects", "inner:\n- text: a\n- text: 1\n", "line 3, column 9: inner[1].text: expected text: put it in quotes"},
		{"list for a text", "texts: [[planted]]\n", "line 1, column 9: texts[0]: expected text"},
		{"octal number by name", "named: {a: 1, b: 010}\n", "line 1, column 18: named.b: write numbers in plain digits, and put text in quotes"},
		{"text by name", "named: {a: planted}\n", "line 1, column 12: named.a: expected a plain whole number"},
		{"text for a list", "texts: planted\n", "line 1, column 8: texts: expected a list"},
		{"text for an object", "inner: [planted]\n", "line 1, column 9: inner[0]: expected names with values"},
		{"too large a number for a text", "text: 99999999999999999999\n", "line 1, column 7: text: expected text: put it in quotes"},
		{"list for the document", "- 1\n", "line 1, column 1: expected names with values"},
		{"not YAML", "texts: [\n", "line 1, column 8: "},
		{"another YAML", "%YAML planted\n---\ntext: a\n", "line 1, column 7: did not find expected version number"},
		{"escape without a meaning", `text: "planted\xzz"`, `line 1, column 17: a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`},
		{"escape past Unicode", `text: "planted\UFFFFFFFF"`, "line 1, column 17: a backslash in double quotes begins an escape"},
		{"escape with half of a pair", `text: "planted\ud800"`, "line 1, column 17: a backslash in double quotes begins an escape"},
		{"unknown escape", `text: "planted\q"`, "line 1, column 15: a backslash in double quotes begins an escape"},
		{"Latin-1", "number: 1\ntext: \ufffd plantée\xe9\n", "line 2, column 16: this is not UTF-8: save the file as UTF-8"},
		{"UTF-16", "\xff\xfet\x00", "line 1, column 1: this is not UTF-8"},
		{"control character", "text: 'planted\a'", `line 1, column 15: write \u0007 in double quotes in place of this control character`},
		{"control character past ASCII", "text: 'planted\u009b'", `line 1, column 15: write \u009b in double quotes`},
		{"line separator", "text: 'planted\u0085'", `line 1, column 15: write \u0085 in double quotes in place of this line separator`},
		{"line separator of Unicode", "text: 'planted\u2028'", `line 1, column 15: write \u2028 in double quotes`},
		{"paragraph separator", "text: 'planted\u2029'", `line 1, column 15: write \u2029 in double quotes`},
		{"no character", "text: 'planted\ufffe'", `line 1, column 15: write \ufffe in double quotes`},
		{"no character either", "text: 'planted\uffff'", `line 1, column 15: write \uffff in double quotes`},
		{"hyphen at the end", "texts:\n-", "line 2, column 2: texts[0]: has no value"},
		{"unknown field where there is one", "inner: [{planted-x: 1}]", "line 1, column 10: inner[0]: unknown field: the fields here are text"},
		{"binary", "text: !!binary cGxhbnRlZA==", "line 1, column 7: text: tags are not read: put text that begins with ! in quotes"},
		{"number as text", "text: !!str 1", "line 1, column 7: text: tags are not read"},
		{"tag without a name", "text: ! planted", "line 1, column 7: text: tags are not read"},
		{"tag of a list", "texts: !!set [a]", "line 1, column 8: texts: tags are not read"},
		{"tag of a name", "!!str text: a", "line 1, column 1: expected a plain name"},
		{"broken tag", "text: !<planted\nnumber: 1", "line 1, column 16: did not find"},
		{"tag with a bracket", "text: !a[b] planted", "line 1, column 9: tags are not read"},
		{"quoted number by an alias", "text: &planted '1'\nnumber: *planted\n", "line 2, column 9: aliases are not read: write the value out"},
		{"anchor", "text: &planted a", "line 1, column 7: text: anchors are not supported: leave out what begins with &"},
		{"anchor of a list", "texts: &planted [a]", "line 1, column 8: texts: anchors are not supported"},
		{"tab before a field", "inner:\n\t- text: a\n", "line 2, column 1: a tab indents this line: use spaces"},
		{"tab after spaces", "inner:\n- text: a\n \ttext: b\n", "line 3, column 2: a tab indents this line: use spaces"},
		{"tab elsewhere", "text: @\tplanted", "line 1, column 7: text that begins with this character needs quotes"},
		{"colon in a text", "number: 1\ntext: a: planted", `line 2, column 8: text with ": " in it needs quotes`},
		{"open quotes", "text: \"planted\n\n", "line 1, column 14: the file ends too early: something is not closed or has no value"},
		{"open brackets after a character of two bytes", "texts: [é\n", "line 1, column 9: the file ends too early"},
		{"not JSON", `{"text":"a","text":nul}`, "line 1, column 13: the same field is there twice"},
		{"more after the JSON", `{"number":1} {`, "line 1, column 14: did not find"},
		{"field twice in JSON", "{\n\"number\":1,\n\"number\":2}", "line 3, column 1: the same field is there twice"},
		{"wrong value after a character of two bytes in JSON", "{\n\"text\": \"é\", \"number\":\t\"1\"}", "line 2, column 24: number: expected a plain whole number"},
		{"two documents", "number: 1\n---\nnumber: 2\n", "line 3, column 1: there is a second document"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got document
			_, err := strictyaml.Unmarshal([]byte(test.text), &got)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "planted") {
				t.Errorf("%q has several lines or quotes what stands there", err)
			}
		})
	}
}

// TestUnmarshal_JSONAfterAByteOrderMark has an escape that YAML does not know.
func TestUnmarshal_JSONAfterAByteOrderMark(t *testing.T) {
	var got document
	if _, err := strictyaml.Unmarshal([]byte("\ufeff"+`{"text":"\ud83d\udd11"}`), &got); err != nil || got.Text != "🔑" {
		t.Errorf("%q, error %v", got.Text, err)
	}
}

// TestUnmarshal_KeepsText reads a text in every form that a file can give it.
func TestUnmarshal_KeepsText(t *testing.T) {
	for _, want := range []string{
		"0936506", "0x", "1_000x", "2030-12-31", "yes", "12:30", "é\u00a0\ufeff\U0001f511", `a\b`, "a'b", `a"b`, " a ", "a\nb\n", "a\tb", "", "\u2028\u2029\x00", "null", "~", "[", "&a", "<<", "=",
	} {
		asJSON, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		forms := map[string]string{
			"JSON":          `{"text":` + string(asJSON) + "}",
			"double quotes": "text: " + string(asJSON),
		}
		if strings.IndexFunc(want, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' }) < 0 {
			forms["single quotes"] = "text: '" + strings.ReplaceAll(want, "'", "''") + "'"
			forms["block"] = "text: |-2\n  " + want
		}
		if strings.ContainsFunc(want, unicode.IsDigit) {
			forms["plain"] = "text: " + want
		}
		for name, document := range forms {
			var got struct {
				Text string `json:"text"`
			}
			if _, err := strictyaml.Unmarshal([]byte(document), &got); err != nil || got.Text != want {
				t.Errorf("%s: %q becomes %q, error %v", name, want, got.Text, err)
			}
		}
	}
}

func TestDocument_Line(t *testing.T) {
	var got document
	file, err := strictyaml.Unmarshal([]byte("texts:\n- a\ninner:\n- text: b\nnamed:\n  a: 1\n  a.b: 2\n  a.b[0]: 3\n  '7': 4\n  ab: 5\n"), &got)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"texts": 2, "texts[0]": 2, "texts[1]": 2, "texts[-1]": 2, "texts.0": 2, "inner[0].text": 4, "inner[0].other.more": 4, "number": 1, "": 1,
		"named": 6, "named.a": 6, "named.a.b": 7, "named.a.b[0]": 8, "named[7]": 9, "named.7": 6, "named.ab": 10, "named.a.c": 6, "named.abc": 6,
	} {
		if line := file.Line(path); line != want {
			t.Errorf("%s: line %d, want %d", path, line, want)
		}
	}
	for path, want := range map[string][]string{"": {"texts", "inner", "named"}, "inner[0]": {"text"}, "named": {"a", "a.b", "a.b[0]", "7", "ab"}, "texts": nil, "inner[0].text": nil, "other": nil} {
		if diff := cmp.Diff(want, file.Names(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	for _, text := range []string{"", "# nothing\n", "\ufeff"} {
		if empty, err := strictyaml.Unmarshal([]byte(text), &got); err != nil || empty.Line("texts") != 1 || empty.Names("") != nil {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestReadAll_Bound(t *testing.T) {
	if data, err := strictyaml.ReadAll(strings.NewReader(strings.Repeat("a", 1<<20)), 1<<20); err != nil || len(data) != 1<<20 {
		t.Errorf("%d bytes, error %v", len(data), err)
	}
	if _, err := strictyaml.ReadAll(strings.NewReader(strings.Repeat("a", strictyaml.MaxBytes+1)), 64<<20); err == nil || err.Error() != "larger than 4 MiB" {
		t.Errorf("error %v", err)
	}
	cause := errors.New("disk on fire")
	if _, err := strictyaml.ReadAll(iotest.ErrReader(cause), 1); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	if _, err := strictyaml.ReadAll(strings.NewReader(strings.Repeat("a", 1<<20+1)), 1<<20); err == nil || err.Error() != "larger than 1 MiB" {
		t.Errorf("error %v", err)
	}
}
