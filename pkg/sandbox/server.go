package sandbox

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Server is a sandbox that listens on a socket.
type Server struct {
	// URL is the base URL for clients, such as http://127.0.0.1:8080.
	URL string
	// APIKey and BearerToken are valid credentials: the first ones of the seed, or empty if it has none.
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
	// gracePeriod is the time for requests in flight when the server is closed. They take milliseconds.
	gracePeriod = time.Second
)

// Listen starts a sandbox on a TCP address such as "127.0.0.1:8080"; port 0 means any free port. The caller must close the
// server.
func Listen(address string, options ...Option) (*Server, error) {
	// The loopback names are accepted anyway. One more name makes the handler check all.
	handler, err := New(append(slices.Clone(options), WithHosts(cmp.Or(hostName(address), "localhost")))...)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
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

// Requests returns the requests that the server received. See [Sandbox.Requests].
func (s *Server) Requests() []Request { return s.handler.Requests() }

// Close stops the server. It gives requests in flight up to a second to finish, and returns when all connections are closed.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), gracePeriod)
	defer cancel()
	s.stop()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		// These connections have not finished a request within the grace period.
		err = s.server.Close()
	}
	return errors.Join(err, s.Wait())
}

// Wait waits until the server has stopped. It returns nil after a Close, else why the server stopped.
func (s *Server) Wait() error {
	err := <-s.done
	s.done <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// TB is the part of [testing.TB] that [Start] needs. With it, programs do not import package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	FailNow()
}

// Start starts a sandbox on a free loopback port. It stops when the test ends.
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

// baseURL returns the URL of a listener for this machine. If it listens on all addresses, the URL has the loopback address.
func baseURL(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		address = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}
	}
	return "http://" + address.String()
}

// hosts are the host names that a sandbox accepts, besides loopback names and the address of the connection. None accepts any
// name. The check stops DNS rebinding: a web page whose host name resolves to this machine could otherwise read the sandbox.
type hosts []string

func (h hosts) answers(r *http.Request) bool {
	name := hostName(r.Host)
	isNamed := slices.ContainsFunc(h, func(known string) bool { return known == "*" || hostName(known) == name })
	if len(h) == 0 || isNamed || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return err == nil && (address.IsLoopback() || local != nil && local.AddrPort().Addr().Unmap() == address.Unmap())
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
