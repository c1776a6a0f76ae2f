package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
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

// TestListEach_KeepsItsPaceAfterAPause, also while the pace recovers: no turn of before the pause is left.
func TestListEach_KeepsItsPaceAfterAPause(t *testing.T) {
	for name, test := range map[string]struct {
		options []connectorsecrets.CallOption
		most    int           // requests within a second
		gap     time.Duration // between two requests
	}{
		"default":            {[]connectorsecrets.CallOption{connectorsecrets.WithWorkers(64)}, 21, 2 * time.Second},
		"a slow pace":        {[]connectorsecrets.CallOption{connectorsecrets.WithPace(0.2)}, 1, 11 * time.Second},
		"a thousand workers": {[]connectorsecrets.CallOption{connectorsecrets.WithWorkers(1000)}, 21, 2 * time.Second},
	} {
		var times []time.Time
		simulate(t, 150, 20*time.Millisecond, func(now time.Time, _ string) (bool, string) {
			times = append(times, now)
			return len(times) != 30, "1"
		}, test.options)
		for i, at := range times {
			within := 1
			for within < len(times)-i && times[i+within].Sub(at) < time.Second {
				within++
			}
			if gap := times[min(i+1, len(times)-1)].Sub(at); within > test.most || gap > test.gap {
				t.Errorf("%s: %d requests in a second after request %d, the next after %v", name, within, i, gap)
			}
		}
	}
}

// TestListEach_ManyLostConnectorsStandForTheRest: 10, or 2 more than there are workers, unless one gets a response.
func TestListEach_ManyLostConnectorsStandForTheRest(t *testing.T) {
	for _, test := range []struct{ workers, every, want int }{ // every so many connectors get a response
		{1, 0, 10}, {1, 10, 500}, {1, 11, 10}, {20, 0, 22},
	} {
		synctest.Test(t, func(t *testing.T) {
			down := roundTripper(func(r *http.Request) (*http.Response, error) {
				if number, _ := strconv.Atoi(connectorOf(r)[1:]); test.every > 0 && number%test.every == test.every-1 {
					return &http.Response{StatusCode: 404, Body: io.NopCloser(strings.NewReader(""))}, nil
				}
				return nil, io.ErrUnexpectedEOF
			})
			asked, begin := 0, time.Now()
			client := retryClient(t, connectorsecrets.WithHTTPClient(&http.Client{Transport: down}))
			for result := range client.ListEach(context.Background(), numbered(500), connectorsecrets.WithWorkers(test.workers)) {
				if result.Asked {
					asked++
				} else if !errors.Is(result.Err, io.ErrUnexpectedEOF) || !strings.Contains(result.Err.Error(), "not asked, because none of the last") {
					t.Fatal(result.Err)
				}
			}
			if asked < test.want || asked > test.want+test.workers || test.every == 0 && time.Since(begin) > time.Minute {
				t.Errorf("%+v: %d asked in %v", test, asked, time.Since(begin))
			}
		})
	}
}

// TestListEach_PanicsOfTheCallersCode are the errors of their connectors, as is runtime.Goexit, and the run goes on.
func TestListEach_PanicsOfTheCallersCode(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("planted") }, "nil map": func() { map[string]int(nil)["x"] = 1 }, "Goexit": runtime.Goexit} {
		transport := roundTripper(func(*http.Request) (*http.Response, error) { end(); return nil, io.EOF })
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) { end(); return "", io.EOF })
		for what, option := range map[string]connectorsecrets.Option{
			"transport": connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), "source": connectorsecrets.WithCredential(source),
		} {
			results := 0
			for result := range newClient(t, "http://localhost", option).ListEach(t.Context(), numbered(9), connectorsecrets.WithPace(0), connectorsecrets.WithWorkers(2)) {
				results++
				var lost *connectorsecrets.TransportError
				if !errors.As(result.Err, &lost) || result.List != nil || result.Asked != (what == "transport") || strings.Contains(renderings(result.Err), "planted") {
					t.Errorf("%s in %s: %+v", name, what, result)
				}
			}
			if results != 9 {
				t.Errorf("%s in %s: %d results", name, what, results)
			}
		}
	}
}

// TestListEach_WhichRefusalsAreFinal: the API's 401 is, once a token that was got after another 401 is refused too.
func TestListEach_WhichRefusalsAreFinal(t *testing.T) {
	refusal := envelope("UNAUTHORIZED", "Authentication is required.")
	const good = "fake-good-token"
	for name, test := range map[string]struct {
		body           string
		tokens         []string // of the source, the last one for ever; "" is an error. None: a fixed key
		withoutRetry   bool
		requests, fine int
	}{
		"a fixed key":                      {refusal, nil, false, 1, 0},
		"a page of a firewall":             {"<html>", nil, false, 20, 0},
		"a page, and a source":             {"<html>", []string{"fake-old-token"}, false, 20, 0},
		"no body":                          {"", nil, false, 1, 0},
		"no fresh token helps":             {refusal, []string{"fake-old-token"}, false, 2, 0},
		"a fresh token helps":              {refusal, []string{"fake-old-token", good}, false, 21, 20},
		"without retry, the next one gets": {refusal, []string{"fake-old-token", good}, true, 20, 19},
		"without retry, no token helps":    {refusal, []string{"fake-old-token"}, true, 2, 0},
		"no fresh token at first":          {refusal, []string{"fake-old-token", "", good}, false, 20, 19},
	} {
		t.Run(name, func(t *testing.T) {
			requests, asked, fine := 0, 0, 0
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				requests++
				if r.Header.Get("Authorization") == "Bearer "+good {
					return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(oneSecret))}, nil
				}
				return &http.Response{StatusCode: 401, Body: io.NopCloser(strings.NewReader(test.body))}, nil
			})
			options := []connectorsecrets.Option{connectorsecrets.WithHTTPClient(&http.Client{Transport: transport})}
			if test.tokens != nil {
				options = append(options, connectorsecrets.WithCredential(connectorsecrets.TokenSource(func(context.Context) (string, error) {
					token := test.tokens[min(asked, len(test.tokens)-1)]
					if asked++; token == "" {
						return "", io.EOF
					}
					return token, nil
				})))
			}
			if test.withoutRetry {
				options = append(options, connectorsecrets.WithoutRetry())
			}
			synctest.Test(t, func(t *testing.T) {
				for result := range retryClient(t, options...).ListEach(t.Context(), numbered(20), connectorsecrets.WithWorkers(1)) {
					if result.Err == nil {
						fine++
					}
				}
			})
			if requests != test.requests || fine != test.fine {
				t.Errorf("%d requests and %d lists, want %d and %d", requests, fine, test.requests, test.fine)
			}
		})
	}
}
