package connectorsecrets

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"syscall"
)

var errUnasked = errors.New("something came in on a kept connection before a request was sent")

// guardedConn is a connection of [NewTransport]. It carries another HTTP/1 request only if nothing has come in since the
// last response: what a server sends unasked would be taken for the response to that request.
type guardedConn struct {
	net.Conn
	// socket and peek ask the kernel what has come in. The socket is nil if it can't be asked.
	socket syscall.RawConn
	peek   func(descriptor uintptr)

	mu   sync.Mutex
	cond sync.Cond
	// reading is set while a Read waits, and closed by Close.
	reading, closed bool
	// expecting is set until the next Write, which begins a request. Refused is set if that can't be sent.
	expecting, refused bool
	// quiet is what peek has found.
	quiet bool
}

// guardDials puts guards around the connections that dial makes.
func guardDials(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c := &guardedConn{Conn: conn}
		c.cond.L = &c.mu
		if socket, ok := conn.(syscall.Conn); ok {
			c.socket, _ = socket.SyscallConn()
			c.peek = func(descriptor uintptr) { c.quiet = nothingWaits(descriptor) }
		}
		return c, nil
	}
}

// guarded returns the guard of a connection that a transport has taken, or nil if it has none, or carries many requests at
// once.
func guarded(conn net.Conn) *guardedConn {
	for {
		secured, ok := conn.(*tls.Conn)
		if !ok || isHTTP2(secured) {
			c, _ := conn.(*guardedConn)
			return c
		}
		conn = secured.NetConn()
	}
}

func isHTTP2(conn net.Conn) bool {
	secured, ok := conn.(*tls.Conn)
	return ok && secured.ConnectionState().NegotiatedProtocol == "h2"
}

// expectRequest says that the next Write begins a request. It first lets the transport finish what it has read: the
// transport then waits for more in Read, or has closed the connection because there was more.
func (c *guardedConn) expectRequest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.reading && !c.closed {
		c.cond.Wait()
	}
	c.expecting, c.refused = true, c.closed
}

// Read gives out nothing that came before the request was sent.
func (c *guardedConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	c.reading = true
	c.cond.Broadcast()
	c.mu.Unlock()
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = false
	if c.refused = c.refused || c.expecting; c.refused {
		return 0, errUnasked
	}
	return n, err
}

// Write sends nothing of a request if something has come in. The transport then takes another connection.
func (c *guardedConn) Write(p []byte) (int, error) {
	if !c.isQuiet() {
		return 0, errUnasked
	}
	return c.Conn.Write(p)
}

func (c *guardedConn) isQuiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expecting && c.socket != nil {
		c.refused = c.refused || c.socket.Control(c.peek) != nil || !c.quiet
	}
	c.expecting = false
	return !c.refused
}

// hasRefused reports whether nothing was sent of the last request.
func (c *guardedConn) hasRefused() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// Close closes the connection.
func (c *guardedConn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.cond.Broadcast()
	c.mu.Unlock()
	return c.Conn.Close()
}
