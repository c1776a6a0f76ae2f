package strictyaml_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictyaml"
)

type owner struct {
	Name  string     `json:"name"`
	Since *time.Time `json:"since,omitempty"`
}

// union is like the type that the generator makes for a choice of types.
type union struct{ json.RawMessage }

// model has a field of every kind that the generator makes.
type model struct {
	ID      string             `json:"id"`
	Null    *string            `json:"null"` // required, and nullable
	Text    *string            `json:"text,omitempty"`
	Kind    *kind              `json:"kind,omitempty"`
	Small   *int32             `json:"small,omitempty"`
	Large   *int64             `json:"large,omitempty"`
	Single  *float32           `json:"single,omitempty"`
	Double  *float64           `json:"double,omitempty"`
	Switch  *bool              `json:"switch,omitempty"`
	Time    *time.Time         `json:"time,omitempty"`
	Bytes   *[]byte            `json:"bytes,omitempty"`
	List    *[]any             `json:"list,omitempty"`
	Texts   *[]string          `json:"texts,omitempty"`
	Owner   *owner             `json:"owner,omitempty"`
	Map     *map[string]string `json:"map,omitempty"`
	Owners  *map[string]owner  `json:"owners,omitempty"`
	Any     any                `json:"any,omitempty"`
	Union   *union             `json:"union,omitempty"`
	Maybe   []string           `json:"maybe,omitempty"`
	Skipped string             `json:"-"`
}

type kind string

// TestUnmarshal_ModelsSayWhatTheDocumentSays writes each model back as JSON.
func TestUnmarshal_ModelsSayWhatTheDocumentSays(t *testing.T) {
	for _, want := range []string{
		`"text":"0123","kind":"a"`,
		`"text":""`,
		`"small":-2147483648,"large":9223372036854775807`,
		`"small":0,"switch":false`,
		`"single":0.1,"double":1.7976931348623157e+308`,
		`"single":3,"double":-2.5`,
		`"switch":true`,
		`"time":"2026-08-01T10:00:00+02:00","owner":{"name":"a","since":"2026-08-01T10:00:00Z"}`,
		`"bytes":"aGVsbG8="`,
		`"list":[1,9223372036854775807,0.5,"a",true,null,[],{"b":[{}]}],"texts":[]`,
		`"map":{"A b":"1","null":"x"},"owners":{"x":{"name":"y"}}`,
		`"map":{}`,
		`"any":{"a":[null,"1"]}`,
		`"any":"text"`,
		`"union":{"a":1}`,
		`"maybe":["a"]`,
	} {
		t.Run(want, func(t *testing.T) {
			want = `{"id":"i","null":null,` + want + `}`
			var got model
			if _, err := strictyaml.Unmarshal([]byte(want), &got); err != nil {
				t.Fatal(err)
			}
			written, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(t, want), plain(t, string(written))); diff != "" {
				t.Errorf("(-document +model):\n%s", diff)
			}
		})
	}
}

func plain(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestUnmarshal_Block(t *testing.T) {
	var got struct {
		Models []model `json:"models"`
	}
	const document = "models:\n- id: \"1\"\n  null: ~\n  text: '0x1'\n  time: 2026-08-01T10:00:00Z\n  owner:\n    name: a # b\n  owners:\n    b: {name: c}\n  any:\n    - a\n    - c: |\n        d\n"
	if _, err := strictyaml.Unmarshal([]byte(document), &got); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(got.Models)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"1","null":null,"text":"0x1","time":"2026-08-01T10:00:00Z","owner":{"name":"a"},"owners":{"b":{"name":"c"}},"any":["a",{"c":"d\n"}]}]`
	if diff := cmp.Diff(want, string(written)); diff != "" {
		t.Error(diff)
	}
}

func TestUnmarshal_ModelsSayWhere(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"required", "null: a\n", "line 1, column 1: id is missing"},
		{"required, in another form", "{id: a}\n", "line 1, column 1: null is missing"},
		{"required, below", "owner: {since: 2026-08-01T10:00:00Z}\n", "line 1, column 8: owner: name is missing"},
		{"required, null", "id: null\n", "line 1, column 5: id: has no value"},
		{"optional, null", "text: null\n", "line 1, column 7: text: has no value: give one, or leave it out"},
		{"optional, null of any kind", "any: ~\n", "line 1, column 6: any: has no value"},
		{"optional, left out where it is empty", "maybe: []\n", "line 1, column 8: maybe: has no value"},
		{"optional, left out, after others", "id: a\nnull: b\nmaybe: []\n", "line 3, column 8: maybe: has no value"},
		{"unknown", "owner: {name: a, named: b}\n", `line 1, column 18: owner: unknown field "named"`},
		{"a field that is not written", "Skipped: a\n", "line 1, column 1: unknown field"},
		{"a field by its Go name", "ID: a\n", "line 1, column 1: unknown field"},
		{"twice", "id: a\nmap:\n  a: b\n  a: c\n", "line 4, column 3: map: the same field is there twice"},
		{"number for a text", "map: {a: 1}\n", "line 1, column 10: map.a: expected text: put it in quotes"},
		{"number for a named text", "kind: 1\n", "line 1, column 7: kind: expected text: put it in quotes"},
		{"text for a switch", "switch: planted\n", "line 1, column 9: switch: expected true or false"},
		{"number over 32 bits", "small: 2147483648\n", "line 1, column 8: small: the number is too large"},
		{"fraction", "large: 1.0\n", "line 1, column 8: large: expected a plain whole number"},
		{"text for a number", "double: planted\n", "line 1, column 9: double: expected a plain number"},
		{"quoted number", "double: '1'\n", "line 1, column 9: double: expected a plain number"},
		{"hexadecimal number", "single: 0x10\n", "line 1, column 9: single: write numbers in plain digits, and put text in quotes"},
		{"number over 64 bits", "double: 1e400\n", "line 1, column 9: double: the number is too large"},
		{"too many digits", "single: 16777217\n", "line 1, column 9: single: the number has too many digits"},
		{"text for a time", "time: planted\n", "line 1, column 7: time: expected a date and time such as"},
		{"text for bytes", "bytes: planted!\n", "line 1, column 8: bytes: expected another kind of value"},
		{"octal number of any kind", "list: [1, 010]\n", "line 1, column 11: list[1]: write numbers in plain digits, and put text in quotes"},
		{"infinity of any kind", "any: .inf\n", "line 1, column 6: any: write numbers in plain digits, and put text in quotes"},
		{"null for a list", "texts: [a, null]\n", "line 1, column 12: texts[1]: has no value"},
		{"null by name", "map: {a: ~}\n", "line 1, column 10: map.a: has no value"},
		{"an anchor as a name", "map:\n  &a b: c\n", "line 2, column 3: map: expected a plain name"},
		{"a merge key", "map: {<<: {a: b}}\n", "line 1, column 7: map: merge keys are not read"},
		{"a list as a name", "map: {? [planted] : b}\n", "line 1, column 9: map: expected a plain name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got model
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

// opaque takes anything, and writes something else.
type opaque struct{ written string }

func (o *opaque) UnmarshalJSON([]byte) error { return nil }

func (o *opaque) MarshalJSON() ([]byte, error) { return []byte(o.written), nil }

// TestUnmarshal_WhatATypeWritesInOtherWords is its own affair, but for what is lost or added.
func TestUnmarshal_WhatATypeWritesInOtherWords(t *testing.T) {
	for _, test := range []struct{ text, written, want string }{
		{"{a: 1}", `"x"`, ""}, {"x", `{"a":1}`, ""}, {"[1]", `"x"`, ""}, {"x", `[1]`, ""}, {"1", `"2"`, ""}, {"x", "2", ""}, {"[1]", `{"a":1}`, ""}, {"{a: 1}", `[1]`, ""},
		{"1", "2", "the number has too many digits"}, {"[1]", "[1,2]", "has no value"}, {"x", "null", "has no value"}, {"[1]", "null", "has no value"}, {"{a: 1}", `{"a":1,"b":2}`, "b is missing"},
	} {
		_, err := strictyaml.Unmarshal([]byte(test.text), &opaque{test.written})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s written as %s: error %v, want %q", test.text, test.written, err, test.want)
		}
	}
}

type base struct {
	Begin string `json:"begin,omitzero"`
}

// Middle is exported: an embedded pointer to another type can't be set.
type Middle struct {
	Middle string `json:"middle,omitzero"`
}

// TestUnmarshal_NamesTheFieldsOfAnyStruct looks into structs that others embed.
func TestUnmarshal_NamesTheFieldsOfAnyStruct(t *testing.T) {
	var derived struct {
		base
		*Middle
		End     string `json:"end,omitzero"`
		Skipped string `json:"-"`
		Plain   int    `json:",omitzero"`
		Large   uint64 `json:"large,omitzero"`
	}
	var empty struct{}
	for text, test := range map[string]struct {
		into any
		want string
	}{
		"wrong: 1": {&derived, `line 1, column 1: unknown field "wrong": the fields here are begin, middle, end, large`},
		"other: 1": {&empty, `line 1, column 1: unknown field "other"`},
		"Plain: x": {&derived, "line 1, column 8: Plain: expected a plain whole number"},
		"large: x": {&derived, "line 1, column 8: large: expected a plain whole number"},
	} {
		if _, err := strictyaml.Unmarshal([]byte(text), test.into); err == nil || err.Error() != test.want {
			t.Errorf("%s: error %v, want %s", text, err, test.want)
		}
	}
}
