package connectorsecrets_test

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// hostile is a server that makes net/http repeat requests. It responds only to the first request of each connection.
type hostile struct {
	name, url string
	http2     func(stream uint32) []byte // instead of closing the connection
}

func hostiles() []hostile {
	return []hostile{
		{"closes kept connections", "http://localhost", nil},
		{"goes away", "https://localhost", goAway},
		{"refuses streams", "https://localhost", refuse},
	}
}

// start returns a transport to the server and a counter of its requests. If silent is set, the server does not respond to
// the first request either.
func (h hostile) start(t *testing.T, silent bool) (transport *http.Transport, requests *atomic.Int32) {
	t.Helper()
	requests = new(atomic.Int32)
	if h.http2 == nil {
		return pipeTo(t, http1(func(number int, _ *http.Request) string {
			if requests.Add(1); number > 0 || silent {
				return ""
			}
			return message(200, oneSecret)
		})), requests
	}
	serve, trusting := withTLS(certificate(t, nil), "h2", http2(func(number int, stream uint32) []byte {
		if requests.Add(1); number > 0 || silent {
			return h.http2(stream)
		}
		return list2(stream)
	}))
	transport = pipeTo(t, serve)
	transport.TLSClientConfig = trusting
	return transport, requests
}

// pipeTo returns a transport that connects to serve by pipes, for bubbles of fake time.
func pipeTo(t testing.TB, serve func(net.Conn)) *http.Transport {
	t.Helper()
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	serveListener(t, listener, serve)
	transport := connectorsecrets.NewTransport()
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.dial(ctx) }
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// TestRepeat_IsCountedAndBounded: a server can make net/http repeat a request without end. One call must not become many
// requests by that, whatever wraps the transport.
func TestRepeat_IsCountedAndBounded(t *testing.T) {
	for _, server := range hostiles() {
		for _, most := range []int{1, 2, 3} {
			for _, silent := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					transport, requests := server.start(t, silent)
					httpClient := &http.Client{Transport: transport}
					if most > 1 {
						httpClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) { return transport.RoundTrip(r) })
					}
					client := newClient(t, server.url,
						connectorsecrets.WithHTTPClient(httpClient), connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: most}))
					var took atomic.Int32
					ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { took.Add(1) }})
					for call := range 5 {
						requests.Store(0)
						took.Store(0)
						list, err := client.List(ctx, testTeam, testConnector)
						kind, attempts, _ := outcome(list, err)
						seen := int(requests.Load())
						if attempts != seen || seen > max(2, most) || kind != "list" && (kind != "transport" || call == 0 && !silent) {
							t.Errorf("%s, silent %v, call %d of at most %d: %s after %d requests, %d reported: %v", server.name, silent, call, most, kind, seen, attempts, err)
						}
						if isCured := server.name != "refuses streams" && !silent; isCured && kind != "list" {
							t.Errorf("%s, call %d of at most %d: %v; want one repeat on another connection", server.name, call, most, err)
						}
						if call == 0 && silent && seen != most {
							t.Errorf("%s: %d requests on connections that were not kept, want %d", server.name, seen, most)
						}
						if int(took.Load()) < attempts {
							t.Errorf("%s: the caller's own trace saw %d of %d requests", server.name, took.Load(), attempts)
						}
					}
				})
			}
		}
	}
}

// TestRepeat_EndsAtTheSecondDeadConnection: many kept connections are dead.
func TestRepeat_EndsAtTheSecondDeadConnection(t *testing.T) {
	const kept = 60
	var requests, waiting atomic.Int32
	all := make(chan struct{})
	address := serveRaw(t, http1(func(number int, _ *http.Request) string {
		if requests.Add(1); number > 0 {
			return ""
		}
		if waiting.Add(1) == kept {
			close(all)
		}
		<-all
		return message(200, oneSecret)
	}))
	client := newClient(t, "http://"+address, connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 10, BaseDelay: math.MaxInt64}))
	var calls sync.WaitGroup
	for range kept {
		calls.Go(func() {
			if _, err := client.List(context.Background(), testTeam, testConnector); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	for range kept/3 - 1 {
		requests.Store(0)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // shorter than the pause before another attempt
		_, err := client.List(ctx, testTeam, testConnector)
		cancel()
		var transport *connectorsecrets.TransportError
		if !errors.As(err, &transport) || transport.Attempts != 2 || requests.Load() != 2 || errors.Is(err, context.Canceled) {
			t.Fatalf("%d requests, error %v; want two of each", requests.Load(), err)
		}
		mustContain(t, err.Error(), "closed the connection or refused the request before it responded (2 attempts)")
	}
}

// TestRepeat_KeepsThePace measures the pace at the server.
func TestRepeat_KeepsThePace(t *testing.T) {
	for _, gates := range []string{"of the client", "of the call"} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var times []time.Time
			transport := pipeTo(t, http1(func(number int, _ *http.Request) string {
				mu.Lock()
				defer mu.Unlock()
				if times = append(times, time.Now()); number > 0 {
					return ""
				}
				return message(200, oneSecret)
			}))
			options := []connectorsecrets.Option{connectorsecrets.WithHTTPClient(&http.Client{Transport: transport})}
			calls := []connectorsecrets.CallOption{connectorsecrets.WithWorkers(4)}
			if gates == "of the client" {
				options = append(options, connectorsecrets.WithPace(2))
			} else {
				calls = append(calls, connectorsecrets.WithPace(2))
			}
			attempts := 0
			for result := range retryClient(t, options...).ListEach(context.Background(), numbered(20), calls...) {
				_, told, _ := outcome(result.List, result.Err)
				attempts += told
			}
			if len(times) != attempts || attempts < 21 {
				t.Errorf("%d requests, %d reported, want more than the 20 calls", len(times), attempts)
			}
			for i := 1; i < len(times); i++ {
				if pause := times[i].Sub(times[i-1]); pause < 450*time.Millisecond {
					t.Errorf("%s: a pause of %v", gates, pause)
				}
			}
		})
	}
}

// TestRepeat_EndsWithTheContext: the context ends while the repeat waits for its turn.
func TestRepeat_EndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := pipeTo(t, http1(func(number int, _ *http.Request) string {
			return strings.Repeat(message(200, oneSecret), 1-min(number, 1))
		}))
		client := retryClient(t, connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}), connectorsecrets.WithPace(0.1))
		if _, _, err := timed(context.Background(), client); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(12*time.Second, cancel)
		_, took, err := timed(ctx, client)
		if !errors.Is(err, context.Canceled) || took != 12*time.Second {
			t.Errorf("error %v after %v, want the cancellation", err, took)
		}
	})
}
