package operation_test

import (
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/operation"
)

func TestChecks(t *testing.T) {
	word := operation.Pattern("^[a-z\u00e9\\u00E8]+$")
	prefixed := operation.Pattern("^sec_[a-z]+$")
	const most = 1<<63 - 1
	for _, test := range []struct {
		name string
		err  error
		want string // the error, or nothing
	}{
		{"at least", operation.AtLeast("n", 1, 1), ""},
		{"less than that", operation.AtLeast("n", 0, 1), "n must be at least 1"},
		{"at most", operation.AtMost("n", int64(most), 9223372036854775807), ""},
		{"more than that", operation.AtMost("n", 1000001, 1e6), "n must be at most 1000000"},
		{"a fraction", operation.AtLeast("n", 0.4, 0.5), "n must be at least 0.5"},
		{"segment", operation.Segment("s", "a/b"), ""},
		{"no segment", operation.Segment("s", ""), "s must not be empty"},
		{"this folder", operation.Segment("s", "."), "s must not be . or .., which would change the path"},
		{"the folder above", operation.Segment("s", ".."), "s must not be . or .., which would change the path"},
		{"three dots", operation.Segment("s", "..."), ""},
		{"long enough", operation.Longer("s", "éé", 2), ""},
		{"too short", operation.Longer("s", "é", 2), "s must have at least 2 characters, not 1"},
		{"short enough", operation.Shorter("s", "éé", 2), ""},
		{"too long", operation.Shorter("s", "ééé", 2), "s must have at most 2 characters, not 3"},
		{"of the pattern", operation.Matches("s", "aéè", word), ""},
		{"wrong at the end", operation.Matches("s", "aé\n", word), "s must match ^[a-zé\\x{00E8}]+$"},
		{"wrong at once", operation.Matches("s", "-a", word), "s must match ^[a-zé\\x{00E8}]+$"},
		{"invalid UTF-8", operation.Matches("s", "a\xff", word), "s must match ^[a-zé\\x{00E8}]+$"},
		{"wrong, where no beginning is right", operation.Matches("s", "sec_1", prefixed), "s must match ^sec_[a-z]+$"},
		{"one of them", operation.OneOf("s", true, "a", "b"), ""},
		{"none of them", operation.OneOf("s", false, "a", "b"), "s must be one of a, b"},
	} {
		got := ""
		if test.err != nil {
			got = test.err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
