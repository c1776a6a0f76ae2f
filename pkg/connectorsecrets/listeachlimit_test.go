package connectorsecrets_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestListEach_KeepsItsPace: 2,000 connectors at 20 a second take 100 seconds. If the client has a pace, or explicitly none,
// ListEach adds no pace of its own.
func TestListEach_KeepsItsPace(t *testing.T) {
	for _, test := range []struct {
		ofTheClient connectorsecrets.Option
		ofTheCall   connectorsecrets.CallOption
		want        float64
	}{
		{nil, nil, 20}, {nil, eachAt(50), 50}, {pace(100), nil, 100}, {pace(0), nil, math.Inf(1)},
		{pace(10), eachAt(50), 10}, {pace(50), eachAt(10), 10},
	} {
		bubble(t, script{ok}, func(t *testing.T, server *pipeServer) {
			const connectors = 2000
			client := retryClient(t, server.option, test.ofTheClient)
			took := mustList(t, client.ListEach(t.Context(), numbered(connectors), test.ofTheCall)).Seconds()
			if want := connectors / test.want; math.Abs(took-want) > 0.02*want || slices.Min(server.pauses()).Seconds() < 0.9/test.want {
				t.Errorf("pace %v: took %.1f s, want %.1f s within 2 %%; a pause of %v", test.want, took, want, slices.Min(server.pauses()))
			}
		})
	}
}

// TestListEach_A429PausesAll, that of a second attempt like that of a first one: no request arrives during the pause that it asks for.
func TestListEach_A429PausesAll(t *testing.T) {
	var mu sync.Mutex
	var resume time.Time
	early, served := 0, map[string]int{}
	handler := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if time.Now().Before(resume) {
			early++
		}
		connector := connectorOf(r)
		served[connector]++
		switch fmt.Sprint(connector, " ", served[connector]) {
		case "c100 1":
			status(503)(w, r)
		case "c100 2", "c50 1", "c150 1":
			resume = time.Now().Add(30 * time.Second)
			status(429, "Retry-After", "30")(w, r)
		default:
			echo(w, r)
		}
	}
	bubble(t, script{handler}, func(t *testing.T, server *pipeServer) {
		took := mustList(t, retryClient(t, server.option, retry(4)).ListEach(t.Context(), numbered(200), workers(16)))
		if early > 0 || server.requests() != 204 || took < 100*time.Second || took > 104*time.Second {
			t.Errorf("%d requests in pauses, %d in all, in %v; want three pauses of 30 s and the pace", early, server.requests(), took)
		}
	})
}

// TestListEach_KeepsTheLongerPause: a 429 with a shorter Retry-After does not shorten the pause.
func TestListEach_KeepsTheLongerPause(t *testing.T) {
	bubble(t, script{status(429, "Retry-After", "40"), status(429, "Retry-After", "3"), ok}, func(t *testing.T, server *pipeServer) {
		mustList(t, retryClient(t, server.option).ListEach(t.Context(), numbered(20), workers(2), eachAt(0)))
		if pauses := server.pauses(); pauses[0] > 0 || pauses[1] < 40*time.Second {
			t.Errorf("%v", pauses)
		}
	})
}

// TestListEach_APauseHoldsAtTheClientsPace: what ends a wait also stops workers that wait for their turn at the client's pace.
func TestListEach_APauseHoldsAtTheClientsPace(t *testing.T) {
	for _, test := range []struct {
		name     string
		first    http.HandlerFunc
		requests int
	}{
		{"the longest pause to wait for", status(429, "Retry-After", "60"), 31},
		{"a longer one", status(429, "Retry-After", "3600"), 1},
		{"a 401", status(401), 1},
	} {
		bubble(t, script{test.first, ok}, func(t *testing.T, server *pipeServer) {
			begin, failed := time.Now(), 0
			for result := range retryClient(t, server.option, pace(2)).ListEach(t.Context(), numbered(30)) {
				if result.Err != nil {
					failed++
				}
			}
			pauses := server.pauses()
			isEarly := len(pauses) > 0 && (pauses[0] < time.Minute || slices.Min(pauses) < 450*time.Millisecond)
			if server.requests() != test.requests || isEarly {
				t.Errorf("%s: %d requests, want %d; pauses %v", test.name, server.requests(), test.requests, pauses)
			}
			if took := time.Since(begin); len(pauses) == 0 && (failed != 30 || took > time.Second) {
				t.Errorf("%s: %d results without a list in %v, want all at once", test.name, failed, took)
			}
		})
	}
}

// TestListEach_ALong429StandsForTheRest, with what is left of its time, until that is over: a slow loop goes on after it.
func TestListEach_ALong429StandsForTheRest(t *testing.T) {
	bubble(t, script{ok, status(429, "Retry-After", "120"), ok}, func(t *testing.T, server *pipeServer) {
		listed, asked := 0, 0
		for result := range retryClient(t, server.option).ListEach(t.Context(), numbered(100), workers(1)) {
			if result.Err == nil {
				listed++
			} else {
				got := as[*connectorsecrets.APIError](t, result.Err)
				r, over := got.Response, 2*time.Minute-got.Response.RetryAfter
				asked += r.Attempts
				latest := time.Duration(result.Index) * 10 * time.Second // up to five results are ready ahead of the loop
				if over < max(0, latest-50*time.Second) || over > latest || over%time.Second != 0 {
					t.Errorf("%d: %v left", result.Index, r.RetryAfter)
				}
				if result.Asked != (r.Attempts > 0) || r.StatusCode != 429 || got.RequestID != requestID {
					t.Errorf("%d: %#v", result.Index, got)
				}
			}
			time.Sleep(10*time.Second - time.Nanosecond)
		}
		// 12 results fill the two minutes, and some more were ready.
		if listed < 80 || listed > 90 || asked != 1 || server.requests() != listed+1 {
			t.Errorf("%d of 100 listed, %d refused, with %d requests", listed, asked, server.requests())
		}
	})
}

// TestListEach_ContextEndsInACommonPause: all that wait end with it, and at once if its deadline comes before the end of the pause.
func TestListEach_ContextEndsInACommonPause(t *testing.T) {
	for _, want := range []time.Duration{0, 10 * time.Second, 11 * time.Second, 12 * time.Second, 13 * time.Second, 14 * time.Second} {
		bubble(t, script{status(429, "Retry-After", "30"), ok}, func(t *testing.T, server *pipeServer) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			if want > 0 {
				ctx, cancel = context.WithCancel(t.Context())
				time.AfterFunc(want, cancel)
			}
			defer cancel()
			begin := time.Now()
			for result := range retryClient(t, server.option).ListEach(ctx, numbered(20), workers(4)) {
				isLimited, isCanceled := errors.Is(result.Err, connectorsecrets.ErrRateLimited), errors.Is(result.Err, context.Canceled)
				if want > 0 && (!isCanceled || isLimited != result.Asked) || want == 0 && !isLimited {
					t.Errorf("%+v", result)
				}
			}
			if took := time.Since(begin); took != want && (want > 0 || took > time.Second) || server.requests() != 1 {
				t.Errorf("%d requests in %v", server.requests(), took)
			}
		})
	}
}

// TestListEach_AnErrorIsOfItsOwnConnector: what stops its next attempt may be the response to another.
func TestListEach_AnErrorIsOfItsOwnConnector(t *testing.T) {
	bubble(t, script{status(503, "Retry-After", "1"), status(429, "Retry-After", "3600")}, func(t *testing.T, server *pipeServer) {
		var got []int
		for result := range retryClient(t, server.option).ListEach(t.Context(), numbered(2), workers(2)) {
			answer := as[*connectorsecrets.APIError](t, result.Err)
			isLimited, isBroken := errors.Is(result.Err, connectorsecrets.ErrRateLimited), errors.Is(result.Err, connectorsecrets.ErrServer)
			if !result.Asked || answer.Response.Attempts != 1 || isLimited == isBroken {
				t.Fatalf("%+v", result)
			}
			got = append(got, answer.Response.StatusCode)
		}
		if slices.Sort(got); !slices.Equal(got, []int{429, 503}) {
			t.Errorf("%d", got)
		}
	})
}

// A verdict is the limit of a server: whether it allows a request, and else its Retry-After.
type verdict func(now time.Time, connector string) (ok bool, retryAfter string)

// spacing allows so many requests a second, after a burst.
func spacing(perSecond, burst float64, retryAfter string) verdict {
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
		return false, retryAfter
	}
}

// window allows so many requests in each period, and may tell how much of it is left.
func window(requests int, every time.Duration, tell bool) verdict {
	var start time.Time
	used := 0
	return func(now time.Time, _ string) (bool, string) {
		if start.IsZero() || now.Sub(start) >= every {
			start, used = now, 0
		}
		if used++; used <= requests {
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
func simulate(t *testing.T, connectors int, rtt time.Duration, limit verdict, options ...connectorsecrets.CallOption) (run simulated) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		client := retryClient(t, through(func(r *http.Request) (*http.Response, error) {
			time.Sleep(rtt / 2)
			mu.Lock()
			allowed, retryAfter := limit(time.Now(), connectorOf(r))
			if run.requests++; !allowed {
				run.limited++
			}
			mu.Unlock()
			time.Sleep(rtt / 2)
			if allowed {
				return response(200, oneSecret), nil
			}
			refusal := response(429, "Slow down.")
			refusal.Header.Set("Retry-After", retryAfter)
			return refusal, nil
		}))
		begin := time.Now()
		for result := range client.ListEach(t.Context(), numbered(connectors), options...) {
			if !result.Asked {
				run.notAsked++
			}
			if refused, ok := errors.AsType[*connectorsecrets.APIError](result.Err); ok {
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
		"default": nil, "1000": {eachAt(1000)}, "none": {eachAt(0), workers(32)}, "one worker": {workers(1)},
	} {
		for _, rtt := range []time.Duration{2 * time.Millisecond, 100 * time.Millisecond} {
			for _, limit := range []float64{0.1, 0.5, 2, 5, 15, 100} {
				run := simulate(t, 200, rtt, spacing(limit, 1, ""), options...)
				best := 200 / min(limit, 20)
				if run.failed > 0 || limit >= 0.5 && run.took.Seconds() > 2.5*best || limit >= 2 && run.limited > 100 {
					t.Errorf("%s, rtt %v, %v/s: %+v, want about %.0f s", name, rtt, limit, run, best)
				}
			}
			for what, limit := range map[string]verdict{
				"5/s that ask for 1 s": spacing(5, 1, "1"), "a burst of 50": spacing(5, 50, ""),
				"100 a minute, with a delay": window(100, time.Minute, true), "100 a minute": window(100, time.Minute, false),
				"100 in 10 s": window(100, 10*time.Second, false),
			} {
				if run := simulate(t, 200, rtt, limit, options...); run.failed > 0 || run.took > 3*time.Minute {
					t.Errorf("%s, rtt %v, %s: %+v", name, rtt, what, run)
				}
			}
		}
	}
}

// TestListEach_ReturnsToItsPace: a 429 for another reason than the pace does not slow a run for long.
func TestListEach_ReturnsToItsPace(t *testing.T) {
	once := 0
	run := simulate(t, 1000, 20*time.Millisecond, func(time.Time, string) (bool, string) { once++; return once != 100, "" })
	if run.failed > 0 || run.took > 55*time.Second {
		t.Errorf("%+v, want 50 s and a little more", run)
	}
}

// TestListEach_NoEndlessRun: neither for a server that refuses everything nor for one that refuses one connector.
func TestListEach_NoEndlessRun(t *testing.T) {
	for _, count := range []int{1, 8} {
		run := simulate(t, 500, 20*time.Millisecond, func(time.Time, string) (bool, string) { return false, "" }, workers(count))
		if run.failed != 500 || run.notAsked < 480 || run.took > 6*time.Minute || run.requests > 100 {
			t.Errorf("%d workers: %+v", count, run)
		}
		run = simulate(t, 500, 20*time.Millisecond, func(_ time.Time, id string) (bool, string) { return id != "c5", "" }, workers(count))
		if run.failed != 1 || run.notAsked > 0 || run.took > 8*time.Minute || run.most > 150 {
			t.Errorf("%d workers, one connector: %+v", count, run)
		}
	}
}

// TestListEach_KeepsItsPaceAfterAPause, also while the pace recovers: no turn of before the pause is left.
func TestListEach_KeepsItsPaceAfterAPause(t *testing.T) {
	for name, test := range map[string]struct {
		option connectorsecrets.CallOption
		most   int           // requests within a second
		gap    time.Duration // between two requests
	}{
		"default": {workers(64), 21, 2 * time.Second}, "a slow pace": {eachAt(0.2), 1, 11 * time.Second},
		"a thousand workers": {workers(1000), 21, 2 * time.Second},
	} {
		var times []time.Time
		simulate(t, 150, 20*time.Millisecond, func(now time.Time, _ string) (bool, string) {
			times = append(times, now)
			return len(times) != 30, "1"
		}, test.option)
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
	for _, test := range []struct{ workers, attempts, every, status, want int }{ // every so many requests get a response with the status
		{1, 1, 0, 0, 10}, {1, 1, 10, 404, 100}, {1, 1, 10, 429, 100}, {1, 1, 11, 404, 10}, {20, 1, 0, 0, 22}, {1, 2, 2, 503, 100},
	} {
		synctest.Test(t, func(t *testing.T) {
			var requests atomic.Int64
			client := retryClient(t, retry(test.attempts), through(func(*http.Request) (*http.Response, error) {
				if number := requests.Add(1) + int64(test.attempts) - 1; test.every > 0 && number%int64(test.every) == 0 {
					return response(test.status, ""), nil
				}
				return nil, io.ErrUnexpectedEOF
			}))
			asked, begin := 0, time.Now()
			for result := range client.ListEach(t.Context(), numbered(100), workers(test.workers)) {
				_, attempts, _ := outcome(result.List, result.Err)
				if result.Asked && attempts == test.attempts {
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

// TestListEach_ACancelledRunIsNotLost: the requests that the caller ends do not count, and the rest get the context's error.
func TestListEach_ACancelledRunIsNotLost(t *testing.T) {
	bubble(t, script{aborted, aborted, aborted, aborted, hang("")}, func(t *testing.T, server *pipeServer) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Second, cancel)
		for result := range newClient(t, "http://localhost", server.option).ListEach(ctx, numbered(100)) {
			isCanceled := errors.Is(result.Err, context.Canceled) && !strings.Contains(result.Err.Error(), "none of the last")
			if result.Asked != (result.Index < 12) || !result.Asked && !isCanceled {
				t.Errorf("%+v", result)
			}
		}
	})
}

// TestListEach_ALate429IsNotFinal while the run progresses, however long ago its request was sent.
func TestListEach_ALate429IsNotFinal(t *testing.T) {
	bubble(t, script{after(5*time.Second, status(429)), status(429), ok}, func(t *testing.T, server *pipeServer) {
		policy := connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxRetryAfter: 2 * time.Second})
		mustList(t, retryClient(t, server.option, policy).ListEach(t.Context(), numbered(30), workers(2)))
	})
}

// TestListEach_A429IsNoAttempt of the policy, and does not lengthen the pauses between the others.
func TestListEach_A429IsNoAttempt(t *testing.T) {
	for range 10 {
		bubble(t, script{status(429, "Retry-After", "1"), status(503)}, func(t *testing.T, server *pipeServer) {
			for result := range retryClient(t, server.option).ListEach(t.Context(), numbered(1)) {
				got := as[*connectorsecrets.APIError](t, result.Err).Response.Attempts
				if pauses := server.pauses(); got != 5 || len(pauses) != 4 || pauses[1] > time.Second/2 || pauses[2] > time.Second {
					t.Errorf("%d attempts, with pauses of %v", got, pauses)
				}
			}
		})
	}
}

// TestListEach_WhichRefusalsAreFinal: the API's 401 is, once a token that was got after another 401 is refused too.
func TestListEach_WhichRefusalsAreFinal(t *testing.T) {
	refusal, page, half := envelope("UNAUTHORIZED", "Authentication is required."), "<html>", "<html>half"
	const old, good = "fake-old-token", "fake-good-token"
	key := connectorsecrets.APIKey("fake-key")
	for name, test := range map[string]struct {
		body           string
		credential     connectorsecrets.Credential
		attempts       int
		requests, fine int
	}{
		"a fixed key":                      {refusal, key, 4, 1, 0},
		"a page of a firewall":             {page, key, 4, 20, 0},
		"a page, and a source":             {page, tokens(old), 4, 20, 0},
		"a page that is cut":               {half, key, 4, 20, 0},
		"no body":                          {"", key, 4, 1, 0},
		"no fresh token helps":             {refusal, tokens(old), 4, 2, 0},
		"a fresh token helps":              {refusal, tokens(old, good), 4, 21, 20},
		"without retry, the next one gets": {refusal, tokens(old, good), 1, 20, 19},
		"without retry, no token helps":    {refusal, tokens(old), 1, 2, 0},
		"no fresh token at first":          {refusal, tokens(old, "", good), 4, 20, 19},
		"a good token in between":          {refusal, tokens(old, good, old, good), 1, 20, 18},
	} {
		requests, fine := 0, 0
		synctest.Test(t, func(t *testing.T) {
			server := through(func(r *http.Request) (*http.Response, error) {
				if requests++; r.Header.Get("Authorization") == "Bearer "+good {
					return response(200, oneSecret), nil
				}
				refused := response(401, test.body)
				if test.body == half {
					refused.Body = io.NopCloser(io.MultiReader(refused.Body, iotest.ErrReader(io.ErrUnexpectedEOF)))
				}
				return refused, nil
			})
			client := retryClient(t, connectorsecrets.WithCredential(test.credential), retry(test.attempts), server)
			for result := range client.ListEach(t.Context(), numbered(20), workers(1)) {
				if result.Err == nil {
					fine++
					continue
				}
				// The caller may change the error: results share no memory.
				if refused, ok := errors.AsType[*connectorsecrets.APIError](result.Err); ok && refused.Message == "changed" {
					t.Errorf("%s: an error of another result", name)
				} else if ok {
					refused.Message = "changed"
				}
			}
		})
		if requests != test.requests || fine != test.fine {
			t.Errorf("%s: %d requests and %d lists, want %d and %d", name, requests, fine, test.requests, test.fine)
		}
	}
}

// TestListEach_A401StopsManyWorkers, or lets them go on if a fresh token helps.
func TestListEach_A401StopsManyWorkers(t *testing.T) {
	late := func(w http.ResponseWriter, r *http.Request) { // at the next whole second, all at once
		time.Sleep(time.Second - time.Duration(time.Now().Nanosecond()))
		status(401)(w, r)
	}
	var asked atomic.Int64
	slow := connectorsecrets.TokenSource(func(context.Context) (string, error) { // a program that takes a while, but not at first
		if asked.Add(1) > 1 {
			time.Sleep(200 * time.Millisecond)
		}
		return "fake-token", nil
	})
	for _, test := range []struct {
		credential connectorsecrets.Credential
		handlers   script
		requests   int // about so many: a retry waits for its turn, so another worker may send a request first
		refused    int
	}{
		{connectorsecrets.APIKey("fake-key"), script{ok, ok, ok, status(401)}, 4, 497},
		{tokens("fake-token"), script{ok, ok, ok, status(401)}, 5, 497},
		{tokens("fake-token"), script{ok, status(401), ok}, 501, 0},
		{tokens("fake-token"), script{late, late, late, late, ok}, 504, 0},                             // all with the token of before
		{slow, script{after(120*time.Millisecond, status(401)), status(401), status(401), ok}, 503, 0}, // two asked before, sent after
	} {
		bubble(t, test.handlers, func(t *testing.T, server *pipeServer) {
			refused := 0
			client := retryClient(t, server.option, connectorsecrets.WithCredential(test.credential))
			for result := range client.ListEach(t.Context(), numbered(500), workers(4)) {
				if errors.Is(result.Err, connectorsecrets.ErrUnauthorized) {
					refused++
				} else if result.Err != nil {
					t.Error(result.Err)
				}
			}
			if got := server.requests(); got < test.requests || got > test.requests+3 || refused != test.refused {
				t.Errorf("%d requests and %d refused, want about %d and %d", got, refused, test.requests, test.refused)
			}
		})
	}
}

// TestListEach_ACredentialForEachConnector: a 401 stops the connectors with the same credential, also if it was made twice, and no
// others. One that can't be sent takes no turn. Results share no memory.
func TestListEach_ACredentialForEachConnector(t *testing.T) {
	refusing := func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("Authorization")
		if strings.Contains(sent, "revoked") {
			status(401, "WWW-Authenticate", "Bearer")(w, r)
			return
		}
		write(w, 200, listOf(1, named(fmt.Sprintf(`"%x"`, sent))))
	}
	key := connectorsecrets.APIKey
	source, good := tokens("fake-revoked-token"), tokens("fake-good")
	credentials := []connectorsecrets.Credential{
		{}, key("fake-own"), key("fake-revoked"), key("fake-revoked"), key("fake-own"), {}, key(""), source, good, source, good, source,
	}
	want := []string{
		"true Bearer not-a-real-api-key", "true Bearer fake-own", "true 401", "false 401", "true Bearer fake-own", "true Bearer not-a-real-api-key",
		"false refused", "true 401", "true Bearer fake-good", "false 401", "true Bearer fake-good", "false 401",
	}
	var connectors []connectorsecrets.Connector
	for _, credential := range credentials {
		connectors = append(connectors, connectorsecrets.Connector{TeamID: testTeam, ID: testConnector, Credential: credential})
	}
	bubble(t, script{refusing}, func(t *testing.T, server *pipeServer) {
		var got []string
		begin := time.Now()
		for result := range retryClient(t, server.option).ListEach(t.Context(), slices.Values(connectors), workers(1), eachAt(1)) {
			line := strconv.FormatBool(result.Asked)
			if argument, ok := errors.AsType[*connectorsecrets.ArgumentError](result.Err); ok && argument.Credential {
				line += " refused"
			} else if refused, ok := errors.AsType[*connectorsecrets.APIError](result.Err); ok {
				if line += " 401"; refused.Response.Header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%d: the header of another result", result.Index)
				}
				refused.Response.Header.Set("WWW-Authenticate", "changed")
			} else if result.Err == nil {
				sent, _ := hex.DecodeString(result.List.Names()[0])
				line += " " + string(sent)
			}
			got = append(got, line)
		}
		// The first request takes no time, and each of the others, a fresh token's included, a second.
		if took := time.Since(begin); !slices.Equal(got, want) || server.requests() != 9 || took != 8*time.Second {
			t.Errorf("%q after %d requests and %v, want %q after 9", got, server.requests(), took, want)
		}
	})
}
