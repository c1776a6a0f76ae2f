package connectorsecrets

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"syscall"
)

var errUnasked = errors.New("the server sent data on an idle connection before the request")

// guardedConn is a connection of [NewTransport]. It sends an HTTP/1 request only if nothing has arrived since the last
// response. Otherwise unsolicited data would be taken for the response to that request.
type guardedConn struct {
	net.Conn
	// socket and peek ask the kernel whether data has arrived. Socket is nil if the connection has none.
	socket syscall.RawConn
	peek   func(descriptor uintptr)

	mu   sync.Mutex
	cond sync.Cond
	// reading is set while a Read is waiting. Closed is set by Close.
	reading, closed bool
	// wrote is set by the first Write. Multiplexed is set if it began HTTP/2 without TLS.
	wrote, multiplexed bool
	// expecting is set until the next Write, which starts a request. Refused is set if that request must not be sent.
	expecting, refused bool
	// quiet is the result of peek.
	quiet bool
}

// guardDials wraps the connections that dial makes in guards.
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

// guarded returns the guard of a connection, or nil if it has none. An HTTP/2 connection counts as having none, because it
// carries many requests at once.
func guarded(conn net.Conn) *guardedConn {
	for {
		if isHTTP2(conn) {
			return nil
		}
		secured, ok := conn.(*tls.Conn)
		if !ok {
			c, _ := conn.(*guardedConn)
			return c
		}
		conn = secured.NetConn()
	}
}

func isHTTP2(conn net.Conn) bool {
	switch conn := conn.(type) {
	case *tls.Conn:
		return conn.ConnectionState().NegotiatedProtocol == "h2"
	case *guardedConn:
		conn.mu.Lock()
		defer conn.mu.Unlock()
		return conn.multiplexed
	default:
		return false
	}
}

// expectRequest announces that the next Write starts a request. It first waits until the transport has handled what it has
// read: the transport then waits in Read, or it has found unexpected data and closed the connection.
func (c *guardedConn) expectRequest() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.reading && !c.closed {
		c.cond.Wait()
	}
	c.expecting, c.refused = true, c.closed
}

// Read returns no data that arrived before the request was sent.
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

// Write sends nothing of a request if data has arrived before it. The transport then uses another connection.
func (c *guardedConn) Write(p []byte) (int, error) {
	if !c.isQuiet(p) {
		return 0, errUnasked
	}
	return c.Conn.Write(p)
}

// http2Preface is how a client begins HTTP/2 (RFC 9113, section 3.4).
const http2Preface = "PRI * HTTP/2.0\r\n"

// isQuiet reports whether p may be written.
func (c *guardedConn) isQuiet(p []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.wrote {
		c.wrote, c.multiplexed = true, bytes.HasPrefix(p, []byte(http2Preface))
	}
	if c.expecting && c.socket != nil {
		c.refused = c.refused || c.socket.Control(c.peek) != nil || !c.quiet
	}
	c.expecting = false
	return !c.refused
}

// hasRefused reports whether the last request was refused, so that nothing of it was sent.
func (c *guardedConn) hasRefused() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// Close closes the connection and wakes expectRequest.
func (c *guardedConn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.cond.Broadcast()
	c.mu.Unlock()
	return c.Conn.Close()
}
