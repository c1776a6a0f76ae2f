package strictjson_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// model and readModel look like what the generator writes.
type model struct {
	Text  string
	Count int8
	Items []item
	More  *time.Time
}

type item struct{ Name string }

func readModel(r *strictjson.Reader, v *model) bool {
	if !r.Object() {
		return false
	}
	var found [2]bool
	for r.More() {
		switch string(r.Name()) {
		case "text":
			found[0] = strictjson.String(r, &v.Text) || found[0]
		case "items":
			found[1] = strictjson.List(r, &v.Items, readItem) || found[1]
		case "count":
			_ = strictjson.Int(r, &v.Count)
		case "more":
			_ = strictjson.Pointer(r, &v.More, strictjson.Value)
		default:
			r.Skip()
		}
	}
	return r.Complete(found[:], []string{"text", "items"})
}

func readItem(r *strictjson.Reader, v *item) bool {
	if !r.Object() {
		return false
	}
	found := false
	for r.More() {
		if string(r.Name()) == "name" {
			found = strictjson.String(r, &v.Name) || found
		} else {
			r.Skip()
		}
	}
	return r.Complete([]bool{found}, []string{"name"})
}

// many returns count properties with distinct names.
func many(members int) string {
	all := make([]string, members)
	for i := range all {
		all[i] = fmt.Sprintf(`"n%d":{"n%d":[]}`, i, i)
	}
	return strings.Join(all, ",")
}

var at = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func TestStrict_Reads(t *testing.T) {
	for _, test := range []struct {
		body string
		want model
	}{
		{`{"text":"","items":[]}`, model{Items: []item{}}},
		{` {"items":[{"name":"a"},{"name":"\u00e9\ud83d\udd11"}],"text":"t","count":-128,"more":"2026-11-24T10:00:00Z"} `, model{"t", -128, []item{{"a"}, {"é🔑"}}, &at}},
		{`{"text":"t","items":[],"count":null,"more":null}`, model{Text: "t", Items: []item{}}},
		{`{"text":"t","items":[],"x":` + strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999) + `}`, model{Text: "t", Items: []item{}}},
		{`{"text":"t",` + many(100) + `,"x":{` + many(50) + `},"items":[]}`, model{Text: "t", Items: []item{}}},
		{`{"text":"\ufffd � \\ud83d \uD83D\uDD11\udbff\udfff\uDBFF\uDFFF","items":[]}`, model{Text: "� � \\ud83d 🔑\U0010FFFF\U0010FFFF", Items: []item{}}},
		{`{"t\u0065xt":"t","items":[{"name":"a","unknown":{"name":5,"x":[1,{}]}}],"Text":1}`, model{Text: "t", Items: []item{{"a"}}}},
	} {
		var got model
		if err := strictjson.Strict([]byte(test.body), &got, readModel); err != nil {
			t.Errorf("%s: %v", test.body, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
}

func TestStrict_Refuses(t *testing.T) {
	const planted = "planted-value"
	const wrong, incomplete = false, true
	for _, test := range []struct {
		name, body, reason string
		incomplete         bool
	}{
		{"nothing", "", "empty", wrong},
		{"null", "null", "unexpected shape", wrong},
		{"no JSON", "<" + planted, "from byte 1 on", wrong},
		{"half of it", `{"text":"t","items":[`, "ends too early", wrong},
		{"a name twice", `{"text":"t","items":[],"` + planted + `":1,"` + planted + `":2}`, "same name twice", wrong},
		{"a name twice, once with an escape", `{"text":"t","items":[],"x":{"a":1,"\u0061":2}}`, "same name twice", wrong},
		{"a name twice among many", `{"text":"t","items":[],"x":{` + many(100) + `,"n7":0}}`, "same name twice", wrong},
		{"too deep", `{"text":"t","items":[],"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, "not JSON", wrong},
		{"a comma too many", `{"text":"t","items":[],}`, "not JSON, from byte 24 on", wrong},
		{"the first half of a surrogate pair", `{"text":"\ud83d","items":[]}`, "surrogate pair", wrong},
		{"the second half", `{"text":"\ud83d\udd11\udd11","items":[]}`, "surrogate pair", wrong},
		{"the halves in the wrong order, inside what is unknown", `{"text":"t","items":[],"x":["\udd11\ud83d"]}`, "surrogate pair", wrong},
		{"two names of halves, which encoding/json reads as one name", `{"text":"t","items":[],"\ud800":1,"\udc00":2}`, "surrogate pair", wrong},
		{"invalid UTF-8", "{\"text\":\"\xff\",\"items\":[]}", "UTF-8", wrong},
		{"no time", `{"text":"t","items":[],"more":"` + planted + `"}`, "unexpected shape", wrong},
		{"null for what is required", `{"text":null,"items":[]}`, `"text" is missing`, incomplete},
		{"in another case", `{"Text":"t","items":[]}`, `"text" is missing`, incomplete},
		{"an incomplete item", `{"text":"t","items":[{"name":"a"},{"x":"` + planted + `"}]}`, `"name" is missing`, incomplete},
		{"a null in a list", `{"text":"t","items":[null,{"name":"a"}]}`, `an item of a list is missing`, incomplete},
	} {
		var got model
		err := strictjson.Strict([]byte(test.body), &got, readModel)
		if err == nil || err.Incomplete != test.incomplete || !strings.Contains(err.Error(), test.reason) || strings.Contains(err.Error(), planted) {
			t.Errorf("%s: %+v, want %q", test.name, err, test.reason)
		}
		if strings.Contains(test.name, "item") && cmp.Diff([]item{{"a"}}, got.Items) != "" {
			t.Errorf("%s: items %v, want the complete one", test.name, got.Items)
		}
	}
}

func TestLenient_ReadsWhatThereIs(t *testing.T) {
	for body, want := range map[string]model{
		"":                              {},
		"<html>":                        {},
		"null":                          {},
		`[{"text":"t"}]`:                {},
		`{"text":"a","text":"b"}`:       {Text: "B"},
		`{"text":"a","text":null}`:      {Text: "A"},
		`{"text":"a","count":"x"`:       {Text: "A"},
		`{"count":5,"text":{"x":1},"m"`: {Count: 5},
		`{"count":500,"items":[{"name":"a"},5,{"name":null},null],"more":"never"}`: {Items: []item{{"A"}}},
		"{\"text\":\"a\xff\",\"count\":1}":                                         {Text: "A\uFFFD", Count: 1},
		`{"more":"2026-11-24t10:00:00z"}`:                                          {More: &at}, // as changed by the function
		`{"text":"a"} and more`:                                                    {Text: "A"},
		`{"text":"a\ud83d"}`:                                                       {Text: "A\uFFFD"},
	} {
		var got model
		strictjson.Lenient([]byte(body), &got, readModel, strings.ToUpper)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

// TestStrict_ListsInListsTakeLittle: a body can't make each nested list reserve memory for many items.
func TestStrict_ListsInListsTakeLittle(t *testing.T) {
	body := []byte(`{"o":[` + strings.TrimSuffix(strings.Repeat(`{"o":[{"o":[]}]},`, 5_000), ",") + `]}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var got kinds
	if err := strictjson.Strict(body, &got, readKinds); err != nil || len(got.O) != 5_000 {
		t.Fatal(err, len(got.O))
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 50<<20 {
		t.Errorf("%d MiB", took>>20)
	}
}

// TestStrict_AfterALenientReading: a pooled reader keeps no state of its last use.
func TestStrict_AfterALenientReading(t *testing.T) {
	for range 100 {
		var got model
		strictjson.Lenient([]byte(`{"text":"a","text":"b"`), &got, readModel, strings.ToUpper)
		twice := strictjson.Strict([]byte(`{"text":"a","text":"b","items":[]}`), &got, readModel)
		if err := strictjson.Strict([]byte(`{"text":"a","items":[]}`), &got, readModel); twice == nil || err != nil || got.Text != "a" {
			t.Fatal(twice, err, got.Text)
		}
	}
}
