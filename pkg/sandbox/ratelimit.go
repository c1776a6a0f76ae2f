package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// windowLength is the length of a window of the API's rate limit.
const windowLength = time.Hour

// rateLimit counts the requests of each principal in windows of an hour. A window begins with the first request in it.
type rateLimit struct {
	limit int

	mu   sync.Mutex
	open map[*principal]*window
}

type window struct {
	end  time.Time
	used int
}

// quota is what remains of a principal's rate limit. The zero value means no limit.
type quota struct {
	limit, remaining int
	// retryAfter is set if the request is over the limit.
	retryAfter time.Duration
}

// take counts a request. Once the limit is used up, it refuses requests until the window ends.
func (l *rateLimit) take(p *principal) quota {
	if l.limit == 0 {
		return quota{}
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	current := l.open[p]
	if current == nil || !now.Before(current.end) {
		current = &window{end: now.Add(windowLength)}
		l.open[p] = current
	}
	if current.used >= l.limit {
		return quota{limit: l.limit, retryAfter: current.end.Sub(now)}
	}
	current.used++
	return quota{limit: l.limit, remaining: l.limit - current.used}
}

// headers returns the rate-limit header fields by canonical name. The response leaves out empty ones. On a 429, nothing
// remains.
func (q quota) headers(status int) map[string]string {
	live := map[string]string{"X-Ratelimit-Limit": "", "X-Ratelimit-Remaining": ""}
	if status == http.StatusTooManyRequests {
		q.remaining = 0
		if q.retryAfter > 0 {
			// Rounded up, so that the window has ended when a client has waited that long.
			live[retryAfter] = strconv.Itoa(int((q.retryAfter + time.Second - 1) / time.Second))
		}
	}
	if q.limit > 0 {
		live["X-Ratelimit-Limit"], live["X-Ratelimit-Remaining"] = strconv.Itoa(q.limit), strconv.Itoa(q.remaining)
	}
	return live
}

// checkRateLimit refuses a limit that the specification forbids in the header field.
func (s *spec) checkRateLimit(limit int) error {
	if limit < 0 {
		return fmt.Errorf("rate limit %d: must be 0 (none) or more", limit)
	}
	if limit == 0 {
		return nil
	}
	for _, operation := range s.operations {
		for _, response := range operation.responses {
			for name, header := range response.headers {
				if http.CanonicalHeaderKey(name) != "X-Ratelimit-Limit" {
					continue
				}
				if err := meets(header.schema, float64(limit)); err != nil {
					return fmt.Errorf("rate limit %d: the specification forbids it in the header %s: %w", limit, name, err)
				}
			}
		}
	}
	return nil
}
