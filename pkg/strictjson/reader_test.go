package strictjson_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

// TestEntry_MakesTheMap, which a model has none of before.
func TestEntry_MakesTheMap(t *testing.T) {
	var got map[string]int
	err := strictjson.Strict([]byte(`{"a":1,"b":null,"c":3}`), &got, func(r *strictjson.Reader, v *map[string]int) bool {
		found := r.Object()
		for r.More() {
			if isNull := string(r.Name()) == "b"; strictjson.Entry(r, v, strictjson.Int) == isNull {
				t.Errorf("%s: null %v", r.Name(), isNull)
			}
		}
		return found
	}, "")
	if diff := cmp.Diff(map[string]int{"a": 1, "c": 3}, got); err != nil || diff != "" {
		t.Errorf("%v, (-want +got):\n%s", err, diff)
	}
}

// TestReader_Inspect sees every string that is kept, those of a free form included, and no other.
func TestReader_Inspect(t *testing.T) {
	var got kinds
	var seen []string
	const body = `{"unknown":"no","s":"1","p":"2","m":{"3":0},"a":{"5":["4"]},"o":[{"s":"6\u0021","x":"no"}],"a2":"no"}`
	err := strictjson.Strict([]byte(body), &got, func(r *strictjson.Reader, v *kinds) bool {
		r.Inspect(func(text string) { seen = append(seen, text) })
		return readKinds(r, v)
	}, "")
	if want := "1 2 3 5 4 6!"; err != nil || strings.Join(seen, " ") != want || got.O[0].S != "6!" {
		t.Errorf("%q, %v; want %s", seen, err, want)
	}
	seen = nil
	if err := strictjson.Strict([]byte(body), &got, readKinds, ""); err != nil || seen != nil {
		t.Errorf("%v; a later reading is inspected: %q", err, seen)
	}
}
