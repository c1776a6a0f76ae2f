package connectorsecrets_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestRetry_PausesAreExponentialWithFullJitter(t *testing.T) {
	bubble(t, script{status(503)}, func(t *testing.T, server *pipeServer) {
		client := retryClient(t, server.option)
		caps := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}
		const calls = 300
		sums := make([]time.Duration, len(caps))
		least, most := slices.Clone(caps), make([]time.Duration, len(caps))
		for call := range calls {
			_, _, err := timed(t.Context(), client)
			pauses := server.pauses()[4*call:] // without that between two calls
			if got := as[*connectorsecrets.APIError](t, err); got.Response.Attempts != 4 || got.Code != "CODE_503" || len(pauses) != 3 {
				t.Fatalf("error %v after %d pauses, want that of the last response after 4 attempts", err, len(pauses))
			}
			for i, pause := range pauses {
				sums[i] += pause
				least[i], most[i] = min(least[i], pause), max(most[i], pause)
			}
		}
		for i, limit := range caps {
			mean := sums[i] / calls
			if most[i] > limit || most[i] < limit*9/10 || least[i] > limit/10 || mean < limit*4/10 || mean > limit*6/10 {
				t.Errorf("pause %d: from %v to %v, mean %v; want evenly from 0 to %v", i+1, least[i], most[i], mean, limit)
			}
		}
	})
}

// TestRetry_PausesAreBounded by MaxDelay, 20 s by default.
func TestRetry_PausesAreBounded(t *testing.T) {
	type policy = connectorsecrets.RetryPolicy
	for _, test := range []struct {
		policy               policy
		first, longest, late time.Duration // bounds of the first pause, of all, and what the longest of the later ones exceeds
	}{
		{policy{MaxAttempts: 200}, time.Second / 2, 20 * time.Second, 15 * time.Second},
		{policy{MaxAttempts: 99, BaseDelay: 10 * time.Second, MaxDelay: 15 * time.Second}, 10 * time.Second, 15 * time.Second, 11 * time.Second},
		{policy{MaxAttempts: 99, MaxDelay: time.Second / 4}, time.Second / 4, time.Second / 4, time.Second / 5},
		{policy{MaxAttempts: 99, BaseDelay: time.Minute}, time.Minute, time.Minute, 50 * time.Second},
	} {
		bubble(t, script{status(500)}, func(t *testing.T, server *pipeServer) {
			client := retryClient(t, server.option, connectorsecrets.WithRetry(test.policy))
			if _, _, err := timed(t.Context(), client); !errors.Is(err, connectorsecrets.ErrServer) {
				t.Fatal(err)
			}
			pauses := server.pauses()
			late := slices.Max(pauses[len(pauses)/2:])
			if len(pauses) != test.policy.MaxAttempts-1 || pauses[0] > test.first || slices.Max(pauses) > test.longest || late < test.late {
				t.Errorf("%+v: %d pauses, from %v to %v, late %v", test.policy, len(pauses), pauses[0], slices.Max(pauses), late)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	seconds := func(n int) func() string { return func() string { return strconv.Itoa(n) } }
	date := func(in time.Duration) func() string {
		return func() string { return time.Now().Add(in).UTC().Format(http.TimeFormat) }
	}
	for _, test := range []struct {
		name               string
		status             int
		retryAfter         func() string
		longest, remaining time.Duration // of the policy, of the context
		want               time.Duration // the wait before a success; 0 for an error at once
		delay              time.Duration // in the error
	}{
		{name: "seconds", status: 429, retryAfter: seconds(30), want: 30 * time.Second},
		{name: "seconds on 503", status: 503, retryAfter: seconds(7), want: 7 * time.Second},
		{name: "the longest", status: 429, retryAfter: seconds(60), want: 60 * time.Second},
		{name: "date", status: 429, retryAfter: date(42 * time.Second), want: 42 * time.Second},
		{name: "over the longest", status: 429, retryAfter: seconds(61), delay: 61 * time.Second},
		{name: "date over the longest", status: 503, retryAfter: date(2 * time.Hour), delay: 2 * time.Hour},
		{name: "over a shorter longest", status: 429, retryAfter: seconds(3), longest: 2 * time.Second, delay: 3 * time.Second},
		{name: "within a longer longest", status: 429, retryAfter: seconds(3600), longest: 2 * time.Hour, want: time.Hour},
		{name: "over what the context has", status: 429, retryAfter: seconds(30), remaining: 29 * time.Second, delay: 30 * time.Second},
		{name: "all that the context has", status: 429, retryAfter: seconds(30), remaining: 30 * time.Second, delay: 30 * time.Second},
		{name: "within what the context has", status: 429, retryAfter: seconds(30), remaining: 31 * time.Second, want: 30 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			respond := func(w http.ResponseWriter, r *http.Request) {
				status(test.status, "Retry-After", test.retryAfter())(w, r)
			}
			bubble(t, script{respond, ok}, func(t *testing.T, server *pipeServer) {
				client := retryClient(t, server.option, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxRetryAfter: test.longest}))
				ctx := t.Context()
				if test.remaining > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.remaining)
					defer cancel()
				}
				list, took, err := timed(ctx, client)
				if took != test.want {
					t.Errorf("took %v, want %v", took, test.want)
				}
				if test.delay == 0 && err == nil && list.Response.Attempts == 2 {
					return
				}
				got := as[*connectorsecrets.APIError](t, err).Response
				if got.RetryAfter != test.delay || got.StatusCode != test.status || server.requests() != 1 {
					t.Errorf("error %#v after %d requests, want a delay of %v after one", err, server.requests(), test.delay)
				}
			})
		})
	}
}

// TestRetry_ContextEndsInTheWait: the error has both what the last attempt got and the end of the context.
func TestRetry_ContextEndsInTheWait(t *testing.T) {
	limited := status(429, "Retry-After", "50")
	for _, test := range []struct {
		handler http.HandlerFunc
		wait    time.Duration
		is      error
	}{{limited, 10 * time.Second, connectorsecrets.ErrRateLimited}, {aborted, time.Nanosecond, io.EOF}} {
		bubble(t, script{test.handler}, func(t *testing.T, server *pipeServer) {
			cause := errors.New("shutting down")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(test.wait, func() { cancel(cause) })
			client := retryClient(t, server.option, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: time.Hour}))
			_, took, err := timed(ctx, client)
			if !errors.Is(err, test.is) || !errors.Is(err, context.Canceled) || !errors.Is(err, cause) || took != test.wait {
				t.Errorf("after %v, %v is not %v, cancelled and the cause at once", took, err, test.is)
			}
			if test.is == io.EOF {
				if lost := as[*connectorsecrets.TransportError](t, err); lost.Attempts != 1 {
					t.Errorf("%#v", err)
				}
			} else if got := as[*connectorsecrets.APIError](t, err).Response; got.RetryAfter != 50*time.Second {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestRetry_ContextEndsInAnErrorsBody(t *testing.T) {
	silent := func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503); hang("{")(w, r) }
	bubble(t, script{silent}, func(t *testing.T, server *pipeServer) {
		canceled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		expired, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		for _, ctx := range []context.Context{canceled, expired} {
			_, _, err := timed(ctx, retryClient(t, server.option), nil)
			if got := as[*connectorsecrets.APIError](t, err); got.Response.StatusCode != 503 || !errors.Is(err, ctx.Err()) {
				t.Errorf("error %v, want the 503 with %v", err, ctx.Err())
			}
		}
	})
}

// TestContext_EndsEverything: a call ends with its context, or an attempt with its timeout, 30 s by default.
func TestContext_EndsEverything(t *testing.T) {
	for _, handler := range []http.HandlerFunc{hang(""), hang(`{"count":1,"secrets":[`)} {
		for _, test := range []struct{ ofTheCall, ofTheAttempt, want, limit time.Duration }{
			{time.Hour, 0, 30 * time.Second, 30 * time.Second}, {time.Hour, 5 * time.Second, 5 * time.Second, 5 * time.Second},
			{3 * time.Second, 0, 3 * time.Second, 0},
		} {
			bubble(t, script{handler}, func(t *testing.T, server *pipeServer) {
				ctx, cancel := context.WithTimeout(t.Context(), test.ofTheCall)
				defer cancel()
				client := retryClient(t, server.option, connectorsecrets.WithTimeout(test.ofTheAttempt), connectorsecrets.WithoutRetry())
				if test.limit == 0 {
					client = retryClient(t, server.option)
				}
				_, took, err := timed(ctx, client)
				lost := as[*connectorsecrets.TransportError](t, err)
				if !errors.Is(err, context.DeadlineExceeded) || lost.Limit != test.limit || took != test.want || server.requests() != 1 {
					t.Errorf("error %#v after %v and %d requests, want %+v", err, took, server.requests(), test)
				}
				if strings.Contains(err.Error(), "gave up") {
					t.Errorf("%v, but nothing else ended the call", err)
				}
			})
		}
	}
}

func TestTokenSource_IsAskedForEveryAttempt(t *testing.T) {
	var sent []string
	_, err := list(t, "http://localhost", retry(4), connectorsecrets.WithCredential(tokens("fake-1", "fake-2", "fake-3")),
		through(func(r *http.Request) (*http.Response, error) {
			if sent = append(sent, r.Header.Get("Authorization")); len(sent) < 3 {
				return response(503, ""), nil
			}
			return response(200, oneSecret), nil
		}))
	if want := []string{"Bearer fake-1", "Bearer fake-2", "Bearer fake-3"}; err != nil || !slices.Equal(sent, want) {
		t.Errorf("sent %q, want %q: %v", sent, want, err)
	}
}

func TestTokenSource_IsAskedOnceMoreAfter401(t *testing.T) {
	source, fixed := tokens("fake-token"), connectorsecrets.BearerToken("fake-token")
	body := func(body string, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { write(w, 401, body, headers...) }
	}
	for _, test := range []struct {
		name       string
		credential connectorsecrets.Credential
		handlers   script
		requests   int
		ok         bool
	}{
		{"401 once", source, script{status(401), ok}, 2, true},
		{"401 without a body", source, script{body(""), ok}, 2, true},
		{"401 with half a body", source, script{body(`{"meta":`, "Content-Length", "900"), ok}, 2, true},
		{"401 with a page of another server", source, script{body("<html>"), ok}, 1, false},
		{"401 for ever", source, script{status(401)}, 2, false},
		{"401 with a fixed token", fixed, script{status(401), ok}, 1, false},
		{"401 after another fault", source, script{status(500), status(401), ok}, 3, true},
		{"another fault after 401", source, script{status(401), status(500), ok}, 3, true},
		{"401 twice with another fault between", source, script{status(401), status(500), status(401), ok}, 3, false},
		{"403", source, script{status(403), ok}, 1, false},
		{"401 at the last attempt", source, script{status(500), status(500), status(500), status(401), ok}, 4, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, test.handlers, func(t *testing.T, server *pipeServer) {
				_, took, err := timed(t.Context(), retryClient(t, server.option), connectorsecrets.WithCredential(test.credential))
				if (err == nil) != test.ok || server.requests() != test.requests || test.requests == 2 && took != 0 {
					t.Errorf("error %v after %d requests in %v, want one: %v after %d", err, server.requests(), took, !test.ok, test.requests)
				}
			})
		})
	}
}

// TestTokenSource_FailsBetweenAttempts: the error has what the last attempt got, and the cause.
func TestTokenSource_FailsBetweenAttempts(t *testing.T) {
	for want, handler := range map[error]http.HandlerFunc{
		connectorsecrets.ErrServer: status(503), connectorsecrets.ErrUnauthorized: status(401), io.EOF: aborted,
	} {
		bubble(t, script{handler}, func(t *testing.T, server *pipeServer) {
			source := connectorsecrets.WithCredential(tokens("fake-token", ""))
			_, _, err := timed(t.Context(), retryClient(t, server.option), source)
			if !errors.Is(err, want) || !errors.Is(err, errNoToken) || server.requests() != 1 {
				t.Errorf("error %v after %d requests, want %v and the cause", err, server.requests(), want)
			}
			if want == io.EOF && as[*connectorsecrets.TransportError](t, err).Attempts != 1 {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestTokenSource_EndsWithItsContext(t *testing.T) {
	bubble(t, script{ok}, func(t *testing.T, server *pipeServer) {
		client := retryClient(t, server.option, connectorsecrets.WithoutRetry())
		slow := connectorsecrets.WithCredential(connectorsecrets.TokenSource(func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}))
		for _, want := range []time.Duration{30 * time.Second, time.Second} { // it ends with the attempt, and with the call
			ctx, cancel := context.WithTimeout(t.Context(), want)
			if want == 30*time.Second {
				ctx = t.Context()
			}
			_, took, err := timed(ctx, client, slow)
			cancel()
			lost := as[*connectorsecrets.TransportError](t, err)
			if !errors.Is(err, context.DeadlineExceeded) || took != want || lost.Attempts != 0 || server.requests() != 0 {
				t.Errorf("error %v after %v, want a TransportError without an attempt after %v", err, took, want)
			}
		}
	})
}

func TestWithPace_KnowsTheContextsEnd(t *testing.T) {
	bubble(t, script{ok}, func(t *testing.T, server *pipeServer) {
		client := retryClient(t, server.option, connectorsecrets.WithPace(0.1))
		if _, _, err := timed(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, took, err := timed(ctx, client)
		if got := as[*connectorsecrets.TransportError](t, err); !errors.Is(err, context.DeadlineExceeded) || took != 0 || got.Attempts != 0 {
			t.Errorf("error %v after %v, want a TransportError at once, without an attempt", err, took)
		}
		cause := errors.New("shutting down")
		ctx, stop := context.WithCancelCause(t.Context())
		time.AfterFunc(2*time.Second, func() { stop(cause) })
		if _, took, err = timed(ctx, client); !errors.Is(err, context.Canceled) || !errors.Is(err, cause) || took != 2*time.Second {
			t.Errorf("error %v after %v, want the cancellation after 2s", err, took)
		}
	})
}

// TestWithPace_KeepsTheLastAnswer: the pace must not hide the server's last response.
func TestWithPace_KeepsTheLastAnswer(t *testing.T) {
	bubble(t, script{status(503, "Retry-After", "1")}, func(t *testing.T, server *pipeServer) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, _, err := timed(ctx, retryClient(t, server.option, connectorsecrets.WithPace(0.1)))
		if !errors.Is(err, connectorsecrets.ErrServer) {
			t.Fatalf("error %v, want the API error", err)
		}
		mustContain(t, err.Error(), "; gave up: the client's pace leaves no time before the deadline: context deadline exceeded")
	})
}

// TestWithConnectorTimeout_HoldsForRetries and the pauses between them.
func TestWithConnectorTimeout_HoldsForRetries(t *testing.T) {
	for _, test := range []struct {
		retryAfter  string
		limit, took time.Duration
		requests    int
	}{{"2", 5 * time.Second, 4 * time.Second, 3}, {"1", time.Second / 2, 0, 1}} {
		bubble(t, script{status(503, "Retry-After", test.retryAfter)}, func(t *testing.T, server *pipeServer) {
			client := retryClient(t, server.option, retry(100))
			_, took, err := timed(t.Context(), client, connectorsecrets.WithConnectorTimeout(test.limit))
			r := as[*connectorsecrets.APIError](t, err).Response
			if r.StatusCode != 503 || took != test.took || server.requests() != test.requests || r.Attempts != test.requests {
				t.Errorf("error %v after %v and %d requests", err, took, server.requests())
			}
		})
	}
	bubble(t, script{status(503), hang("")}, func(t *testing.T, server *pipeServer) {
		_, took, err := timed(t.Context(), retryClient(t, server.option, retry(2)), connectorsecrets.WithConnectorTimeout(7*time.Second))
		if lost := as[*connectorsecrets.TransportError](t, err); lost.Limit != 7*time.Second || lost.Attempts != 2 || took != 7*time.Second {
			t.Errorf("%#v after %v", err, took)
		}
		mustContain(t, err.Error(), "no complete response within 7s, the limit of the whole call", "(2 attempts)", "or allow more time")
	})
}
