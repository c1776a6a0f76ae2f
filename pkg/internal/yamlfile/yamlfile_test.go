package yamlfile_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/yamlfile"
)

type inner struct {
	Text string `json:"text"`
}

type embedded struct {
	Texts []string `json:"texts"`
}

type document struct {
	embedded
	Number  int64            `json:"number"`
	Text    string           `json:"text"`
	Inner   []inner          `json:"inner"`
	Named   map[string]int64 `json:"named"`
	Switch  bool             `json:"switch"`
	Seconds float64          `json:"seconds"`
	Placed  yamlfile.Text    `json:"some_text"`
	Skipped string           `json:"-"`
}

const fields = "the fields here are texts, number, text, inner, named, switch, seconds, some_text"

func TestUnmarshal_Takes(t *testing.T) {
	want := document{
		Number: 9223372036854775807, Text: "0123", embedded: embedded{[]string{"a", "true", "multi\nline\n"}}, Inner: []inner{{"1.10"}},
		Named: map[string]int64{"z": 2, "a": 1}, Switch: true, Seconds: 0.5,
	}
	asJSON := `{"number":9223372036854775807,"text":"0123","texts":["a","true","multi\nline\n"],"inner":[{"text":"1.10"}],"named":{"z":2,"a":1},"switch":true,"seconds":5e-1}`
	for name, text := range map[string]string{
		"block":           "number: 9223372036854775807\ntext: '0123'\ntexts:\n- a\n- \"true\"\n- |\n  multi\n  line\ninner:\n- text: \"1.10\"\nnamed:\n  z: 2\n  a: 1\nswitch: True\nseconds: 0.5",
		"brackets":        "---\n{number: 9223372036854775807, text: 0123, texts: [a, 'true', \"multi\\nline\\n\",], inner: [{text: '1.10'}], named: {z: 2, a: 1}, switch: TRUE, seconds: 0.50}\n...\n",
		"JSON":            asJSON,
		"JSON with a tab": strings.ReplaceAll(asJSON, ",", ",\n\t"),
		"byte order mark": "\ufeff" + asJSON,
		"lines of old":    "number: 9223372036854775807\rtext: 0123\rtexts: [a, 'true', \"multi\\nline\\n\"]\rinner:\r\n- text: '1.10'\r\nnamed: {z: 2, a: 1}\rswitch: true\rseconds: 0.5",
		"version":         "%YAML 1.2\n---\n# comment\n" + strings.ReplaceAll(asJSON, ",", ",\n"),
		"comma too many":  strings.Replace(asJSON, "]", ",]", 1),
	} {
		var got document
		if _, err := yamlfile.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, got, cmp.AllowUnexported(document{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, text := range []string{"", "# nothing\n", "\ufeff", "{}"} {
		var got document
		if file, err := yamlfile.Unmarshal([]byte(text), &got); err != nil || file.Line("/texts") != 1 {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestUnmarshal_SaysWhere(t *testing.T) {
	const backslash = `a backslash in double quotes begins an escape such as \n or \u00e9: write \\, or use single quotes`
	tests := []struct{ name, text, want string }{
		// Fields.
		{"unknown field", "number: 1\nnumbers: 2\n", `line 2: unknown field "numbers": ` + fields},
		{"something for a field", "number: 1\nplanted-Key-123: 2\n", "line 2: unknown field: " + fields},
		{"field in another case", "Number: 1\n", `line 1: unknown field "Number": write "number"`},
		{"field with a low line", "number_: 1\n", `line 1: unknown field "number_": write "number"`},
		{"field with a hyphen", "some-text: 1\n", `line 1: unknown field "some-text": write "some_text"`},
		{"field of Go", "Skipped: 1\n", "line 1: unknown field: " + fields},
		{"unknown field where there is one", "inner:\n- planted-x: 1\n", "line 2: inner[0]: unknown field: the fields here are text"},
		{"field twice", "number: 1\nnumber: 2\n", "line 2: the same field is there twice"},
		{"field twice in JSON", "{\n\"inner\":[{\"text\":\"a\",\n\"text\":\"b\"}]}", "line 3: inner[0]: the same field is there twice"},
		{"list as a name", "named:\n  ? [planted]\n  : 1\n", "line 2, column 5: expected a plain name"},
		{"object as a name", "? {planted: x}\n: 1\n", "line 1, column 3: expected a plain name"},

		// Values.
		{"text for a number", "number: planted\n", "line 1: number: expected a plain whole number"},
		{"fraction for a number", "number: 1.5\n", "line 1: number: expected a plain whole number"},
		{"octal number", "number: 0123\n", "line 1: number: expected a plain whole number"},
		{"quoted number", "number: '1'\n", "line 1: number: expected a plain whole number"},
		{"too large a number", "number: 99999999999999999999\n", "line 1: number: the number is too large"},
		{"text for a fraction", "seconds: 2s\n", "line 1: seconds: expected a plain number"},
		{"infinity", "seconds: .inf\n", "line 1: seconds: expected a plain number"},
		{"number for a text", "text: 123\n", "line 1: text: expected text: put it in quotes"},
		{"switch for a text", "text: true\n", "line 1: text: expected text: put it in quotes"},
		{"number for a text with a line", "text: a\nsome_text: 1\n", "line 2: some_text: expected text: put it in quotes"},
		{"number in a list of objects", "inner:\n- text: a\n- text: 1\n", "line 3: inner[1].text: expected text: put it in quotes"},
		{"text by name", "named: {a: 1,\nb: planted}\n", "line 2: named.b: expected a plain whole number"},
		{"another switch", "switch: yes\n", "line 1: switch: expected true or false"},
		{"text for a list", "texts: planted\n", `line 1: texts: expected a list: write [client_id], or begin each element with "- "`},
		{"object for a list", "inner:\n  text: planted\n", `line 2: inner: expected a list: begin each element with "- "`},
		{"list for names", "named:\n- a: 1\n- b: 2\n", "line 2: named: expected names with values, such as staging: 936506"},
		{"text for an object", "inner: [planted]\n", `line 1: inner[0]: expected fields, written "name: value": the fields here are text`},
		{"no value", "text: a\ntexts:\n", "line 2: texts: has no value: give one, indent what belongs to it, or leave it out"},
		{"no value of something for a field", "text: a\nplanted-Key-123:\n", "line 2: unknown field: "},
		{"no value of a name with a control character", `named: {"a\tb": null}`, `line 1: named.a\u0009b: has no value`},
		{"hyphen at the end", "texts:\n-", "line 2: texts[0]: has no value"},

		// What JSON has not.
		{"alias", "text: *planted\n", "line 1, column 7: anchors, aliases and merge keys are not read: write the value out"},
		{"anchor of a list", "texts: &planted [a]", "line 1, column 8: anchors, aliases"},
		{"merge key", "inner:\n- <<: {text: a}\n", "line 2, column 3: anchors, aliases and merge keys"},
		{"binary", "text: !!binary cGxhbnRlZA==", "line 1, column 7: tags are not read: put text that begins with ! in quotes"},
		{"number as text", "text: !!str 1", "line 1, column 7: tags are not read"},
		{"tag without a name", "text: ! planted", "line 1, column 7: tags are not read"},
		{"directive", "text: a\n...\n%TAG planted\n", "line 3, column 1: this is not read: leave it out, or write \\u0025 in double quotes"},
		{"version that is none", "%YAML planted\n---\ntext: a\n", "line 1, column 1: this is not read"},
		{"two documents", "number: 1\n---\nnumber: 2\n", "line 2, column 1: there is a second document: a file holds one"},

		// What is not YAML.
		{"not closed", "texts: [\n", "line 1, column 8: the file ends too early: something is not closed or has no value"},
		{"open quotes", "text: \"planted\n\n", "line 1, column 14: the file ends too early"},
		{"single quote in the middle", "text: 'planted\nnumber: 1\n", "line 2, column 9: the file ends too early"},
		{"colon in a text", "number: 1\ntext: a: planted", `line 2, column 8: this goes on with the text before it: put text with ": " in quotes`},
		{"indented too far", "text: planted\n  number: 1\n", "line 2, column 9: this goes on with the text before it: "},
		{"no space after a colon", "inner:\n- text: a\n  texts:planted\n  number: 1\n", `line 4, column 3: there is no ": " here or in the line before: write name: value`},
		{"dedented", "inner:\n  - text: a\n number: 1\n", "line 3, column 2: this does not fit the lines before it: indent alike what belongs together"},
		{"field in a list", "- a\nnumber: 1\n", `line 2, column 1: this line does not begin with "- " like those before it: add it, or indent`},
		{"no comma", "texts: [a, \"b\" \"planted\"]\n", "line 1, column 16: a comma or a closing bracket is missing before this"},
		{"text after brackets", "[planted] planted", "line 1, column 11: this does not belong to the value before it: is a colon or a quote missing?"},
		{"unknown escape", `text: "planted\q"`, "line 1, column 15: " + backslash},
		{"escape with half of a pair", `text: "planted\ud800"`, "line 1, column 17: " + backslash},
		{"tag with a bracket", "text: !a[b] planted", "line 1, column 9: found character '[' that is not allowed in a YAML tag"},
		{"reserved", "text: @planted", "line 1, column 7: text that begins with this character needs quotes"},
		{"reserved after an old line break", "text: a\rtext: @planted", "line 2, column 7: text that begins with this character needs quotes"},
		{"tab", "inner:\n\t- text: planted\n", "line 2, column 1: a tab indents this line: use spaces"},
		{"tab after an old line break", "inner:\r\ttext: planted\r", "line 2, column 1: a tab indents this line: use spaces"},
		{"no-break space as indentation", "inner:\n- text: planted\n\u00a0\u00a0number: 1\n", "line 3, column 1: this is a no-break space: write a plain space"},
		{"no-break space at the top", "\u00a0number: planted\n", "line 1, column 1: this is a no-break space"},
		{"no-break space after a colon", "text:\u00a0planted\nnumber: 1\n", "line 1, column 6: this is a no-break space"},
		{"no-break space after a hyphen", "texts:\n-\u00a0planted\n", "line 2, column 2: this is a no-break space"},
		{"no-break space before a list", "inner:\n- text: é\n  texts:\u00a0\n  - planted\nnumber: 1\n", "line 3, column 9: this is a no-break space"},

		// What is not text, and what YAML would change.
		{"Latin-1", "number: 1\ntext: \ufffd plantée\xe9\n", "line 2, column 16: this is not UTF-8: save the file as UTF-8"},
		{"UTF-16", "\xff\xfet\x00e\x00", "line 1, column 1: this is UTF-16: save the file as UTF-8"},
		{"UTF-16 of the other kind", "\xfe\xff\x00t\x00e", "line 1, column 1: this is UTF-16"},
		{"UTF-16 without a mark", "t\x00e\x00", "line 1, column 1: this is UTF-16"},
		{"UTF-16 of the other kind without a mark", "\x00t\x00e", "line 1, column 1: this is UTF-16"},
		{"control character", "text: 'planted\a'", `line 1, column 15: this is not read: leave it out, or write \u0007 in double quotes`},
		{"control character past ASCII", "text: 'planted\u009b'", `line 1, column 15: this is not read: leave it out, or write \u009b in double quotes`},
		{"line separator", "text: 'planted\u0085'", `line 1, column 15: this is not read: leave it out, or write \u0085 in double quotes`},
		{"line separator of Unicode", "text: 'planted\u2028'", `line 1, column 15: this is not read: leave it out, or write \u2028 in double quotes`},
		{"line separator before a reserved character", "text: planted\u2028@", `line 1, column 14: this is not read: leave it out, or write \u2028 in double quotes`},
		{"no character", "text: 'planted\uffff'", `line 1, column 15: this is not read: leave it out, or write \uffff in double quotes`},

		// JSON that is none.
		{"comment in JSON", "{\n  // planted\n  \"text\": \"a\"}", "line 2, column 3: JSON has no comments: leave this one out"},
		{"comment after a value in JSON", "{\"text\": \"a\", // planted\n\"number\": 1}", "line 1, column 15: JSON has no comments"},
		{"other comment in JSON", "{\"text\": /* planted */ \"a\"}", "line 1, column 10: JSON has no comments"},
		{"comment before JSON", "// planted\n{\"text\": \"a\"}", "line 1, column 1: JSON has no comments"},
		{"comma before a bracket, in what is no YAML", "{\n\"text\": \"\\ud83d\\udd11\",\n}", "line 2, column 23: JSON has no comma before a closing bracket: leave it out"},
		{"more after the JSON", `{"number":1} {`, "line 1, column 14: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got document
			_, err := yamlfile.Unmarshal([]byte(test.text), &got)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "planted") {
				t.Errorf("%q has several lines or quotes what stands there", err)
			}
		})
	}
}

// TestUnmarshal_KeepsText reads a text in every form that a file can give it.
func TestUnmarshal_KeepsText(t *testing.T) {
	plain := []string{"0936506", "0123", "0x10", "1_000", "+1", ".5", "2030-12-31", "yes", "no", "on", "12:30", "1.2.3", "é\u00a0\ufeff\U0001f511", `a\b`, "a'b", `a"b`, "a\u00a0:\u00a0b", "="}
	quoted := []string{"1", "1e3", "true", "True", " a ", "a\nb\n", "a\tb", "", "\u2028\u2029\x00\u0085", "null", "~", "[", "&a", "<<", "% a", "a: b", "a #b", "- a", ":\u00a0a"}
	for i, want := range append(plain, quoted...) {
		asJSON, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		forms := []string{`{"text":` + string(asJSON) + "}", "text: " + string(asJSON), "# YAML\ntext: " + strings.ReplaceAll(string(asJSON), "\u0085", `\u0085`)}
		if strings.Contains(want, "\u0085") {
			forms = append(forms[:1], forms[2]) // raw, JSON keeps it and YAML would not
		}
		if i < len(plain) {
			forms = append(forms, "text: "+want, "{text: "+want+"}")
		}
		if !strings.ContainsFunc(want, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' }) {
			forms = append(forms, "text: '"+strings.ReplaceAll(want, "'", "''")+"'", "text: |-2\n  "+want)
		}
		for _, form := range forms {
			var got document
			if _, err := yamlfile.Unmarshal([]byte(form), &got); err != nil || got.Text != want {
				t.Errorf("%q: %q becomes %q, error %v", form, want, got.Text, err)
			}
		}
	}
	var names document
	want := map[string]int64{"null": 1, "~": 2, "True": 3, "12": 4, "0x1": 5, "no": 6}
	if _, err := yamlfile.Unmarshal([]byte("named: {null: 1, ~: 2, True: 3, 12: 4, 0x1: 5, no: 6}"), &names); err != nil || !cmp.Equal(want, names.Named) {
		t.Errorf("names: %v, error %v", names.Named, err)
	}
	var got document
	if _, err := yamlfile.Unmarshal([]byte("\ufeff"+`{"text":"\ud83d\udd11\/","$schema":"x"}`), &struct {
		Schema string `json:"$schema"`
		*document
	}{document: &got}); err != nil || got.Text != "🔑/" {
		t.Errorf("JSON as Python writes it: %q, error %v", got.Text, err)
	}
}

func TestFile_Line(t *testing.T) {
	const block = "texts:\n- a\ninner:\n- text: b\nnamed:\n  a: 1\n  a.b: 2\n  '7': 4\n\n  a/b: 5\nsome_text:\n\n  x\n"
	const inJSON = "{\"texts\":\n[\"a\"],\"inner\"\n:[\n{\"text\":\"b\"}],\n\"named\":{\n\"a\":1,\n\"a.b\":2,\n\"7\":4,\n\n\"a/b\":5},\n\n\n\"some_text\":\"x\"}"
	for _, test := range []struct {
		text  string
		lines map[string]int
	}{
		{block, map[string]int{"": 1, "/texts": 1, "/texts/0": 2, "/texts/1": 1, "/texts/x": 1, "/inner/0/text": 4, "/inner/0/other/more": 4, "/number": 1, "/named": 5, "/named/a": 6, "/named/a.b": 7, "/named/7": 8, "/named/a~1b": 10, "/named/ab": 5}},
		{inJSON, map[string]int{"": 1, "/texts": 1, "/texts/0": 2, "/inner": 2, "/inner/0": 4, "/named/a": 6, "/named/a~1b": 10, "/some_text": 13}},
	} {
		var got document
		file, err := yamlfile.Unmarshal([]byte(test.text), &got)
		if err != nil {
			t.Fatal(err)
		}
		if got.Placed != (yamlfile.Text{Value: "x", Line: 13}) {
			t.Errorf("%+v", got.Placed)
		}
		lines := map[string]int{}
		for pointer := range test.lines {
			lines[pointer] = file.Line(jsontext.Pointer(pointer))
		}
		if diff := cmp.Diff(test.lines, lines); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for pointer, want := range map[string]string{"": "", "/connectors/0/team_id": "connectors[0].team_id", "/0/1": "[0][1]", "/environments/e1": "environments.e1"} {
		if got := yamlfile.Path(jsontext.Pointer(pointer)); got != want {
			t.Errorf("%s: %s, want %s", pointer, got, want)
		}
	}
}
