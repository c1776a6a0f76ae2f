package connectorsecrets_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// serve runs a server until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// answer runs a server that always sends the same response. Headers come in pairs.
func answer(t *testing.T, status int, body string, headers ...string) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, status, body, headers...) })
}

func write(w http.ResponseWriter, status int, body string, headers ...string) {
	w.Header().Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// status sends an error by the contract.
func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		write(w, code, envelope("CODE_"+strconv.Itoa(code), "Text."), headers...)
	}
}

// after waits before it responds.
func after(wait time.Duration, respond http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { time.Sleep(wait); respond(w, r) }
}

func ok(w http.ResponseWriter, _ *http.Request) { write(w, 200, oneSecret) }

// aborted closes the connection without a response.
func aborted(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

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

// countingListener counts the connections that reach a server.
type countingListener struct {
	net.Listener
	accepted atomic.Int32
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return conn, err
}

// start runs a server that change has edited, and counts its connections.
func start(t *testing.T, handler http.HandlerFunc, withTLS bool, change func(*httptest.Server)) (*httptest.Server, *countingListener) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	listener := &countingListener{Listener: server.Listener}
	server.Listener = listener
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the test causes errors on purpose
	if change != nil {
		change(server)
	}
	if withTLS {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, listener
}

// serveRaw calls serve with each connection, and then closes the connection.
func serveRaw(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveListener(t, listener, serve)
	return listener.Addr().String()
}

func serveListener(t testing.TB, listener net.Listener, serve func(net.Conn)) {
	t.Helper()
	var running sync.WaitGroup
	stopped, stop := context.WithCancel(context.Background())
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				defer context.AfterFunc(stopped, func() { _ = conn.Close() })()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		stop()
		running.Wait()
	})
}

// pipeListener is an in-memory network for bubbles of fake time. A real socket would bring in real time.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
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

// pipeServer is an HTTP server on a pipeListener, in a bubble of fake time.
type pipeServer struct {
	option connectorsecrets.Option // with which a client talks to it
	mu     sync.Mutex
	times  []time.Time
}

// A script has a handler for the first request, one for the second, and so on. Further requests get the last one.
type script []http.HandlerFunc

// bubble runs test in a bubble of fake time, with a server that follows a script.
func bubble(t *testing.T, handlers script, test func(*testing.T, *pipeServer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &pipeServer{}
		listener := newPipeListener()
		server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.times = append(s.times, time.Now())
			handler := handlers[min(len(s.times), len(handlers))-1]
			s.mu.Unlock()
			handler(w, r)
		})}
		done := make(chan struct{})
		go func() { defer close(done); _ = server.Serve(listener) }()
		transport := &http.Transport{DialContext: listener.dial}
		s.option = via(transport)
		t.Cleanup(func() {
			transport.CloseIdleConnections()
			_ = server.Close()
			<-done
		})
		test(t, s)
	})
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
