package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// windowLength is the time that the API's rate limit counts requests in.
const windowLength = time.Hour

// rateLimit counts the requests of each principal in windows of an hour, each beginning with its principal's first request.
type rateLimit struct {
	limit int

	mu   sync.Mutex
	open map[*principal]*window
}

type window struct {
	end  time.Time
	used int
}

// quota is where a principal stands. The zero value is no limit.
type quota struct {
	limit, remaining int
	// retryAfter is set once nothing remains and another request has come.
	retryAfter time.Duration
}

// take counts a request. Once the window is used up, requests are refused until it ends.
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

// headers returns the values of the headers that say where the principal stands, by canonical name. What is empty is left
// out of the answer. On a 429, the limit counts as used up.
func (q quota) headers(status int) map[string]string {
	live := map[string]string{"X-Ratelimit-Limit": "", "X-Ratelimit-Remaining": ""}
	if status == http.StatusTooManyRequests {
		q.remaining = 0
		if q.retryAfter > 0 {
			// Rounded up, so that a client which waits as long as it is told meets a new window.
			live[retryAfter] = strconv.Itoa(int((q.retryAfter + time.Second - 1) / time.Second))
		}
	}
	if q.limit > 0 {
		live["X-Ratelimit-Limit"], live["X-Ratelimit-Remaining"] = strconv.Itoa(q.limit), strconv.Itoa(q.remaining)
	}
	return live
}

// checkRateLimit refuses a limit that no answer could have in its header.
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
