//go:build soak

package connectorsecrets_test

import (
	"context"
	"math/rand/v2"
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

// soakServer is the sandbox with faults in front of it: one request in ten meets a fault.
func soakServer(t *testing.T) *httptest.Server {
	t.Helper()
	handler, err := sandbox.New(sandbox.WithRateLimit(0))
	if err != nil {
		t.Fatal(err)
	}
	send := func(status int, body string, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { write(w, status, body, headers...) }
	}
	faults := []http.HandlerFunc{
		status(500), status(503, "Retry-After", "0"), status(429), status(429, "Retry-After", "3600"), status(418), aborted, hang(""),
		send(200, "{}"), send(200, strings.Repeat(" ", 1<<20+1)), send(302, "", "Location", "/elsewhere"),
		send(200, `{"count":`, "Content-Length", "900"), // half a body
	}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if rand.IntN(10) == 0 {
			faults[rand.IntN(len(faults))](w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// TestSoak lists 200,000 connectors and compares memory and goroutines at the end with those after the first 10,000.
func TestSoak(t *testing.T) {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	client := newClient(t, soakServer(t).URL, connectorsecrets.WithCredential(connectorsecrets.APIKey(sandbox.DefaultAPIKey)), via(transport),
		connectorsecrets.WithTimeout(50*time.Millisecond), retry(2))
	soak(t, client, 10_000)
	heapBefore, goroutinesBefore := settled(transport)
	soak(t, client, 190_000)
	heapAfter, goroutinesAfter := settled(transport)
	t.Logf("heap %d → %d bytes, goroutines %d → %d", heapBefore, heapAfter, goroutinesBefore, goroutinesAfter)
	if float64(heapAfter) > 1.05*float64(heapBefore) || float64(goroutinesAfter) > 1.05*float64(goroutinesBefore) {
		t.Error("more than 5 % were added")
	}
}

// soak makes calls in 16 goroutines. Each must return a list or a typed error.
func soak(t *testing.T, client *connectorsecrets.Client, calls int64) {
	t.Helper()
	connectors := []string{"T3S70", "EMPTY", "SEVERAL", "FULL", "NONE", "error-401", "error-403", "error-429", "error-500", "a/b"}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			for next.Add(1) <= calls {
				name, timeout := connectors[rand.IntN(len(connectors))], time.Minute
				if rand.IntN(50) == 0 {
					timeout = time.Duration(rand.Int64N(int64(2 * time.Millisecond)))
				}
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				list, err := client.List(ctx, testTeam, name)
				cancel()
				kind, _, _ := outcome(list, err)
				if isRefused := kind == "*connectorsecrets.ArgumentError"; isRefused != (name == "a/b") || kind == "list and error" {
					t.Errorf("%s: %s, %v", name, kind, err)
				}
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
