package connectorsecrets_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestList_CancelledAtRandom has 64 goroutines share one client. Their contexts end at random times, and the server
// responds in all the ways it can. Every call must return a list or a typed error.
func TestList_CancelledAtRandom(t *testing.T) {
	handlers := []http.HandlerFunc{status(503), status(429, "Retry-After", "1"), aborted, hang(""), ok, ok, ok, ok}
	var served, listed atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { handlers[served.Add(1)%int64(len(handlers))](w, r) })
	client := newClient(t, server.URL, retry(4))
	var calls sync.WaitGroup
	for range 64 {
		calls.Go(func() {
			for range 20 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.Int64N(int64(20*time.Millisecond))))
				list, err := client.List(ctx, testTeam, testConnector)
				cancel()
				kind, _, _ := outcome(list, err)
				if kind == "list" {
					listed.Add(1)
				} else if !slices.Contains([]string{"transport", "api 429", "api 503"}, kind) {
					t.Errorf("outcome %q: %v", kind, err)
				}
			}
		})
	}
	calls.Wait()
	if n := listed.Load(); n == 0 || n == 64*20 {
		t.Errorf("%d of %d calls listed: the test does not try what it should", n, 64*20)
	}
}
