package connectorsecrets

import (
	"math"
	"net/http"
	"strconv"
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
	// Attempts counts the requests that were sent.
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

// newResponse keeps the documented fields of a response's header. Malformed fields are ignored: they must not hide the
// response.
func newResponse(response *http.Response, authorization string, attempts int) Response {
	about := Response{StatusCode: response.StatusCode, Attempts: attempts}
	for _, name := range secretsapi.ResponseHeaders {
		for _, value := range response.Header[name] {
			if about.Header == nil {
				about.Header = http.Header{}
			}
			about.Header[name] = append(about.Header[name], clean(value, authorization))
		}
	}
	if about.Header != nil {
		limit, noLimit := strconv.Atoi(about.Header.Get(secretsapi.HeaderXRateLimitLimit))
		remaining, noRest := strconv.Atoi(about.Header.Get(secretsapi.HeaderXRateLimitRemaining))
		if noLimit == nil && noRest == nil && limit >= 1 && remaining >= 0 {
			about.RateLimit = RateLimit{Limit: limit, Remaining: remaining}
		}
		if asked := about.Header.Get(secretsapi.HeaderRetryAfter); asked != "" {
			about.RetryAfter = parseRetryAfter(asked, time.Now())
		}
	}
	return about
}

// parseRetryAfter reads a number of seconds or a date (RFC 9110, section 10.2.3). It returns 0 if the value is missing or
// invalid, or a date in the past, and the longest Duration if the value exceeds it.
func parseRetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 63); err == nil {
		return time.Duration(min(seconds, math.MaxInt64/uint64(time.Second))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, date.Sub(now))
}

// redirectTarget returns the scheme and host of a redirect's target, or "". The rest can contain secrets in any spelling.
func redirectTarget(response *http.Response, authorization string) string {
	target, err := response.Location()
	if err != nil || target.Scheme != "https" && target.Scheme != "http" {
		return ""
	}
	return target.Scheme + "://" + clean(target.Host, authorization)
}
