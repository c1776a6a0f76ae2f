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

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, value string
		want        time.Duration
	}{
		{"seconds", "120", 2 * time.Minute},
		{"leading zero", "007", 7 * time.Second},
		{"a day", "86400", 24 * time.Hour},
		{"longest duration", "9223372036", 9223372036 * time.Second},
		{"zero", "0", 0},
		{"date", "Mon, 23 Nov 2026 08:00:30 GMT", 30 * time.Second},
		{"date of RFC 850", "Monday, 23-Nov-26 08:01:00 GMT", time.Minute},
		{"date of C", "Mon Nov 23 08:00:05 2026", 5 * time.Second},
		{"date in the past", "Mon, 23 Nov 2026 07:59:59 GMT", 0},
		{"none", "", 0},
		{"blank", "  ", 0},
		{"negative", "-5", 0},
		{"plus", "+5", 0},
		{"fraction", "1.5", 0},
		{"word", "abc", 0},
		{"with a unit", "5s", 0},
		{"more than a duration holds", "9223372037", 9223372036 * time.Second},
		{"the most that can be read", "9223372036854775807", 9223372036 * time.Second},
		{"more than can be read", "9223372036854775808", 9223372036 * time.Second},
		{"10^30", "1000000000000000000000000000000", 9223372036 * time.Second},
		{"the last second of a date", "Fri, 31 Dec 9999 23:59:59 GMT", 9223372036 * time.Second},
		{"hexadecimal", "0x10", 0},
	} {
		if got := parseRetryAfter(test.value, now); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
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
