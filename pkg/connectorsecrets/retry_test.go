package connectorsecrets_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// The tests of this file run in bubbles of fake time, with Go's own HTTP client and server on an in-memory network. A
// real socket would bring in real time.

// pipeServer is an HTTP server on net.Pipe.
type pipeServer struct {
	mu    sync.Mutex
	times []time.Time
}

// startPipeServer calls the first handler for the first request, the second for the second, and so on. Further requests get
// the last handler.
func startPipeServer(t *testing.T, handlers ...http.HandlerFunc) (*pipeServer, connectorsecrets.Option) {
	t.Helper()
	recorder := &pipeServer{}
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder.mu.Lock()
		recorder.times = append(recorder.times, time.Now())
		handler := handlers[min(len(recorder.times), len(handlers))-1]
		recorder.mu.Unlock()
		handler(w, r)
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.dial(ctx) }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
	return recorder, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport})
}

// pauses returns the times between the requests.
func (s *pipeServer) pauses() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pauses []time.Duration
	for i := 1; i < len(s.times); i++ {
		pauses = append(pauses, s.times[i].Sub(s.times[i-1]))
	}
	return pauses
}

// requests returns the number of requests.
func (s *pipeServer) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.times)
}

func (s *pipeServer) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = nil
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(envelope("CODE_"+strconv.Itoa(code), "Text.")))
	}
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(oneSecret)) }

// hang sends begin and then nothing more, until the client closes the connection.
func hang(begin string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if begin != "" {
			_, _ = w.Write([]byte(begin))
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

// retryClient returns a client with the default retry policy, unless options say otherwise.
func retryClient(t *testing.T, options ...connectorsecrets.Option) *connectorsecrets.Client {
	t.Helper()
	options = append([]connectorsecrets.Option{connectorsecrets.WithBaseURL("http://localhost")}, options...)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// timed calls List and measures the time.
func timed(ctx context.Context, client *connectorsecrets.Client, options ...connectorsecrets.CallOption) (*connectorsecrets.SecretList, time.Duration, error) {
	begin := time.Now()
	list, err := client.List(ctx, testTeam, testConnector, options...)
	return list, time.Since(begin), err
}

func TestRetry_PausesAreExponentialWithFullJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(503))
		client := retryClient(t, transport)
		caps := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}
		const calls = 300
		sums := make([]time.Duration, len(caps))
		least, most := slices.Clone(caps), make([]time.Duration, len(caps))
		for range calls {
			server.forget()
			_, _, err := timed(context.Background(), client)
			var got *connectorsecrets.APIError
			if !errors.As(err, &got) || got.Response.Attempts != 4 || got.Code != "CODE_503" {
				t.Fatalf("error %v, want that of the last response after 4 attempts", err)
			}
			pauses := server.pauses()
			if len(pauses) != 3 {
				t.Fatalf("%d pauses, want 3", len(pauses))
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

func TestRetry_PausesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(500))
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 200}))
		if _, _, err := timed(context.Background(), client); !errors.Is(err, connectorsecrets.ErrServer) {
			t.Fatal(err)
		}
		pauses := server.pauses()
		longest := slices.Max(pauses)
		if late := slices.Max(pauses[100:]); late < 15*time.Second {
			t.Errorf("the longest of the later pauses is %v", late)
		}
		if len(pauses) != 199 || longest > 20*time.Second || longest < 15*time.Second {
			t.Errorf("%d pauses, the longest %v; want 199 of at most 20 s", len(pauses), longest)
		}
	})
}

func TestRetry_PolicyOfTheCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(502))
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{
			MaxAttempts: 50, BaseDelay: 10 * time.Second, MaxDelay: 15 * time.Second,
		}))
		if _, _, err := timed(context.Background(), client); !errors.Is(err, connectorsecrets.ErrServer) {
			t.Fatal(err)
		}
		pauses := server.pauses()
		if len(pauses) != 49 || pauses[0] > 10*time.Second || slices.Max(pauses) > 15*time.Second || slices.Max(pauses) < 11*time.Second {
			t.Errorf("pauses %v", pauses)
		}
	})
}

func TestRetry_WithoutRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, handler := range []http.HandlerFunc{status(503), status(429, "Retry-After", "1"), status(401)} {
			server, transport := startPipeServer(t, handler)
			source := connectorsecrets.TokenSource(func(context.Context) (string, error) { return "fake-token", nil })
			client := retryClient(t, transport, connectorsecrets.WithoutRetry())
			_, took, err := timed(context.Background(), client, connectorsecrets.WithCredential(source))
			if err == nil || took != 0 || server.requests() != 1 {
				t.Errorf("error %v after %v and %d requests, want one attempt", err, took, server.requests())
			}
		}
	})
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		name       string
		status     int
		retryAfter func() string
		longest    time.Duration
		remaining  time.Duration // of the context
		want       time.Duration // the wait before a success; 0 for an error at once
		delay      time.Duration // in the error
	}{
		{name: "seconds", status: 429, retryAfter: seconds(30), want: 30 * time.Second},
		{name: "seconds on 500", status: 500, retryAfter: seconds(7), want: 7 * time.Second},
		{name: "seconds on 502", status: 502, retryAfter: seconds(7), want: 7 * time.Second},
		{name: "seconds on 503", status: 503, retryAfter: seconds(7), want: 7 * time.Second},
		{name: "seconds on 504", status: 504, retryAfter: seconds(7), want: 7 * time.Second},
		{name: "the longest", status: 429, retryAfter: seconds(60), want: 60 * time.Second},
		{name: "date", status: 429, retryAfter: date(42 * time.Second), want: 42 * time.Second},
		{name: "date on 503", status: 503, retryAfter: date(5 * time.Second), want: 5 * time.Second},
		{name: "over the longest", status: 429, retryAfter: seconds(61), delay: 61 * time.Second},
		{name: "date over the longest", status: 503, retryAfter: date(2 * time.Hour), delay: 2 * time.Hour},
		{name: "an hour", status: 429, retryAfter: seconds(3600), delay: time.Hour},
		{name: "over a shorter longest", status: 429, retryAfter: seconds(3), longest: 2 * time.Second, delay: 3 * time.Second},
		{name: "within a longer longest", status: 429, retryAfter: seconds(3600), longest: 2 * time.Hour, want: time.Hour},
		{name: "over what the context has", status: 429, retryAfter: seconds(30), remaining: 29 * time.Second, delay: 30 * time.Second},
		{name: "within what the context has", status: 429, retryAfter: seconds(30), remaining: 31 * time.Second, want: 30 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, transport := startPipeServer(t, status(test.status, "Retry-After", test.retryAfter()), ok)
				client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxRetryAfter: test.longest}))
				ctx := context.Background()
				if test.remaining > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.remaining)
					defer cancel()
				}
				list, took, err := timed(ctx, client)
				if took != test.want {
					t.Errorf("took %v, want %v", took, test.want)
				}
				if test.delay == 0 {
					if err != nil || list.Response.Attempts != 2 {
						t.Errorf("list %v, error %v", list, err)
					}
					return
				}
				var got *connectorsecrets.APIError
				if !errors.As(err, &got) || got.Response.RetryAfter != test.delay || got.Response.StatusCode != test.status || server.requests() != 1 {
					t.Errorf("error %#v after %d requests, want a delay of %v after one", err, server.requests(), test.delay)
				}
			})
		})
	}
}

func seconds(n int) func() string { return func() string { return strconv.Itoa(n) } }

func date(in time.Duration) func() string {
	return func() string { return time.Now().Add(in).UTC().Format(http.TimeFormat) }
}

// TestRetry_ContextEndsInTheWait: the error has both the server's response and the end of the context.
func TestRetry_ContextEndsInTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(429, "Retry-After", "50", "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0"))
		cause := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(10*time.Second, func() { cancel(cause) })
		_, took, err := timed(ctx, retryClient(t, transport))
		var got *connectorsecrets.APIError
		if !errors.As(err, &got) || got.Response.RetryAfter != 50*time.Second || got.Response.RateLimit.Limit != 5000 || got.RequestID != requestID {
			t.Errorf("error %#v", err)
		}
		if !errors.Is(err, connectorsecrets.ErrRateLimited) || !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
			t.Errorf("%v is not rate limited, cancelled and the cause at once", err)
		}
		if took != 10*time.Second {
			t.Errorf("took %v, want 10s", took)
		}
	})
}

// TestRetry_ContextEndsInTheWaitAfterALostConnection: the same after a connection failed.
func TestRetry_ContextEndsInTheWaitAfterALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: time.Hour}))
		time.AfterFunc(time.Nanosecond, cancel)
		_, _, err := timed(ctx, client)
		var lost *connectorsecrets.TransportError
		if !errors.As(err, &lost) || !errors.Is(err, io.EOF) || !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want the lost connection and the cancellation", err)
		}
	})
}

func TestRetry_DoesNotBeginAPauseItCannotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503))
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: time.Hour}))
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if _, took, err := timed(ctx, client); took != 0 || !errors.Is(err, connectorsecrets.ErrServer) {
			t.Errorf("error %v after %v, want the API error at once", err, took)
		}
	})
}

func TestTimeout_OfAnAttempt(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"silent": hang(""), "silent in the body": hang(`{"count":1,"secrets":[`),
	} {
		for _, test := range []struct {
			set, want time.Duration
		}{{0, 30 * time.Second}, {5 * time.Second, 5 * time.Second}} {
			t.Run(name+"/"+test.want.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server, transport := startPipeServer(t, handler)
					client := retryClient(t, transport, connectorsecrets.WithTimeout(test.set), connectorsecrets.WithoutRetry())
					_, took, err := timed(context.Background(), client)
					var got *connectorsecrets.TransportError
					if !errors.As(err, &got) || !errors.Is(err, context.DeadlineExceeded) || took != test.want || server.requests() != 1 {
						t.Errorf("error %v after %v, want a TransportError after %v", err, took, test.want)
					}
				})
			})
		}
	}
}

func TestTimeout_IsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, hang(""), hang(`{"count":1,`), ok)
		list, took, err := timed(context.Background(), retryClient(t, transport))
		if err != nil || list.Response.Attempts != 3 || server.requests() != 3 {
			t.Fatalf("list %v, error %v", list, err)
		}
		if took < time.Minute || took > time.Minute+1500*time.Millisecond {
			t.Errorf("took %v, want two timeouts of 30 s and two pauses", took)
		}
	})
}

func TestContext_EndsEverything(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{"silent": hang(""), "silent in the body": hang(`{"count":1,`)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, transport := startPipeServer(t, handler)
				ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
				defer cancel()
				_, took, err := timed(ctx, retryClient(t, transport))
				var got *connectorsecrets.TransportError
				if !errors.As(err, &got) || !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second || server.requests() != 1 {
					t.Errorf("error %v after %v and %d requests", err, took, server.requests())
				}
			})
		})
	}
}

func TestTokenSource_IsAskedForEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		record := func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				sent = append(sent, r.Header.Get("Authorization"))
				next(w, r)
			}
		}
		_, transport := startPipeServer(t, record(status(500)), record(status(503)), record(ok))
		asked := 0
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) {
			asked++
			return "fake-token-" + strconv.Itoa(asked), nil
		})
		if _, _, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithCredential(source)); err != nil {
			t.Fatal(err)
		}
		if want := []string{"Bearer fake-token-1", "Bearer fake-token-2", "Bearer fake-token-3"}; !slices.Equal(sent, want) {
			t.Errorf("sent %q, want %q", sent, want)
		}
	})
}

func TestTokenSource_IsAskedOnceMoreAfter401(t *testing.T) {
	source := connectorsecrets.TokenSource(func(context.Context) (string, error) { return "fake-token", nil })
	fixed := connectorsecrets.BearerToken("fake-token")
	tests := []struct {
		name       string
		credential connectorsecrets.Credential
		handlers   []http.HandlerFunc
		requests   int
		ok         bool
	}{
		{"401 once", source, []http.HandlerFunc{status(401), ok}, 2, true},
		{"401 for ever", source, []http.HandlerFunc{status(401)}, 2, false},
		{"401 with a fixed token", fixed, []http.HandlerFunc{status(401), ok}, 1, false},
		{"401 after another fault", source, []http.HandlerFunc{status(500), status(401), ok}, 3, true},
		{"another fault after 401", source, []http.HandlerFunc{status(401), status(500), ok}, 3, true},
		{"401 twice with another fault between", source, []http.HandlerFunc{status(401), status(500), status(401), ok}, 3, false},
		{"403", source, []http.HandlerFunc{status(403), ok}, 1, false},
		{"401 at the last attempt", source, []http.HandlerFunc{status(500), status(500), status(500), status(401), ok}, 4, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, transport := startPipeServer(t, test.handlers...)
				_, took, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithCredential(test.credential))
				if (err == nil) != test.ok {
					t.Errorf("error %v, want one: %v", err, !test.ok)
				}
				if server.requests() != test.requests || test.requests == 2 && took != 0 {
					t.Errorf("%d requests in %v, want %d", server.requests(), took, test.requests)
				}
			})
		})
	}
}

func TestTokenSource_FailsBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503))
		cause := errors.New("no token any more")
		asked := 0
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) {
			if asked++; asked > 1 {
				return "", cause
			}
			return "fake-token", nil
		})
		_, _, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithCredential(source))
		if !errors.Is(err, connectorsecrets.ErrServer) || !errors.Is(err, cause) || asked != 2 {
			t.Errorf("error %v after %d token requests, want the API error and the cause", err, asked)
		}
	})
}

func TestTokenSource_FailsAfterALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		cause := errors.New("no token any more")
		asked := 0
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) {
			if asked++; asked > 1 {
				return "", cause
			}
			return "fake-token", nil
		})
		_, _, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithCredential(source))
		var lost *connectorsecrets.TransportError
		if !errors.As(err, &lost) || lost.Attempts != 1 || !errors.Is(err, cause) || !errors.Is(err, io.EOF) || asked != 2 {
			t.Errorf("error %#v after %d token requests, want the lost connection and the cause", err, asked)
		}
	})
}

func TestTokenSource_FailsToRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(401))
		asked := 0
		source := connectorsecrets.TokenSource(func(context.Context) (string, error) {
			if asked++; asked > 1 {
				return "", errors.New("no token any more")
			}
			return "fake-token", nil
		})
		if _, _, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithCredential(source)); !errors.Is(err, connectorsecrets.ErrUnauthorized) || asked != 2 {
			t.Errorf("error %v after %d token requests, want the 401", err, asked)
		}
	})
}

func TestTokenSource_EndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, ok)
		client := retryClient(t, transport, connectorsecrets.WithoutRetry())
		slow := connectorsecrets.WithCredential(connectorsecrets.TokenSource(func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}))
		// It ends with the attempt.
		if _, took, err := timed(context.Background(), client, slow); !errors.Is(err, context.DeadlineExceeded) || took != 30*time.Second {
			t.Errorf("error %v after %v, want the end of the attempt", err, took)
		}
		// It ends with the call.
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, took, err := timed(ctx, client, slow)
		var transportError *connectorsecrets.TransportError
		if !errors.As(err, &transportError) || !errors.Is(err, context.DeadlineExceeded) || took != time.Second || transportError.Attempts != 0 {
			t.Errorf("error %v after %v, want a TransportError without an attempt", err, took)
		}
		if server.requests() != 0 {
			t.Errorf("%d requests", server.requests())
		}
	})
}

func TestWithRateLimit_SpacesRequestsEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, ok)
		client := retryClient(t, transport, connectorsecrets.WithPace(4))
		for range 9 {
			if _, _, err := timed(context.Background(), client); err != nil {
				t.Fatal(err)
			}
		}
		for _, pause := range server.pauses() {
			if pause != 250*time.Millisecond {
				t.Errorf("a pause of %v, want 250ms", pause)
			}
		}
	})
}

func TestWithRateLimit_KnowsTheContextsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, ok)
		client := retryClient(t, transport, connectorsecrets.WithPace(0.1))
		if _, _, err := timed(context.Background(), client); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_, took, err := timed(ctx, client)
		var got *connectorsecrets.TransportError
		if !errors.As(err, &got) || !errors.Is(err, context.DeadlineExceeded) || took != 0 || got.Attempts != 0 {
			t.Errorf("error %v after %v, want a TransportError at once, without an attempt", err, took)
		}

		cause := errors.New("shutting down")
		ctx, stop := context.WithCancelCause(context.Background())
		time.AfterFunc(2*time.Second, func() { stop(cause) })
		if _, took, err = timed(ctx, client); !errors.Is(err, context.Canceled) || !errors.Is(err, cause) || took != 2*time.Second {
			t.Errorf("error %v after %v, want the cancellation after 2s", err, took)
		}
	})
}

// TestWithRateLimit_KeepsTheLastAnswer: the pace must not hide the server's last response.
func TestWithRateLimit_KeepsTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503, "Retry-After", "1"))
		client := retryClient(t, transport, connectorsecrets.WithPace(0.1))
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_, _, err := timed(ctx, client)
		if !errors.Is(err, connectorsecrets.ErrServer) {
			t.Fatalf("error %v, want the API error", err)
		}
		mustContain(t, err.Error(), "; gave up: the client's pace leaves no time before the deadline: context deadline exceeded")
	})
}

// TestWithConnectorTimeout_HoldsForRetries and the pauses between them.
func TestWithConnectorTimeout_HoldsForRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, transport := startPipeServer(t, status(503, "Retry-After", "2"))
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 100}))
		_, took, err := timed(context.Background(), client, connectorsecrets.WithConnectorTimeout(5*time.Second))
		if !errors.Is(err, connectorsecrets.ErrServer) || took != 4*time.Second || server.requests() != 3 {
			t.Errorf("error %v after %v and %d requests", err, took, server.requests())
		}
		mustContain(t, err.Error(), ", 3 attempts)")
	})
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503, "Retry-After", "1"))
		if _, took, err := timed(context.Background(), retryClient(t, transport), connectorsecrets.WithConnectorTimeout(time.Second/2)); took != 0 {
			t.Errorf("error %v after %v, want it at once", err, took)
		}
		_, _, err := timed(context.Background(), retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 2})))
		mustContain(t, err.Error(), ", 2 attempts)")
	})
}

func TestRetry_ContextEndsInAnErrorsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(503)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		canceled, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		expired, stop := context.WithTimeout(context.Background(), 2*time.Second)
		defer stop()
		for _, ctx := range []context.Context{canceled, expired} {
			_, _, err := timed(ctx, retryClient(t, transport), nil)
			var got *connectorsecrets.APIError
			if !errors.As(err, &got) || got.Response.StatusCode != 503 || !errors.Is(err, ctx.Err()) {
				t.Errorf("error %v, want the 503 with %v", err, ctx.Err())
			}
		}
	})
}

func TestRetry_TheLongestDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, transport := startPipeServer(t, status(503))
		client := retryClient(t, transport, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{BaseDelay: math.MaxInt64}))
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		if _, _, err := timed(ctx, client, nil); !errors.Is(err, connectorsecrets.ErrServer) {
			t.Errorf("error %v", err)
		}
	})
}
