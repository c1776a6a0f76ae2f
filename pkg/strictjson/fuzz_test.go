package strictjson_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

// FuzzStrict: no panic; and what is taken is JSON in valid UTF-8, and what encoding/json reads there.
func FuzzStrict(f *testing.F) {
	for _, seed := range []string{`{"a":"\ud83d\udd11","b":[1,-2.5e3,null,true],"c":{}}`, `{"a":1,"a":2}`, `{"a":"\ud83d"}`, `{} {}`, "{\"\xff\":1}", `{"a":01}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got map[string]any
		err := strictjson.Strict(body, &got, func(r *strictjson.Reader, v *map[string]any) bool {
			return strictjson.Map(r, v, func(r *strictjson.Reader, v *any) bool { return r.Null() || strictjson.Any(r, v) })
		}, "")
		if err != nil {
			if err.Reason == "" || !utf8.ValidString(err.Reason) {
				t.Errorf("reason %q", err.Reason)
			}
			return
		}
		var want map[string]any
		if err := json.Unmarshal(body, &want); err != nil || !utf8.Valid(body) {
			t.Fatalf("took %q, which is not: %v", body, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-encoding/json +read):\n%s", body, diff)
		}
	})
}
