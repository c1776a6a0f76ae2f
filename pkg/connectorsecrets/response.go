package connectorsecrets

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Response describes the HTTP response behind a list or an error.
type Response struct {
	StatusCode int // of HTTP
	// Header holds only the fields that the API's specification documents, under their canonical names. It is nil if there are
	// none. A credential that the server echoes in them is replaced by REDACTED.
	Header http.Header
	// RateLimit is zero unless the response has it. The API documents it for errors only.
	RateLimit RateLimit
	// RetryAfter is how long the server asks the client to wait, in seconds or until a date. It is 0 if it does not ask.
	RetryAfter time.Duration
	Attempts   int // the requests that were sent
}

// RateLimit is the hourly limit and what is left of it, from the header fields X-RateLimit-Limit and X-RateLimit-Remaining.
// It is zero unless the response has both with valid values. Only Retry-After on a 429 tells when the limit resets.
type RateLimit struct {
	Limit     int // the requests allowed an hour, at least 1 if it is known
	Remaining int // the requests left in the current hour
}

// newResponse keeps the documented fields of a response's header. It ignores malformed ones: they must not hide the response.
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

// parseRetryAfter reads seconds or a date (RFC 9110, section 10.2.3): at most the longest Duration, and 0 if it is none or past.
func parseRetryAfter(value string, now time.Time) time.Duration {
	const longest = math.MaxInt64 / int64(time.Second) // in seconds
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(longest))) * time.Second
	}
	date, _ := http.ParseTime(value) // the year 1 if it is none
	return min(max(0, date.Sub(now)), time.Duration(longest)*time.Second)
}

// wholeSeconds rounds up, so that a wait that is told is long enough, and never 0 s.
func wholeSeconds(wait time.Duration) time.Duration {
	return wait + (time.Second-wait%time.Second)%time.Second
}

// redirectTarget returns the scheme and host of a redirect's target, or "". The rest can contain secrets in any spelling.
func redirectTarget(response *http.Response, authorization string) string {
	target, err := response.Location()
	if err != nil || target.Scheme != "https" && target.Scheme != "http" {
		return ""
	}
	return target.Scheme + "://" + clean(target.Host, authorization)
}
