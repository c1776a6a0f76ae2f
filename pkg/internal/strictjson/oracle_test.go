package strictjson_test

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// kinds has a property for each function that reads one. Value reads every kind that has no function of its own.
type kinds struct {
	S   string     `json:"s"`
	I   int8       `json:"i"`
	U   uint8      `json:"u"`
	L   int64      `json:"l"`
	D   float64    `json:"d"`
	T   netip.Addr `json:"t"`
	P   *string    `json:"p"`
	I8s []int8     `json:"i8s"`
	A   any        `json:"a"`
	O   []kinds    `json:"o"`

	Found []string `json:"-"`
}

func readKinds(r *strictjson.Reader, v *kinds) bool {
	if !r.Object() {
		return false
	}
	for r.More() {
		name := string(r.Name())
		if read, ok := readers[name]; ok {
			if read(r, v) {
				v.Found = append(v.Found, name)
			}
		} else {
			r.Skip()
		}
	}
	return r.Complete(nil, nil)
}

var readers map[string]func(*strictjson.Reader, *kinds) bool

func init() {
	readers = map[string]func(*strictjson.Reader, *kinds) bool{
		"s":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.String(r, &v.S) },
		"i":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Int(r, &v.I) },
		"u":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Int(r, &v.U) },
		"l":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Int(r, &v.L) },
		"d":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Value(r, &v.D) },
		"t":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Value(r, &v.T) },
		"p":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Pointer(r, &v.P, strictjson.String) },
		"i8s": func(r *strictjson.Reader, v *kinds) bool { return strictjson.List(r, &v.I8s, strictjson.Int) },
		"a":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.Value(r, &v.A) },
		"o":   func(r *strictjson.Reader, v *kinds) bool { return strictjson.List(r, &v.O, readKinds) },
	}
}

var addresses = cmp.Options{cmpopts.EquateComparable(netip.Addr{}), cmpopts.IgnoreFields(kinds{}, "Found")}

// rightBodies returns bodies that are valid for kinds. The tests also try every mutation of them.
func rightBodies() []string {
	values := []string{
		`"s":""`, `"s":"plain text of more than eight bytes, and more"`, `"s":"a\"b\\c\/d\be\ff\ng\rh\ti"`, `"s":"\u0041\u00e9\u20AC\uD83D\uDD11é€🔑"`, "\"s\":\"del \x7f\"",
		`"i":0`, `"i":-128`, `"i":127`, `"u":255`, `"u":0`, `"l":-9223372036854775808`, `"l":9223372036854775807`, `"a":"half no\ufffdr �"`,
		`"d":1e308`, `"d":-0`, `"d":0.1E-7`, `"d":123456789.123456789`,
		`"t":"192.0.2.1"`, `"p":"x"`, `"p":null`,
		`"i8s":[]`, `"i8s":[ 1 , -2,3 ]`, `"o":[{},{"s":"x"}]`,
		`"a":null`, `"a":{"x":[1,"2",true,false,null,{}],"y":{}}`, `"a":[[[]]]`, `"a":"a\u00e9"`, `"a":-1.5e3`,
		`"unknown":{"x":[1,"\n",{"y":null}],"x2":-0.5e+7}`, `"s":"a","i":1,"u":2,"i8s":[4],"x":1,"unknown":[true , false]`,
		`"x":{"y":1,"z":{}},"y":2,"z":{"y":3}`, `"\ud83d\udd11":"\ud83d\udd11\\ud83d"`,
	}
	for i, value := range values {
		values[i] = "{" + value + "}"
	}
	return append(values, " \t\r\n{ \"s\" :\t\"a\"\r\n, \"b\" : true } ", `{"x1":1,"x2":1,"x3":1,"x4":1,"x5":1,"x6":1,"x7":1,"x8":1,"x9":1,"xa":1,"xb":1,"xc":1,"xd":1,"xe":1,"xf":1,"xg":1,"xh":1,"xi":1}`)
}

// mutations calls try with the body, with each of its prefixes, and with each byte removed, doubled or replaced.
func mutations(body string, try func([]byte)) {
	try([]byte(body))
	for at := range len(body) {
		try([]byte(body[:at]))
		try([]byte(body[:at] + body[at+1:]))
		try([]byte(body[:at+1] + body[at:]))
		for _, c := range []byte("\"\\{}[]:,01289-+.eEtfnulDdaAgGFx /\n\x00\x1f\x80\xff") {
			mutated := []byte(body)
			mutated[at] = c
			try(mutated)
		}
	}
}

// TestStrict_AgreesWithEncodingJSON compares with version 2 of encoding/json which bodies are accepted, and what they mean.
// That version refuses repeated names, invalid UTF-8, halves of surrogate pairs and data after the JSON. Lenient reads a valid
// body as Strict does, accepts all others, and returns only valid UTF-8.
func TestStrict_AgreesWithEncodingJSON(t *testing.T) {
	right, wrong := 0, 0
	for _, body := range rightBodies() {
		mutations(body, func(body []byte) {
			var got, want, lenient kinds
			err := strictjson.Strict(body, &got, readKinds)
			strictjson.Lenient(body, &lenient, readKinds, unchanged)
			if !utf8.ValidString(lenient.S) {
				t.Fatalf("%q, leniently: %q", body, lenient.S)
			}
			oracle := json.Unmarshal(body, &want)
			if bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
				return // null has nothing to read
			}
			// Strict reads -0 as 0, and encoding/json refuses it for an unsigned integer.
			if minusZero := bytes.Contains(body, []byte(`:-0}`)); (err == nil) != (oracle == nil) && !minusZero {
				t.Fatalf("%q: %v, and encoding/json says %v", body, err, oracle)
			}
			if err != nil {
				wrong++
				return
			}
			right++
			if diff := cmp.Diff(want, got, addresses); diff != "" {
				t.Fatalf("%q (-encoding/json +read):\n%s", body, diff)
			}
			if diff := cmp.Diff(got, lenient, addresses); diff != "" {
				t.Fatalf("%q (-strict +lenient):\n%s", body, diff)
			}
		})
	}
	if right < 1000 || wrong < 10_000 {
		t.Errorf("%d right and %d wrong bodies", right, wrong)
	}
}

// TestReaders_OfEveryKind gives each property the values of all others. A value of the right kind is found and read. Any
// other leaves the property unchanged, and is an error for Strict only.
func TestReaders_OfEveryKind(t *testing.T) {
	values := []string{
		`null`, `true`, `false`, `"text"`, `"AAEC"`, `"192.0.2.1"`, `0`, `1`, `-1`, `127`, `128`, `-128`, `-129`, `255`, `256`, `1.5`, `1e2`, `1e39`, `1e309`, `-1e309`,
		`9223372036854775807`, `9223372036854775808`, `-9223372036854775809`, `18446744073709551615`, `18446744073709551616`,
		`[]`, `[1]`, `["a"]`, `[1.5]`, `{}`, `{"x":1}`, `{"x":"y"}`, `[{}]`, `[{"s":"a"}]`,
	}
	for name := range readers {
		for _, value := range values {
			body := []byte(`{"` + name + `":` + value + `,"after":1}`)
			var strict, lenient, want kinds
			err := strictjson.Strict(body, &strict, readKinds)
			strictjson.Lenient(body, &lenient, readKinds, unchanged)
			oracle := json.Unmarshal(body, &want)
			if (err == nil) != (oracle == nil) || err != nil && err.Incomplete {
				t.Errorf("%s: %v, and encoding/json says %v", body, err, oracle)
			}
			found := oracle == nil && value != "null"
			if slices.Contains(strict.Found, name) != found {
				t.Errorf("%s: found %v", body, strict.Found)
			}
			if diff := cmp.Diff(want, lenient, addresses); oracle == nil && diff != "" || found && !slices.Contains(lenient.Found, name) {
				t.Errorf("%s, leniently: found %v (-want +got):\n%s", body, lenient.Found, diff)
			}
			if isScalar := !strings.ContainsAny(value, "[{"); oracle != nil && isScalar && lenient.Found != nil {
				t.Errorf("%s, leniently: found %v", body, lenient.Found)
			}
		}
	}
}

func unchanged(text string) string { return text }
