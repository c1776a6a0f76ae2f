//go:build soak

package connectorsecrets_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

const (
	soakCalls   = 200_000
	soakWarmUp  = 10_000
	soakWorkers = 16
)

// soakServer is the sandbox with faults in front of it: one request in ten meets a fault.
func soakServer(t *testing.T) *httptest.Server {
	t.Helper()
	handler, err := sandbox.New(sandbox.WithRateLimit(0))
	if err != nil {
		t.Fatal(err)
	}
	faults := []http.HandlerFunc{
		status(500), status(503, "Retry-After", "0"), status(429), status(429, "Retry-After", "3600"), status(418),
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat(" ", 1<<20+1))) },
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		func(w http.ResponseWriter, _ *http.Request) { // half a body
			w.Header().Set("Content-Length", "900")
			_, _ = w.Write([]byte(`{"count":`))
			panic(http.ErrAbortHandler)
		},
		func(w http.ResponseWriter, _ *http.Request) { // reset
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		},
		func(_ http.ResponseWriter, r *http.Request) { // silent
			select {
			case <-r.Context().Done():
			case <-time.After(time.Second):
			}
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rand.IntN(10) == 0 {
			faults[rand.IntN(len(faults))](w, r)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// TestSoak makes 200,000 calls and compares memory and goroutines at the end with those after the first 10,000.
func TestSoak(t *testing.T) {
	server := soakServer(t)
	transport := &http.Transport{MaxIdleConnsPerHost: soakWorkers}
	client, err := connectorsecrets.New(connectorsecrets.APIKey(sandbox.DefaultAPIKey),
		connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}),
		connectorsecrets.WithTimeout(50*time.Millisecond),
		connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 2, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	var kinds sync.Map
	begin := time.Now()
	soak(t, client, soakWarmUp, &kinds)
	heapBefore, goroutinesBefore := settled(transport)
	soak(t, client, soakCalls-soakWarmUp, &kinds)
	heapAfter, goroutinesAfter := settled(transport)

	var total int64
	kinds.Range(func(kind, count any) bool {
		total += count.(*atomic.Int64).Load()
		t.Logf("%8d %s", count.(*atomic.Int64).Load(), kind)
		return true
	})
	t.Logf("%d calls in %v; heap %d → %d bytes, goroutines %d → %d",
		total, time.Since(begin).Round(time.Second), heapBefore, heapAfter, goroutinesBefore, goroutinesAfter)
	if total != soakCalls {
		t.Errorf("%d calls accounted for, want %d", total, soakCalls)
	}
	if float64(heapAfter) > 1.05*float64(heapBefore) {
		t.Errorf("heap grew from %d to %d bytes, more than 5 %%", heapBefore, heapAfter)
	}
	if float64(goroutinesAfter) > 1.05*float64(goroutinesBefore) {
		t.Errorf("goroutines grew from %d to %d, more than 5 %%", goroutinesBefore, goroutinesAfter)
	}
}

// soak makes calls and counts their results. Each must be a list or a typed error.
func soak(t *testing.T, client *connectorsecrets.Client, calls int, kinds *sync.Map) {
	t.Helper()
	connectors := map[string]string{
		"T3S70": "list", "EMPTY": "list", "SEVERAL": "list", "FULL": "list", "NONE": "api 404",
		"error-401": "api 401", "error-403": "api 403", "error-429": "api 429", "error-500": "api 500", "a/b": "refused",
	}
	var names []string
	for name := range connectors {
		names = append(names, name)
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range soakWorkers {
		workers.Go(func() {
			for next.Add(1) <= int64(calls) {
				name := names[rand.IntN(len(names))]
				ctx, cancel := context.Background(), context.CancelFunc(func() {})
				if rand.IntN(50) == 0 {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.Int64N(int64(2*time.Millisecond))))
				}
				list, err := client.List(ctx, testTeam, name)
				cancel()
				kind, _, _ := outcome(list, err)
				var argument *connectorsecrets.ArgumentError
				switch {
				case errors.As(err, &argument):
					kind = "refused"
				case kind == "list" && connectors[name] != "list":
					t.Errorf("%s: a list", name)
				}
				if strings.HasPrefix(kind, "*") || kind == "list and error" {
					t.Errorf("%s: %s, %v", name, kind, err)
				}
				count, _ := kinds.LoadOrStore(kind, new(atomic.Int64))
				count.(*atomic.Int64).Add(1)
			}
		})
	}
	workers.Wait()
}

// settled closes connections, collects garbage and then returns the live heap and the number of goroutines.
func settled(transport *http.Transport) (heap uint64, goroutines int) {
	transport.CloseIdleConnections()
	time.Sleep(2 * time.Second) // longer than the slowest handler
	for range 3 {
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc, runtime.NumGoroutine()
}
