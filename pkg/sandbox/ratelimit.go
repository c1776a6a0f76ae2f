package sandbox

import (
	"sync"
	"time"
)

// windowLength is the time that the API's rate limit counts requests in.
const windowLength = time.Hour

// windows count the requests of each principal in windows of an hour, each beginning with its principal's first request.
type windows struct {
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

func newWindows(limit int) *windows {
	return &windows{limit: limit, open: map[*principal]*window{}}
}

// untouched is the quota of whoever has made no request yet.
func (w *windows) untouched() quota { return quota{limit: w.limit, remaining: w.limit} }

// take counts a request. Once the window is used up, requests are refused until it ends.
func (w *windows) take(p *principal) quota {
	if w.limit == 0 {
		return quota{}
	}
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	current := w.open[p]
	if current == nil || !now.Before(current.end) {
		current = &window{end: now.Add(windowLength)}
		w.open[p] = current
	}
	if current.used >= w.limit {
		return quota{limit: w.limit, retryAfter: current.end.Sub(now)}
	}
	current.used++
	return quota{limit: w.limit, remaining: w.limit - current.used}
}

func (q quota) exceeded() bool { return q.retryAfter > 0 }

// retryAfterSeconds rounds up, so that a client which waits as long as it is told meets a new window. A quota that is
// not exceeded, as on the connector that always answers 429, counts as used up for a whole window.
func (q quota) retryAfterSeconds() int32 {
	wait := q.retryAfter
	if wait == 0 {
		wait = windowLength
	}
	return int32((wait + time.Second - 1) / time.Second) // at most an hour
}

// headers returns the values of the rate-limit headers, or nil for no limit.
func (q quota) headers() (limit, remaining *int32) {
	if q.limit == 0 {
		return nil, nil
	}
	return new(int32(q.limit)), new(int32(q.remaining)) //nolint:gosec // At most 10,000.
}
