package connectorsecrets

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RateLimit is the caller's place in the hourly limit, from the headers X-RateLimit-Limit and X-RateLimit-Remaining.
// It is zero if the answer did not carry both in a form that can be read. There is no reset time in the API, only
// Retry-After on a 429.
type RateLimit struct {
	// Limit is the number of requests allowed in an hour, at least 1 where it is known.
	Limit int
	// Remaining is the number of requests left in this hour.
	Remaining int
}

// Known reports whether the answer carried the rate limit.
func (r RateLimit) Known() bool { return r.Limit > 0 }

// parseRateLimit never fails: a header that can't be read is no reason to lose the answer that it came with.
func parseRateLimit(header http.Header) RateLimit {
	limit, ok := headerNumber(header["X-Ratelimit-Limit"])
	if !ok || limit < 1 {
		return RateLimit{}
	}
	remaining, ok := headerNumber(header["X-Ratelimit-Remaining"])
	if !ok || remaining < 0 {
		return RateLimit{}
	}
	return RateLimit{Limit: limit, Remaining: remaining}
}

// headerNumber reads the first value of a header field. The fields are looked up by their canonical names, which are not
// as the API writes them, because to make a name canonical costs memory on every call.
func headerNumber(values []string) (int, bool) {
	if len(values) == 0 {
		return 0, false
	}
	number, err := strconv.Atoi(strings.TrimSpace(values[0]))
	return number, err == nil
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
