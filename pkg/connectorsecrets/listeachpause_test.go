package connectorsecrets_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestListEach_A429OfASecondAttemptPausesAll, as that of a first one does.
func TestListEach_A429OfASecondAttemptPausesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var resume time.Time
		early, attempts := 0, map[string]int{}
		_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if time.Now().Before(resume) {
				early++
			}
			attempts[connectorOf(r)]++
			switch {
			case connectorOf(r) != "c2":
				echo(w, r)
			case attempts["c2"] == 1:
				status(503)(w, r)
			case attempts["c2"] == 2:
				resume = time.Now().Add(30 * time.Second)
				status(429, "Retry-After", "30")(w, r)
			default:
				echo(w, r)
			}
		})
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: 1}))
		for result := range client.ListEach(context.Background(), numbered(20), connectorsecrets.WithWorkers(3)) {
			if result.Err != nil || result.List.Names()[0] != result.Connector.ID {
				t.Errorf("%+v", result)
			}
		}
		if early > 0 || attempts["c2"] != 3 {
			t.Errorf("%d requests in the pause, %d attempts", early, attempts["c2"])
		}
	})
}

// TestListEach_ContextEndsInACommonPause: all that wait end with it.
func TestListEach_ContextEndsInACommonPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(429, "Retry-After", "30"), ok)
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(10*time.Second, cancel)
		begin := time.Now()
		for result := range retryClient(t, transport).ListEach(ctx, numbered(20), connectorsecrets.WithWorkers(4)) {
			if !errors.Is(result.Err, context.Canceled) || errors.Is(result.Err, connectorsecrets.ErrRateLimited) != (result.Asked && server.requests() > 0) {
				t.Errorf("%+v", result)
			}
		}
		if took := time.Since(begin); took != 10*time.Second || server.requests() != 1 {
			t.Errorf("%d requests in %v", server.requests(), took)
		}
	})
}

// TestListEach_A429TellsWhatIsLeft of its time, and the longest one is waited for.
func TestListEach_A429TellsWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(429, "Retry-After", "3600"))
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(20), connectorsecrets.WithWorkers(1)) {
			var limited *connectorsecrets.APIError
			if !errors.As(result.Err, &limited) {
				t.Fatal(result.Err)
			}
			// Up to four are decided ahead of the loop.
			asked, latest := time.Duration(max(0, result.Index-4))*10*time.Second, time.Duration(result.Index)*10*time.Second
			if left := limited.Response.RetryAfter; left > time.Hour-asked || left < time.Hour-latest {
				t.Errorf("%d: %v left", result.Index, left)
			}
			time.Sleep(10*time.Second - time.Nanosecond)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(429, "Retry-After", "60"), ok)
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(3)) {
			if result.Err != nil {
				t.Error(result.Err)
			}
		}
		if pauses := server.pauses(); pauses[0] < time.Minute {
			t.Errorf("%v", pauses)
		}
	})
}

// TestListEach_AnErrorIsOfItsOwnConnector: what stops its next attempt may be the response to another.
func TestListEach_AnErrorIsOfItsOwnConnector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503, "Retry-After", "1"), status(429, "Retry-After", "3600"))
		var got []int
		for result := range retryClient(t, transport).ListEach(context.Background(), numbered(2), connectorsecrets.WithWorkers(2)) {
			var answer *connectorsecrets.APIError
			if !errors.As(result.Err, &answer) || !result.Asked || answer.Response.Attempts != 1 ||
				errors.Is(result.Err, connectorsecrets.ErrRateLimited) == errors.Is(result.Err, connectorsecrets.ErrServer) {
				t.Fatalf("%+v", result)
			}
			got = append(got, answer.Response.StatusCode)
		}
		slices.Sort(got)
		if !slices.Equal(got, []int{429, 503}) {
			t.Errorf("%d", got)
		}
	})
}

// TestListEach_OthersGoOnWhileOneWaits, but only so far.
func TestListEach_OthersGoOnWhileOneWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers, ahead = 8, 4
		server, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			if connectorOf(r) == "c0" {
				time.Sleep(time.Second)
			}
			echo(w, r)
		})
		for range retryClient(t, transport).ListEach(context.Background(), numbered(100), connectorsecrets.WithWorkers(workers), connectorsecrets.WithPace(0)) {
			if got := server.requests(); got != workers*ahead {
				t.Errorf("%d requests before the first result, want %d", got, workers*ahead)
			}
			break
		}
	})
}

// TestListEach_SourcesAreNotTheSame: a source that is refused stops no other, and what one result holds is not another's.
func TestListEach_SourcesAreNotTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer fake-revoked" {
				status(401, "WWW-Authenticate", "Bearer")(w, r)
				return
			}
			echo(w, r)
		})
		source := func(token string) connectorsecrets.Credential {
			return connectorsecrets.TokenSource(func(context.Context) (string, error) { return token, nil })
		}
		revoked, good := source("fake-revoked"), source("fake-good")
		connectors := []connectorsecrets.Connector{
			{TeamID: 1, ID: "a", Credential: revoked}, {TeamID: 1, ID: "b", Credential: good}, {TeamID: 1, ID: "c", Credential: revoked}, {TeamID: 1, ID: "d", Credential: revoked},
		}
		for result := range retryClient(t, transport).ListEach(context.Background(), slices.Values(connectors), connectorsecrets.WithWorkers(1)) {
			refused, isAPIError := errors.AsType[*connectorsecrets.APIError](result.Err)
			if isAPIError != (result.Connector.ID != "b") || isAPIError && refused.Response.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Fatalf("%+v, %v", result, refused)
			}
			if isAPIError {
				refused.Response.Header.Set("WWW-Authenticate", "changed")
			}
		}
	})
}
