package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestMain fails if a test leaves a goroutine behind. Idle connections are kept on purpose, so it closes them first.
func TestMain(m *testing.M) {
	code := m.Run()
	connectorsecrets.CloseSharedConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// TestList_CancelledAtRandom has 64 goroutines share one client. Their contexts end at random times, and the server
// responds in all the ways it can. Every call must return a list or a typed error.
func TestList_CancelledAtRandom(t *testing.T) {
	const goroutines, calls = 64, 40
	var served atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch served.Add(1) % 5 {
		case 0:
			status(503)(w, r)
		case 1:
			status(429, "Retry-After", "1")(w, r)
		case 2:
			panic(http.ErrAbortHandler)
		case 3:
			time.Sleep(2 * time.Millisecond)
			ok(w, r)
		default:
			ok(w, r)
		}
	})
	client := newClient(t, server.URL,
		connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 2 * time.Millisecond, MaxDelay: 4 * time.Millisecond}))
	var listed, cancelled, failed atomic.Int64
	var wait sync.WaitGroup
	for range goroutines {
		wait.Go(func() {
			for range calls {
				ctx, cancel := context.WithCancel(context.Background())
				timer := time.AfterFunc(time.Duration(rand.Int64N(int64(20*time.Millisecond))), cancel)
				list, err := client.List(ctx, testTeam, testConnector)
				timer.Stop()
				cancel()
				kind, _, _ := outcome(list, err)
				switch {
				case kind == "list" && list.Count == 1:
					listed.Add(1)
				case errors.Is(err, context.Canceled) && (kind == "transport" || kind == "api 429" || kind == "api 503"):
					cancelled.Add(1)
				case kind == "transport" || kind == "api 429" || kind == "api 503":
					failed.Add(1)
				default:
					t.Errorf("outcome %q: %v", kind, err)
				}
			}
		})
	}
	wait.Wait()
	if total := listed.Load() + cancelled.Load() + failed.Load(); total != goroutines*calls {
		t.Errorf("%d calls accounted for, want %d", total, goroutines*calls)
	}
	if listed.Load() == 0 || cancelled.Load() == 0 {
		t.Errorf("%d listed, %d cancelled, %d failed: the test does not try what it should", listed.Load(), cancelled.Load(), failed.Load())
	}
}
