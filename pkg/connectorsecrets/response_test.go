package connectorsecrets

import (
	"net/http"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// TestResponseHeaders_AreCanonical, as newResponse expects.
func TestResponseHeaders_AreCanonical(t *testing.T) {
	for _, name := range secretsapi.ResponseHeaders {
		if want := http.CanonicalHeaderKey(name); name != want {
			t.Errorf("%s, want %s", name, want)
		}
	}
}

func TestParseRateLimit(t *testing.T) {
	for _, test := range []struct {
		name, limit, remaining string
		want                   RateLimit
	}{
		{"one", "1", "0", RateLimit{1, 0}},
		{"above today's maximum", "250000", "249999", RateLimit{250000, 249999}},
		{"none", "", "", RateLimit{}},
		{"limit only", "5000", "", RateLimit{}},
		{"remaining only", "", "10", RateLimit{}},
		{"malformed limit", "many", "10", RateLimit{}},
		{"malformed remaining", "5000", "1.5", RateLimit{}},
		{"negative", "5000", "-1", RateLimit{}},
		{"no limit at all", "0", "10", RateLimit{}},
		{"too large", "99999999999999999999", "1", RateLimit{}},
	} {
		header := http.Header{}
		header.Set("X-RateLimit-Limit", test.limit)
		header.Set("X-RateLimit-Remaining", test.remaining)
		if got := newResponse(&http.Response{Header: header}, "", 1).RateLimit; got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestWholeSeconds rounds up, also where a Duration can hold no more.
func TestWholeSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]time.Duration{
		1: time.Second, time.Second: time.Second, time.Second + 1: 2 * time.Second, 9223372036 * time.Second: 9223372036 * time.Second,
	} {
		if got := wholeSeconds(wait); got != want {
			t.Errorf("%v: %v, want %v", wait, got, want)
		}
	}
}
