package connectorsecrets_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
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
	_, _ = fmt.Fprintf(w, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":%q}]}`, connectorOf(r))
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
			panic(http.ErrAbortHandler)
		default:
			echo(w, r)
		}
	})
	client := newClient(t, server.URL, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{
		MaxAttempts: 20, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond,
	}))
	next := 0
	for result := range client.ListEach(context.Background(), numbered(connectors), connectorsecrets.WithWorkers(64), connectorsecrets.WithPace(0)) {
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
	for name, test := range map[string]struct {
		options []connectorsecrets.CallOption
		want    int32
	}{
		"default": {nil, 8}, "0": {[]connectorsecrets.CallOption{connectorsecrets.WithWorkers(0)}, 8},
		"1": {[]connectorsecrets.CallOption{connectorsecrets.WithWorkers(1)}, 1}, "5": {[]connectorsecrets.CallOption{nil, connectorsecrets.WithWorkers(5)}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var now, most atomic.Int32
				_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(time.Second)
					now.Add(-1)
					ok(w, r)
				})
				client := retryClient(t, transport)
				for result := range client.ListEach(context.Background(), numbered(40), append(test.options, connectorsecrets.WithPace(0))...) {
					if result.Err != nil {
						t.Error(result.Err)
					}
				}
				if most.Load() != test.want {
					t.Errorf("%d calls at once, want %d", most.Load(), test.want)
				}
			})
		})
	}
}

// TestListEach_StreamsResults: the first result does not wait for the last connector.
func TestListEach_StreamsResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, ok)
		taken := 0
		endless := func(yield func(connectorsecrets.Connector) bool) {
			for taken = 1; yield(connectorsecrets.Connector{TeamID: 1, ID: "a"}); {
				taken++
			}
		}
		results := 0
		for range retryClient(t, transport).ListEach(context.Background(), endless, connectorsecrets.WithWorkers(2)) {
			if results++; results == 10 {
				break
			}
		}
		if ahead := taken - results; results != 10 || ahead > 2*4 {
			t.Errorf("%d results, %d connectors taken ahead", results, ahead)
		}
	})
}

// TestListEach_KeepsItsPace: 5,000 connectors at 20 a second take 250 seconds.
func TestListEach_KeepsItsPace(t *testing.T) {
	for pace, options := range map[float64][]connectorsecrets.CallOption{
		20: nil, 50: {connectorsecrets.WithPace(50)},
	} {
		synctest.Test(t, func(t *testing.T) {
			const connectors = 5000
			server, transport := startPipeServer(t, ok)
			begin := time.Now()
			for result := range retryClient(t, transport).ListEach(context.Background(), numbered(connectors), options...) {
				if result.Err != nil {
					t.Fatal(result.Err)
				}
			}
			took, want := time.Since(begin).Seconds(), connectors/pace
			if math.Abs(took-want) > 0.02*want {
				t.Errorf("pace %v: took %.1f s, want %.1f s within 2 %%", pace, took, want)
			}
			if least := slices.Min(server.pauses()); least < time.Duration(0.9/pace*float64(time.Second)) {
				t.Errorf("pace %v: a pause of %v", pace, least)
			}
		})
	}
}

// TestListEach_A429PausesAll: the server's log shows that no request arrives during the pause that it asked for.
func TestListEach_A429PausesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var announced time.Time
		var early, limited int
		var lock sync.Mutex
		served := 0
		_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			lock.Lock()
			defer lock.Unlock()
			if time.Now().Before(announced) {
				early++
			}
			if served++; served%50 == 0 {
				limited++
				announced = time.Now().Add(30 * time.Second)
				status(429, "Retry-After", "30")(w, r)
				return
			}
			echo(w, r)
		})
		begin := time.Now()
		count := 0
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(200), connectorsecrets.WithWorkers(16)) {
			if count++; result.Err != nil {
				t.Error(result.Err)
			}
		}
		if early > 0 || limited != 4 || count != 200 {
			t.Errorf("%d requests in announced windows, %d windows, %d results", early, limited, count)
		}
		if took := time.Since(begin); took < 129*time.Second || took > 133*time.Second {
			t.Errorf("took %v, want four pauses of 30 s and the pace", took)
		}
	})
}

func TestListEach_ALong429StandsForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, ok, ok, status(429, "Retry-After", "3600"), ok)
		begin := time.Now()
		client := retryClient(t, transport)
		var requests []int
		for result := range client.ListEach(context.Background(), numbered(1000)) {
			var answer *connectorsecrets.APIError
			switch {
			case result.Err == nil:
			case result.Asked != (answer == nil && errors.As(result.Err, &answer) && answer.Response.Attempts > 0):
				t.Errorf("%+v", result)
			case errors.As(result.Err, &answer) && answer.Response.StatusCode == 429 && answer.Response.RetryAfter == time.Hour && answer.RequestID == requestID:
				requests = append(requests, answer.Response.Attempts)
			default:
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
		// Any of the first connectors may be the one that gets the 429.
		slices.Sort(requests)
		if server.requests() != 3 || len(requests) != 998 || requests[997] != 1 || requests[996] != 0 || time.Since(begin) > time.Second {
			t.Errorf("%d requests, %d errors, %v", server.requests(), len(requests), time.Since(begin))
		}
	})
}

// TestListEach_GoesOnAfterALong429: a loop that is slow enough continues after the pause.
func TestListEach_GoesOnAfterALong429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(429, "Retry-After", "120"), ok)
		listed := 0
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(100), connectorsecrets.WithWorkers(1)) {
			time.Sleep(10 * time.Second)
			if result.Err == nil {
				listed++
			}
		}
		// 12 results fill the two minutes. Up to four more were ready ahead of the loop.
		if listed < 80 || listed > 90 {
			t.Errorf("%d of 100 listed", listed)
		}
	})
}

func TestListEach_A429OutlastsTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(429, "Retry-After", "30"))
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		begin := time.Now()
		for result := range retryClient(t, transport).ListEach(ctx, numbered(50)) {
			if !errors.Is(result.Err, connectorsecrets.ErrRateLimited) {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
		if server.requests() != 1 || time.Since(begin) > time.Second {
			t.Errorf("%d requests in %v, want one and no wait", server.requests(), time.Since(begin))
		}
	})
}

func TestListEach_A401EndsTheRun(t *testing.T) {
	fresh := 0
	tests := []struct {
		name       string
		credential connectorsecrets.Credential
		requests   int
	}{
		{"fixed", connectorsecrets.APIKey("fake-key"), 4},
		{"source", connectorsecrets.TokenSource(func(context.Context) (string, error) { fresh++; return "fake-token", nil }), 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, transport := startPipeServer(t, ok, ok, ok, status(401))
				client, err := connectorsecrets.New(test.credential, transport, connectorsecrets.WithBaseURL("http://localhost"))
				if err != nil {
					t.Fatal(err)
				}
				refused := 0
				for result := range client.ListEach(context.Background(), numbered(500), connectorsecrets.WithWorkers(4)) {
					if errors.Is(result.Err, connectorsecrets.ErrUnauthorized) {
						refused++
					} else if result.Err != nil {
						t.Error(result.Err)
					}
				}
				// The retry with a fresh token waits for its turn, so another worker may send a request first.
				if got := server.requests(); got < test.requests || got > test.requests+3 || refused != 497 {
					t.Errorf("%d requests and %d refused, want about %d and 497", got, refused, test.requests)
				}
			})
		})
	}
}

// TestListEach_ACredentialForEachConnector: a 401 stops the connectors with the same credential, and no others.
func TestListEach_ACredentialForEachConnector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer fake-revoked" {
				status(401)(w, r)
				return
			}
			// Not the credential itself: the client refuses it as a secret's name.
			_, _ = fmt.Fprintf(w, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"%x"}]}`, r.Header.Get("Authorization"))
		})
		client, err := connectorsecrets.New(connectorsecrets.APIKey("fake-client"), transport, connectorsecrets.WithBaseURL("http://localhost"))
		if err != nil {
			t.Fatal(err)
		}
		own, revoked := connectorsecrets.APIKey("fake-own"), connectorsecrets.APIKey("fake-revoked")
		connectors := []connectorsecrets.Connector{
			{TeamID: 1, ID: "a"}, {TeamID: 1, ID: "b", Credential: own}, {TeamID: 1, ID: "c", Credential: revoked},
			{TeamID: 1, ID: "d", Credential: revoked}, {TeamID: 1, ID: "e", Credential: own}, {TeamID: 1, ID: "f"},
			{TeamID: 1, ID: "g", Credential: connectorsecrets.APIKey("")},
		}
		var got []string
		for result := range client.ListEach(context.Background(), slices.Values(connectors), connectorsecrets.WithWorkers(1)) {
			line := strconv.FormatBool(result.Asked)
			var refused *connectorsecrets.ArgumentError
			switch {
			case result.Err == nil:
				sent, _ := hex.DecodeString(result.List.Names()[0])
				line += " " + string(sent)
			case errors.Is(result.Err, connectorsecrets.ErrUnauthorized):
				line += " 401"
			case errors.As(result.Err, &refused) && refused.Credential:
				line += " refused"
			}
			got = append(got, line)
		}
		want := []string{"true Bearer fake-client", "true Bearer fake-own", "true 401", "false 401", "true Bearer fake-own", "true Bearer fake-client", "false refused"}
		if !slices.Equal(got, want) || server.requests() != 5 {
			t.Errorf("%q after %d requests, want %q after 5", got, server.requests(), want)
		}
	})
}

// TestListEach_APauseHoldsAtTheClientsPace: a pause also stops workers that wait for their turn at the client's pace.
func TestListEach_APauseHoldsAtTheClientsPace(t *testing.T) {
	for _, test := range []struct {
		name     string
		first    http.HandlerFunc
		requests int
	}{
		{"a short pause", status(429, "Retry-After", "30"), 31},
		{"a long one", status(429, "Retry-After", "3600"), 1},
		{"a 401", status(401), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			begin, early := time.Now(), 0
			server, transport := startPipeServer(t, test.first, func(w http.ResponseWriter, r *http.Request) {
				if time.Since(begin) < 30*time.Second {
					early++
				}
				echo(w, r)
			})
			client := retryClient(t, transport, connectorsecrets.WithPace(2))
			for range client.ListEach(context.Background(), numbered(30)) {
			}
			if got := server.requests(); got != test.requests || early > 0 {
				t.Errorf("%s: %d requests, %d of them early, want %d", test.name, got, early, test.requests)
			}
			if pauses := server.pauses(); len(pauses) > 0 && slices.Min(pauses) < 450*time.Millisecond {
				t.Errorf("%s: a pause of %v between requests", test.name, slices.Min(pauses))
			}
		})
	}
}

// TestListEach_ABadCredentialTakesNoTurn: nothing is sent with it, so nobody waits for it.
func TestListEach_ABadCredentialTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := slices.Repeat([]connectorsecrets.Connector{{TeamID: 1, ID: "a", Credential: connectorsecrets.APIKey("")}}, 20)
		begin := time.Now()
		for result := range newClient(t, "http://localhost").ListEach(t.Context(), slices.Values(bad), connectorsecrets.WithPace(1)) {
			if _, ok := errors.AsType[*connectorsecrets.ArgumentError](result.Err); !ok || result.Asked {
				t.Errorf("%+v", result)
			}
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestListEach_OneCredentialMadeTwice: two credentials with one value count as the same.
func TestListEach_OneCredentialMadeTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(401))
		connectors := func(yield func(connectorsecrets.Connector) bool) {
			for range 50 {
				if !yield(connectorsecrets.Connector{TeamID: 1, ID: "a", Credential: connectorsecrets.APIKey("fake-revoked")}) {
					return
				}
			}
		}
		for range retryClient(t, transport).ListEach(context.Background(), connectors, connectorsecrets.WithWorkers(1)) {
		}
		if got := server.requests(); got != 1 {
			t.Errorf("%d requests, want 1", got)
		}
	})
}

// TestListEach_A401WithoutAFreshTokenEndsNothing: the next connector gets another token.
func TestListEach_A401WithoutAFreshTokenEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(401), ok)
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) { return "fake-token", nil })
		client, err := connectorsecrets.New(source, transport, connectorsecrets.WithBaseURL("http://localhost"), connectorsecrets.WithoutRetry())
		if err != nil {
			t.Fatal(err)
		}
		for result := range client.ListEach(context.Background(), numbered(10), connectorsecrets.WithWorkers(1)) {
			if (result.Err != nil) != (result.Index == 0) {
				t.Errorf("%d: %v", result.Index, result.Err)
			}
			// The caller may change the error.
			if apiError, isAPIError := errors.AsType[*connectorsecrets.APIError](result.Err); isAPIError {
				apiError.Message = "changed"
			}
		}
	})
}

// TestListEach_RemembersRefusals: a refused credential is not sent again. Results share no memory.
func TestListEach_RemembersRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(401, "WWW-Authenticate", "Bearer"))
		connectors := func(yield func(connectorsecrets.Connector) bool) {
			for i := range 100 {
				for range 2 {
					if !yield(connectorsecrets.Connector{TeamID: 1, ID: "A", Credential: connectorsecrets.APIKey(fmt.Sprint("fake-key-", i))}) {
						return
					}
				}
			}
		}
		options := []connectorsecrets.CallOption{connectorsecrets.WithWorkers(1), connectorsecrets.WithPace(0)}
		for result := range retryClient(t, transport).ListEach(context.Background(), connectors, options...) {
			if want := result.Index%2 == 0; result.Asked != want {
				t.Errorf("%d: asked %v, want %v", result.Index, result.Asked, want)
			}
			refused, isAPIError := errors.AsType[*connectorsecrets.APIError](result.Err)
			if !isAPIError || refused.Response.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Fatalf("%d: %v, %v", result.Index, result.Err, refused)
			}
			refused.Response.Header.Set("WWW-Authenticate", "changed")
		}
	})
}

// TestListEach_TheClientsPaceIsEnough: if the client has a pace, or explicitly none, ListEach adds no pace of its own.
func TestListEach_TheClientsPaceIsEnough(t *testing.T) {
	for pace, want := range map[float64]time.Duration{100: 990 * time.Millisecond, 0: 0} {
		synctest.Test(t, func(t *testing.T) {
			_, transport := startPipeServer(t, ok)
			begin := time.Now()
			for result := range retryClient(t, transport, connectorsecrets.WithPace(pace)).ListEach(context.Background(), numbered(100)) {
				if result.Err != nil {
					t.Error(result.Err)
				}
			}
			if took := time.Since(begin); took != want {
				t.Errorf("pace %v: took %v, want %v", pace, took, want)
			}
		})
	}
}

func TestListEach_AFreshTokenGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, ok, status(401), ok)
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) { return "fake-token", nil })
		client, err := connectorsecrets.New(source, transport, connectorsecrets.WithBaseURL("http://localhost"))
		if err != nil {
			t.Fatal(err)
		}
		for result := range client.ListEach(context.Background(), numbered(50)) {
			if result.Err != nil {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
	})
}

// TestListEach_BreakStopsEverything ends the loop after each possible number of results.
func TestListEach_BreakStopsEverything(t *testing.T) {
	for after := 1; after <= 30; after++ {
		synctest.Test(t, func(t *testing.T) {
			server, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(time.Duration(rand.Int64N(int64(time.Second)))):
					ok(w, r)
				case <-r.Context().Done():
				}
			})
			client := retryClient(t, transport)
			results := 0
			var broke time.Time
			for range client.ListEach(context.Background(), numbered(1000), connectorsecrets.WithWorkers(5), connectorsecrets.WithPace(0)) {
				if results++; results == after {
					broke = time.Now()
					break
				}
			}
			if took := time.Since(broke); took != 0 {
				t.Errorf("after %d results: went on for %v", after, took)
			}
			synctest.Wait() // what was on its way arrives
			before := server.requests()
			time.Sleep(time.Hour)
			if late := server.requests() - before; late != 0 {
				t.Errorf("after %d results: %d requests later", after, late)
			}
		})
	}
}

func TestListEach_ContextStopsEverything(t *testing.T) {
	for _, after := range []time.Duration{0, 1, 10 * time.Millisecond, 120 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			server, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(100 * time.Millisecond):
					ok(w, r)
				case <-r.Context().Done():
				}
			})
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			time.AfterFunc(after, cancel)
			begin := time.Now()
			var listed, ended int
			for result := range retryClient(t, transport).ListEach(ctx, numbered(1000)) {
				var transport *connectorsecrets.TransportError
				switch {
				case result.Err == nil:
					listed++
				case errors.As(result.Err, &transport) && errors.Is(result.Err, context.Canceled):
					ended++
				default:
					t.Errorf("%+v: %v", result.Connector, result.Err)
				}
			}
			if took := time.Since(begin); took != after || listed+ended != 1000 {
				t.Errorf("ended after %v: %d listed and %d not in %v", after, listed, ended, took)
			}
			synctest.Wait() // what was on its way arrives
			before := server.requests()
			time.Sleep(time.Hour)
			if server.requests() != before {
				t.Error("requests after the end")
			}
		})
	}
}

func TestListEach_ConnectorTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			if connectorOf(r) == "c1" {
				hang("")(w, r)
			}
			echo(w, r)
		})
		begin := time.Now()
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(3), connectorsecrets.WithConnectorTimeout(3*time.Second)) {
			if timedOut := errors.Is(result.Err, context.DeadlineExceeded); timedOut != (result.Connector.ID == "c1") {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
		if took := time.Since(begin); took < 3*time.Second || took > 4*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestListEach_ConnectorTimeoutIsNotForTheQueue: the timeout does not include the wait for the first turn.
func TestListEach_ConnectorTimeoutIsNotForTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, ok)
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(100),
			connectorsecrets.WithWorkers(64), connectorsecrets.WithConnectorTimeout(time.Second)) {
			if result.Err != nil {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
	})
}

// TestListEach_KeepsTheLongerPause: a 429 with a shorter Retry-After does not shorten the pause.
func TestListEach_KeepsTheLongerPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var early atomic.Int32
		_, transport := startPipeServer(t,
			func(w http.ResponseWriter, r *http.Request) { status(429, "Retry-After", "40")(w, r) },
			func(w http.ResponseWriter, r *http.Request) { status(429, "Retry-After", "3")(w, r) },
			func(w http.ResponseWriter, r *http.Request) {
				if time.Since(begin) < 40*time.Second {
					early.Add(1)
				}
				echo(w, r)
			})
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(20),
			connectorsecrets.WithWorkers(2), connectorsecrets.WithPace(0)) {
			if result.Err != nil {
				t.Errorf("%+v: %v", result.Connector, result.Err)
			}
		}
		if early.Load() > 0 {
			t.Errorf("%d requests in the longer pause", early.Load())
		}
	})
}

// TestListEach_GivesOutWhatIsReady: the first result comes before the sequence yields its second connector.
func TestListEach_GivesOutWhatIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, ok)
		slow := func(yield func(connectorsecrets.Connector) bool) {
			for i := range 5 {
				time.Sleep(time.Minute)
				if !yield(connectorsecrets.Connector{TeamID: 1, ID: "c" + strconv.Itoa(i)}) {
					return
				}
			}
		}
		begin, results := time.Now(), 0
		for range retryClient(t, transport).ListEach(context.Background(), slow) {
			results++
			// Connector n comes after n minutes. Its result must come while the loop waits for the next connector.
			if late := time.Since(begin) - time.Duration(results)*time.Minute; late > time.Minute+time.Second {
				t.Errorf("result %d came %v after its connector", results, late)
			}
		}
	})
}

func TestListEach_LeavesNoGoroutine(t *testing.T) {
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	transport := &http.Transport{}
	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	known, stacks := goleak.IgnoreCurrent(), make([]byte, 1<<20)
	for range 20 {
		for range client.ListEach(context.Background(), numbered(100), connectorsecrets.WithPace(0)) {
			break
		}
		if stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]; strings.Contains(string(stacks), "listEach") {
			t.Fatalf("a worker is still there:\n%s", stacks)
		}
	}
	transport.CloseIdleConnections()
	if err := goleak.Find(known); err != nil {
		t.Error(err)
	}
}

func TestListEach_BadConnectorsAreResults(t *testing.T) {
	server := serve(t, echo)
	connectors := []connectorsecrets.Connector{{TeamID: 1, ID: "a"}, {TeamID: 0, ID: "b"}, {TeamID: 1, ID: "../c"}, {}, {TeamID: 1, ID: "d"}}
	var got []string
	for result := range newClient(t, server.URL).ListEach(context.Background(), slices.Values(connectors), connectorsecrets.WithPace(0)) {
		var argument *connectorsecrets.ArgumentError
		switch {
		case result.Err == nil:
			got = append(got, result.List.Names()[0])
		case errors.As(result.Err, &argument):
			got = append(got, argument.Argument)
		default:
			t.Error(result.Err)
		}
	}
	if want := []string{"a", "team ID", "connector identifier", "team ID", "d"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestListEach_BadCalls(t *testing.T) {
	client := newClient(t, "http://127.0.0.1:1")
	var none *connectorsecrets.Client
	var noContext context.Context
	ctx := context.Background()
	tests := map[string]iter.Seq[connectorsecrets.Result]{
		"workers":    client.ListEach(ctx, numbered(3), connectorsecrets.WithWorkers(-1)),
		"an army":    client.ListEach(ctx, numbered(3), connectorsecrets.WithWorkers(math.MaxInt)),
		"pace":       client.ListEach(ctx, numbered(3), connectorsecrets.WithPace(math.NaN())),
		"timeout":    client.ListEach(ctx, numbered(3), connectorsecrets.WithConnectorTimeout(-1)),
		"no context": client.ListEach(noContext, numbered(3)),
		"no client":  none.ListEach(ctx, numbered(3)),
	}
	for name, results := range tests {
		count := 0
		for result := range results {
			if _, ok := errors.AsType[*connectorsecrets.ArgumentError](result.Err); !ok || result.Index != count || result.Connector.ID != fmt.Sprint("c", count) {
				t.Errorf("%s: %+v", name, result)
			}
			count++
		}
		if count != 3 {
			t.Errorf("%s: %d results, want 3", name, count)
		}
	}
	for result := range client.ListEach(ctx, nil) {
		t.Errorf("a result of nothing: %+v", result)
	}
}

// TestListEach_MemoryIsFlat compares the live heap during 100,000 connectors with that after the first 1,000.
func TestListEach_MemoryIsFlat(t *testing.T) {
	const bound = 16 << 20
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	connectors := func(yield func(connectorsecrets.Connector) bool) {
		for range 100_000 {
			if !yield(connectorsecrets.Connector{TeamID: testTeam, ID: "SEVERAL"}) {
				return
			}
		}
	}
	live := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	var early, late uint64
	count := 0
	for result := range client.ListEach(context.Background(), connectors, connectorsecrets.WithPace(0), connectorsecrets.WithWorkers(16)) {
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		switch count++; {
		case count == 1000:
			early = live()
		case count > 1000 && count%10_000 == 0:
			late = max(late, live())
		}
	}
	if count != 100_000 || late > early+bound {
		t.Errorf("%d results; live heap %d bytes after 1,000 and up to %d later, want at most 16 MiB more", count, early, late)
	}
	t.Logf("live heap %d bytes after 1,000 connectors, at most %d later", early, late)
}
