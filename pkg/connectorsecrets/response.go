package connectorsecrets

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Response describes an HTTP answer: that of a list, or of an error.
type Response struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Header has the fields that the API's specification documents for any answer, under their canonical names, and no
	// others. Nil if there are none. A credential that the server repeats in them is replaced by REDACTED.
	Header http.Header
	// RateLimit is zero unless the answer carried it; the API documents it for errors only.
	RateLimit RateLimit
	// RetryAfter is how long the server asks to wait, from the header Retry-After in seconds or as a date. 0 if it did
	// not say.
	RetryAfter time.Duration
	// Attempts counts the requests that were sent, retries and repeats on another connection included.
	Attempts int
}

// RateLimit is the caller's place in the hourly limit, from the headers X-RateLimit-Limit and X-RateLimit-Remaining.
// It is zero if the answer did not carry both in a form that can be read. There is no reset time in the API, only
// Retry-After on a 429.
type RateLimit struct {
	// Limit is the number of requests allowed in an hour, at least 1 where it is known.
	Limit int
	// Remaining is the number of requests left in this hour.
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

// newResponse keeps of an answer's header what is documented. Nothing in a header is a reason to lose the answer that it
// came with.
func newResponse(response *http.Response, redact redactor, attempts int) Response {
	about := Response{
		StatusCode: response.StatusCode,
		RateLimit:  parseRateLimit(response.Header),
		RetryAfter: parseRetryAfter(response.Header.Get(retryAfterField), time.Now()),
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

// parseRetryAfter reads a Retry-After header, which is a number of seconds or a date (RFC 9110, section 10.2.3). It
// returns 0 for no header and for what makes no sense: a date in the past, a negative number, or one beyond 64 bits. A
// number of seconds that is larger than a duration can be is the longest duration.
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
