package connectorsecrets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// numbered yields the connectors c0, c1, … of the test team.
func numbered(count int) iter.Seq[connectorsecrets.Connector] {
	return func(yield func(connectorsecrets.Connector) bool) {
		for i := range count {
			if !yield(connectorsecrets.Connector{TeamID: testTeam, ID: "c" + strconv.Itoa(i)}) {
				return
			}
		}
	}
}

// connectorOf returns the connector that a request is for.
func connectorOf(r *http.Request) string { return strings.Split(r.URL.Path, "/")[6] }

// echo lists one secret that has the connector's name.
func echo(w http.ResponseWriter, r *http.Request) {
	write(w, 200, listOf(1, named(strconv.Quote(connectorOf(r)))))
}

func workers(n int) connectorsecrets.CallOption    { return connectorsecrets.WithWorkers(n) }
func pace(limit float64) connectorsecrets.Option   { return connectorsecrets.WithPace(limit) }
func eachAt(n float64) connectorsecrets.CallOption { return connectorsecrets.WithPace(n) }

// mustList goes through results that must all be lists, and returns how long that took.
func mustList(t *testing.T, results iter.Seq[connectorsecrets.Result]) time.Duration {
	t.Helper()
	begin := time.Now()
	for result := range results {
		if result.Err != nil {
			t.Errorf("%d, %s: %v", result.Index, result.Connector.ID, result.Err)
		}
	}
	return time.Since(begin)
}

// TestListEach_EveryConnectorOnceAndInOrder has 64 workers list 2,000 connectors over a socket, with random delays and
// faults.
func TestListEach_EveryConnectorOnceAndInOrder(t *testing.T) {
	const connectors = 2000
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(rand.Int64N(int64(2 * time.Millisecond))))
		number, _ := strconv.Atoi(strings.TrimPrefix(connectorOf(r), "c"))
		switch {
		case number%10 == 3:
			status(404)(w, r)
		case rand.IntN(20) == 0:
			status(503)(w, r)
		case rand.IntN(40) == 0:
			aborted(w, r)
		default:
			echo(w, r)
		}
	})
	next := 0
	for result := range newClient(t, server.URL, retry(20)).ListEach(t.Context(), numbered(connectors), workers(64), eachAt(0)) {
		want := "c" + strconv.Itoa(next)
		if result.Connector.ID != want || result.Connector.TeamID != testTeam || result.Index != next || !result.Asked {
			t.Fatalf("result %d is %+v, want that of %s", next, result, want)
		}
		if next%10 == 3 {
			if !errors.Is(result.Err, connectorsecrets.ErrNotFound) || result.List != nil {
				t.Errorf("%s: list %v, error %v", want, result.List, result.Err)
			}
		} else if result.Err != nil || result.List.Names()[0] != want {
			t.Errorf("%s: list %v, error %v", want, result.List, result.Err)
		}
		next++
	}
	if next != connectors {
		t.Errorf("%d results, want %d", next, connectors)
	}
}

func TestListEach_BoundsItsWorkers(t *testing.T) {
	for _, test := range []struct {
		option connectorsecrets.CallOption
		want   int32
	}{{nil, 8}, {workers(0), 8}, {workers(1), 1}, {workers(5), 5}} {
		var now, most atomic.Int32
		handler := func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			ok(w, r)
		}
		bubble(t, script{handler}, func(t *testing.T, server *pipeServer) {
			mustList(t, retryClient(t, server.option).ListEach(t.Context(), numbered(40), test.option, eachAt(0)))
			if most.Load() != test.want {
				t.Errorf("%d calls at once, want %d", most.Load(), test.want)
			}
		})
	}
}

// TestListEach_GivesOutWhatIsReady: the first result comes before the sequence yields its second connector.
func TestListEach_GivesOutWhatIsReady(t *testing.T) {
	bubble(t, script{ok}, func(t *testing.T, server *pipeServer) {
		slow := func(yield func(connectorsecrets.Connector) bool) {
			for connector := range numbered(12) {
				if time.Sleep(time.Minute); !yield(connector) {
					return
				}
			}
		}
		begin, results := time.Now(), 0
		for range retryClient(t, server.option).ListEach(t.Context(), slow) {
			results++
			// Connector n comes after n minutes. Its result must come while the loop waits for the next connector.
			if late := time.Since(begin) - time.Duration(results)*time.Minute; late > time.Minute+time.Second {
				t.Errorf("result %d came %v after its connector", results, late)
			}
		}
	})
}

// TestListEach_OthersGoOnWhileOneWaits, but only so far.
func TestListEach_OthersGoOnWhileOneWaits(t *testing.T) {
	const count, ahead = 8, 4
	slowFirst := func(w http.ResponseWriter, r *http.Request) {
		if connectorOf(r) == "c0" {
			time.Sleep(time.Second)
		}
		echo(w, r)
	}
	bubble(t, script{slowFirst}, func(t *testing.T, server *pipeServer) {
		for range retryClient(t, server.option).ListEach(t.Context(), numbered(100), workers(count), eachAt(0)) {
			if got := server.requests(); got != count*ahead {
				t.Errorf("%d requests before the first result, want %d", got, count*ahead)
			}
			break
		}
	})
}

// TestListEach_StopsEverything at once when the loop ends, after each possible number of results, or the context.
func TestListEach_StopsEverything(t *testing.T) {
	stop := func(options []connectorsecrets.CallOption, wait func() time.Duration, after int, at time.Duration) {
		respond := func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(wait()):
				ok(w, r)
			case <-r.Context().Done():
			}
		}
		bubble(t, script{respond}, func(t *testing.T, server *pipeServer) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			time.AfterFunc(at, cancel)
			begin, stopped, results := time.Now(), time.Now().Add(at), 0
			for result := range retryClient(t, server.option).ListEach(ctx, numbered(1000), options...) {
				lost, isLost := errors.AsType[*connectorsecrets.TransportError](result.Err)
				if result.Err != nil && (!isLost || (lost.Attempts == 1) != result.Asked || !errors.Is(result.Err, context.Canceled)) {
					t.Errorf("%+v", result)
				}
				if results++; results == after {
					stopped = time.Now()
					break
				}
			}
			took, stacks := time.Since(stopped), make([]byte, 1<<20)
			if stacks = stacks[:runtime.Stack(stacks, true)]; bytes.Contains(stacks, []byte("listOne")) {
				t.Errorf("a worker is still there:\n%s", stacks)
			}
			synctest.Wait() // what was on its way arrives
			before := server.requests()
			time.Sleep(time.Hour)
			if late := server.requests() - before; late != 0 || took != 0 || results != min(after, 1000) {
				t.Errorf("%d results in %v: went on for %v, %d requests later", results, time.Since(begin), took, late)
			}
		})
	}
	random := func() time.Duration { return time.Duration(rand.Int64N(int64(time.Second))) }
	for after := range 30 {
		stop([]connectorsecrets.CallOption{workers(5), eachAt(0)}, random, after+1, 24*time.Hour)
	}
	for _, at := range []time.Duration{0, 1, 10 * time.Millisecond, 120 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		stop(nil, func() time.Duration { return 100 * time.Millisecond }, 1001, at)
	}
}

// TestListEach_ConnectorTimeout holds for each connector, and does not include the wait for its first turn.
func TestListEach_ConnectorTimeout(t *testing.T) {
	silentOnce := func(w http.ResponseWriter, r *http.Request) {
		if connectorOf(r) == "c1" {
			hang("")(w, r)
		}
		echo(w, r)
	}
	bubble(t, script{silentOnce}, func(t *testing.T, server *pipeServer) {
		begin := time.Now()
		timeout := connectorsecrets.WithConnectorTimeout(3 * time.Second)
		for result := range retryClient(t, server.option).ListEach(t.Context(), numbered(100), workers(64), timeout) {
			if timedOut := errors.Is(result.Err, context.DeadlineExceeded); timedOut != (result.Connector.ID == "c1") {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
		if took := time.Since(begin); took < 4900*time.Millisecond || took > 5*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestListEach_BadConnectorsAreResults(t *testing.T) {
	connectors := []connectorsecrets.Connector{{TeamID: 1, ID: "a"}, {TeamID: 0, ID: "b"}, {TeamID: 1, ID: "../c"}, {}, {TeamID: 1, ID: "d"}}
	var got []string
	for result := range newClient(t, serve(t, echo).URL).ListEach(t.Context(), slices.Values(connectors), eachAt(0)) {
		if result.Asked {
			got = append(got, result.List.Names()[0])
		} else {
			got = append(got, as[*connectorsecrets.ArgumentError](t, result.Err).Argument)
		}
	}
	if want := []string{"a", "team ID", "connector identifier", "team ID", "d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestListEach_BadCalls(t *testing.T) {
	client := retryClient(t)
	var none *connectorsecrets.Client
	var noContext context.Context
	for name, results := range map[string]iter.Seq[connectorsecrets.Result]{
		"workers":     client.ListEach(t.Context(), numbered(3), workers(-1)),
		"pace":        client.ListEach(t.Context(), numbered(3), eachAt(math.NaN())),
		"no context":  client.ListEach(noContext, numbered(3)),
		"no client":   none.ListEach(t.Context(), numbered(3)),
		"zero client": new(connectorsecrets.Client).ListEach(t.Context(), numbered(3)),
	} {
		for range results {
			break
		}
		count := 0
		for result := range results {
			argument := as[*connectorsecrets.ArgumentError](t, result.Err)
			if !strings.Contains(name, argument.Argument) || result.Index != count || result.Connector.ID != fmt.Sprint("c", count) {
				t.Errorf("%s: %+v", name, result)
			}
			count++
		}
		if count != 3 {
			t.Errorf("%s: %d results, want 3", name, count)
		}
	}
	for result := range client.ListEach(t.Context(), nil) {
		t.Errorf("a result of nothing: %+v", result)
	}
}

// TestListEach_PanicsOfTheCallersCode are the errors of their connectors, as is runtime.Goexit, and the run goes on.
func TestListEach_PanicsOfTheCallersCode(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("planted") }, "Goexit": runtime.Goexit} {
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) { end(); return "", io.EOF })
		for what, option := range map[string]connectorsecrets.Option{
			"transport": through(func(*http.Request) (*http.Response, error) { end(); return nil, io.EOF }),
			"source":    connectorsecrets.WithCredential(source),
		} {
			results := 0
			for result := range retryClient(t, option).ListEach(t.Context(), numbered(9), eachAt(0), workers(2)) {
				results++
				lost := as[*connectorsecrets.TransportError](t, result.Err)
				isAsked := what == "transport"
				if result.List != nil || result.Asked != isAsked || (lost.Attempts == 1) != isAsked || strings.Contains(renderings(result.Err), "planted") {
					t.Errorf("%s in %s: %+v", name, what, result)
				}
			}
			if results != 9 {
				t.Errorf("%s in %s: %d results", name, what, results)
			}
		}
	}
}

// TestListEach_MemoryIsFlat compares the live heap during 20,000 connectors with that after the first 1,000.
func TestListEach_MemoryIsFlat(t *testing.T) {
	const connectors, bound = 20_000, 4 << 20
	live := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	client := retryClient(t, through(func(*http.Request) (*http.Response, error) { return response(200, secretsBody(10, 10)), nil }))
	var early, late uint64
	count := 0
	for result := range client.ListEach(t.Context(), numbered(connectors), eachAt(0), workers(16)) {
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		switch count++; {
		case count == 1000:
			early = live()
		case count > 1000 && count%2000 == 0:
			late = max(late, live())
		}
	}
	if count != connectors || late > early+bound {
		t.Errorf("%d results; live heap %d bytes after 1,000 and up to %d later, want at most 4 MiB more", count, early, late)
	}
}
