package connectorsecrets

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Response describes the HTTP response behind a list or an error.
type Response struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Header holds only the fields that the API's specification documents for a response, under their canonical names. It
	// is nil if there are none. A credential that the server echoes in them is replaced by REDACTED.
	Header http.Header
	// RateLimit is zero unless the response has it. The API documents it for errors only.
	RateLimit RateLimit
	// RetryAfter is how long the server asks the client to wait. It comes from the header field Retry-After, in seconds or
	// as a date. It is 0 if there is none.
	RetryAfter time.Duration
	// Attempts counts the requests that were sent. Retries and repeats on another connection count too.
	Attempts int
}

// RateLimit is the hourly limit and what is left of it, from the header fields X-RateLimit-Limit and X-RateLimit-Remaining.
// It is zero unless the response has both with valid values. The API does not tell when the limit resets, except by
// Retry-After on a 429.
type RateLimit struct {
	// Limit is the number of requests allowed an hour. It is at least 1 if it is known.
	Limit int
	// Remaining is the number of requests left in the current hour.
	Remaining int
}

// Header fields by their canonical names, under which net/http keeps them.
var (
	documentedFields = canonical(secretsapi.ResponseHeaders...)
	limitField       = canonical(secretsapi.HeaderXRateLimitLimit)[0]
	remainingField   = canonical(secretsapi.HeaderXRateLimitRemaining)[0]
	retryAfterField  = canonical(secretsapi.HeaderRetryAfter)[0]
)

func canonical(names ...string) []string {
	fields := make([]string, len(names))
	for i, name := range names {
		fields[i] = http.CanonicalHeaderKey(name)
	}
	return fields
}

// newResponse keeps the documented fields of a response's header. Malformed fields are ignored: they must not hide the
// response.
func newResponse(response *http.Response, redact redactor, attempts int) Response {
	about := Response{
		StatusCode: response.StatusCode,
		Attempts:   attempts,
	}
	for _, name := range documentedFields {
		values := response.Header[name]
		if len(values) == 0 {
			continue
		}
		kept := make([]string, len(values))
		for i, value := range values {
			kept[i] = redact.text(value)
		}
		if about.Header == nil {
			about.Header = http.Header{}
		}
		about.Header[name] = kept
	}
	// A credential may be a number too, so these come from what was kept.
	about.RateLimit = parseRateLimit(about.Header)
	about.RetryAfter = parseRetryAfter(about.Header.Get(retryAfterField), time.Now())
	return about
}

func parseRateLimit(header http.Header) RateLimit {
	if len(header[limitField]) == 0 {
		return RateLimit{}
	}
	limit, err := strconv.Atoi(strings.TrimSpace(header.Get(limitField)))
	if err != nil || limit < 1 {
		return RateLimit{}
	}
	remaining, err := strconv.Atoi(strings.TrimSpace(header.Get(remainingField)))
	if err != nil || remaining < 0 {
		return RateLimit{}
	}
	return RateLimit{Limit: limit, Remaining: remaining}
}

// parseRetryAfter reads a Retry-After header field, which is a number of seconds or a date (RFC 9110, section 10.2.3). It
// returns 0 if the value is missing or invalid: a date in the past, a negative number, or more than 64 bits. If the seconds
// exceed the range of a Duration, it returns the longest Duration.
func parseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0
	}
	if '0' <= value[0] && value[0] <= '9' {
		const longest = time.Duration(1<<63 - 1)
		seconds, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
			return 0
		case seconds > int64(longest/time.Second):
			return longest
		}
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, date.Sub(now))
}
