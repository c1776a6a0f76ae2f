package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// verdict is the limit of a server: whether it allows a request, and else its Retry-After.
type verdict func(now time.Time, connector string) (ok bool, retryAfter string)

func spacing(perSecond, burst float64, ra string) verdict {
	tokens, last := burst, time.Time{}
	return func(now time.Time, _ string) (bool, string) {
		if !last.IsZero() {
			tokens = min(burst, tokens+now.Sub(last).Seconds()*perSecond)
		}
		last = now
		if tokens >= 1-1e-9 {
			tokens--
			return true, ""
		}
		return false, ra
	}
}

func window(n int, every time.Duration, tell bool) verdict {
	var start time.Time
	used := 0
	return func(now time.Time, _ string) (bool, string) {
		if start.IsZero() || now.Sub(start) >= every {
			start, used = now, 0
		}
		if used++; used <= n {
			return true, ""
		}
		if !tell {
			return false, ""
		}
		return false, fmt.Sprint(int((every - now.Sub(start) + time.Second - 1) / time.Second))
	}
}

// simulated is what became of a run of ListEach.
type simulated struct {
	failed, notAsked, requests, limited, most int
	took                                      time.Duration
}

// simulate runs ListEach against a server that answers after rtt and has a limit.
func simulate(t *testing.T, connectors int, rtt time.Duration, v verdict, options []connectorsecrets.CallOption) (run simulated) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		server := roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(rtt / 2)
			mu.Lock()
			allowed, retryAfter := v(time.Now(), connectorOf(r))
			run.requests++
			if !allowed {
				run.limited++
			}
			mu.Unlock()
			time.Sleep(rtt / 2)
			if allowed {
				return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(oneSecret))}, nil
			}
			header := http.Header{}
			if retryAfter != "" {
				header.Set("Retry-After", retryAfter)
			}
			return &http.Response{StatusCode: 429, Header: header, Body: io.NopCloser(strings.NewReader("Slow down."))}, nil
		})
		begin := time.Now()
		client := retryClient(t, connectorsecrets.WithHTTPClient(&http.Client{Transport: server}))
		for result := range client.ListEach(context.Background(), numbered(connectors), options...) {
			if !result.Asked {
				run.notAsked++
			}
			var refused *connectorsecrets.APIError
			if errors.As(result.Err, &refused) {
				run.failed++
				run.most = max(run.most, refused.Response.Attempts)
			} else {
				run.most = max(run.most, result.List.Response.Attempts)
			}
		}
		run.took = time.Since(begin)
	})
	return run
}

// TestListEach_FindsTheServersPace, with whatever pace it begins, and whether or not the server says how long to wait.
func TestListEach_FindsTheServersPace(t *testing.T) {
	for name, options := range map[string][]connectorsecrets.CallOption{
		"default": nil, "1000": {connectorsecrets.WithPace(1000)}, "none": {connectorsecrets.WithPace(0), connectorsecrets.WithWorkers(32)},
		"one worker": {connectorsecrets.WithWorkers(1)},
	} {
		for _, rtt := range []time.Duration{2 * time.Millisecond, 100 * time.Millisecond} {
			for _, limit := range []float64{0.1, 0.5, 2, 5, 15, 100} {
				run := simulate(t, 200, rtt, spacing(limit, 1, ""), options)
				best := 200 / min(limit, 20)
				if run.failed > 0 || limit >= 0.5 && run.took.Seconds() > 2.5*best || limit >= 2 && run.limited > 100 {
					t.Errorf("%s, rtt %v, %v/s: %+v, want about %.0f s", name, rtt, limit, run, best)
				}
			}
			for what, v := range map[string]verdict{
				"5/s that ask for 1 s": spacing(5, 1, "1"), "a burst of 50": spacing(5, 50, ""), "100 a minute, with a delay": window(100, time.Minute, true),
				"100 a minute": window(100, time.Minute, false), "100 in 10 s": window(100, 10*time.Second, false),
			} {
				if run := simulate(t, 200, rtt, v, options); run.failed > 0 || run.took > 3*time.Minute {
					t.Errorf("%s, rtt %v, %s: %+v", name, rtt, what, run)
				}
			}
		}
	}
}

// TestListEach_ReturnsToItsPace: a 429 for another reason than the pace does not slow a run for long.
func TestListEach_ReturnsToItsPace(t *testing.T) {
	once := 0
	run := simulate(t, 1000, 20*time.Millisecond, func(time.Time, string) (bool, string) { once++; return once != 100, "" }, nil)
	if run.failed > 0 || run.took > 55*time.Second {
		t.Errorf("%+v, want 50 s and a little more", run)
	}
}

// TestListEach_NoEndlessRun: neither for a server that refuses everything nor for one that refuses one connector.
func TestListEach_NoEndlessRun(t *testing.T) {
	for _, workers := range []int{1, 8} {
		options := []connectorsecrets.CallOption{connectorsecrets.WithWorkers(workers)}
		run := simulate(t, 500, 20*time.Millisecond, func(time.Time, string) (bool, string) { return false, "" }, options)
		if run.failed != 500 || run.notAsked < 480 || run.took > 6*time.Minute || run.requests > 100 {
			t.Errorf("%d workers: %+v", workers, run)
		}
		run = simulate(t, 500, 20*time.Millisecond, func(_ time.Time, id string) (bool, string) { return id != "c5", "" }, options)
		if run.failed != 1 || run.notAsked > 0 || run.took > 8*time.Minute || run.most > 150 {
			t.Errorf("%d workers, one connector: %+v", workers, run)
		}
	}
}

// TestListEach_ManyLostConnectorsStandForTheRest, unless one gets an answer.
func TestListEach_ManyLostConnectorsStandForTheRest(t *testing.T) {
	for _, every := range []int{0, 10, 11} { // every so many connectors get an answer
		synctest.Test(t, func(t *testing.T) {
			down := roundTripper(func(r *http.Request) (*http.Response, error) {
				if number, _ := strconv.Atoi(connectorOf(r)[1:]); every > 0 && number%every == every-1 {
					return &http.Response{StatusCode: 404, Body: io.NopCloser(strings.NewReader(""))}, nil
				}
				return nil, io.ErrUnexpectedEOF
			})
			asked, begin := 0, time.Now()
			client := retryClient(t, connectorsecrets.WithHTTPClient(&http.Client{Transport: down}))
			for result := range client.ListEach(context.Background(), numbered(500), connectorsecrets.WithWorkers(1)) {
				if result.Asked {
					asked++
				} else if !errors.Is(result.Err, io.ErrUnexpectedEOF) || !strings.Contains(result.Err.Error(), "none of the last 10 connectors") {
					t.Fatal(result.Err)
				}
			}
			if want := map[int]int{0: 10, 10: 500, 11: 10}[every]; asked != want || every == 0 && time.Since(begin) > time.Minute {
				t.Errorf("%d: %d asked in %v, want %d", every, asked, time.Since(begin), want)
			}
		})
	}
}
