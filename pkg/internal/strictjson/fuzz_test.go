package strictjson_test

import (
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// FuzzStrict: no panic. Strict accepts exactly what version 2 of encoding/json accepts, and reads the same values. That
// version refuses repeated names, invalid UTF-8, halves of surrogate pairs and data after the JSON.
func FuzzStrict(f *testing.F) {
	for _, seed := range []string{`{"a":"\ud83d\udd11","b":[1,-2.5e3,null,true],"c":{}}`, `{"a":1,"a":2}`, `{"a":"\ud83d"}`, `{"\udd11\ufffd":"\\ud83d�"}`, `{} {}`, "{\"\xff\":1}", `{"a":01}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want map[string]any
		err := strictjson.Strict(body, &got, strictjson.Value[map[string]any])
		oracle := json.Unmarshal(body, &want)
		if oracle == nil && want == nil {
			return // null
		}
		if (err == nil) != (oracle == nil) {
			t.Fatalf("%q: %v, and encoding/json says %v", body, err, oracle)
		}
		if err != nil {
			if err.Reason == "" || !utf8.ValidString(err.Reason) {
				t.Errorf("reason %q", err.Reason)
			}
			return
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-encoding/json +read):\n%s", body, diff)
		}
	})
}

// FuzzLenient: no panic and only valid UTF-8. If Strict accepts a body, Lenient reads the same values.
func FuzzLenient(f *testing.F) {
	for _, seed := range []string{`{"text":"a\ud83d","items":[{"name":"\xff"},{"na`, `{"text":"a","items":[{"name":"b"}],"count":5}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var lenient, strict model
		strictjson.Lenient(body, &lenient, readModel, unchanged)
		if !utf8.ValidString(lenient.Text) {
			t.Errorf("text %q", lenient.Text)
		}
		if err := strictjson.Strict(body, &strict, readModel); err != nil {
			return
		}
		if diff := cmp.Diff(strict, lenient); diff != "" {
			t.Errorf("%q (-strict +lenient):\n%s", body, diff)
		}
	})
}
