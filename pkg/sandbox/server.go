package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Server is a sandbox that listens on a socket.
type Server struct {
	// URL is the base URL for clients, such as http://127.0.0.1:8080.
	URL string
	// APIKey and BearerToken are credentials that work, the first ones of the seed. Empty if the seed has none.
	APIKey, BearerToken string

	handler *Sandbox
	server  *http.Server
	// stop ends the delays of responses.
	stop context.CancelFunc
	done chan error
}

const (
	// Requests are small, and so are most responses.
	readTimeout    = 10 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	// gracePeriod is what requests under way get when the server is closed. They take milliseconds.
	gracePeriod = time.Second
)

// Listen starts a sandbox on a TCP address such as "127.0.0.1:8080"; port 0 takes a free one. The caller closes the
// server.
func Listen(address string, options ...Option) (*Server, error) {
	handler, err := New(options...)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	handler.answerToOwnNames(address)
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		URL:         baseURL(listener.Addr()),
		APIKey:      handler.APIKey(),
		BearerToken: handler.BearerToken(),
		handler:     handler,
		stop:        stop,
		server: &http.Server{
			Handler:     handler,
			ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			DisableGeneralOptionsHandler: true,
			BaseContext:                  func(net.Listener) context.Context { return ctx },
		},
		done: make(chan error, 1),
	}
	go func() { s.done <- s.server.Serve(listener) }()
	return s, nil
}

// Requests returns the requests that the server got. See [Sandbox.Requests].
func (s *Server) Requests() []Request { return s.handler.Requests() }

// answerToOwnNames makes a handler answer to the names of its server only. The address is the one to listen on.
func (s *Sandbox) answerToOwnNames(address string) {
	if s.hosts == nil {
		s.hosts = hosts{}
	}
	if name := hostName(address); name != "" {
		s.hosts[name] = true
	}
}

// Close stops the server: it lets the requests under way finish, for a second at most, and returns when nothing of it is
// left.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), gracePeriod)
	defer cancel()
	s.stop()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		// What is still open has not finished a request in all that time.
		err = s.server.Close()
	}
	return errors.Join(err, s.Wait())
}

// Wait returns when the server has stopped: nil after a Close, or why it could not go on.
func (s *Server) Wait() error {
	err := <-s.done
	s.done <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// TB is the part of [testing.TB] that [Start] needs. It keeps package testing out of programs.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	FailNow()
}

// Start starts a sandbox on a free loopback port for the length of a test.
func Start(tb TB, options ...Option) *Server {
	tb.Helper()
	server, err := Listen("127.0.0.1:0", options...)
	if err != nil {
		tb.Errorf("start the sandbox: %v", err)
		tb.FailNow()
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Errorf("stop the sandbox: %v", err)
		}
	})
	return server
}

// baseURL is the URL under which this machine reaches a listener. One that listens everywhere is reached by loopback.
func baseURL(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		address = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}
	}
	return "http://" + address.String()
}
