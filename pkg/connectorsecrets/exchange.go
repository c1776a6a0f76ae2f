package connectorsecrets

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"
	"sync/atomic"
)

var (
	errNoResponse = errors.New("the transport returned neither a response nor an error")
	errRepeated   = errors.New("the server closed the connection, or refused the request on it, before it answered")
)

// exchange is one request and its response. It counts the connections that the transport takes for them: net/http repeats
// a request by itself, as often as a server closes a kept connection or refuses an HTTP/2 stream, each time with the
// credential. One such repeat is allowed, for a kept connection that had died. It keeps the pace and counts as an attempt.
type exchange struct {
	call      *call
	ctx       context.Context
	cancel    context.CancelFunc
	transport http.RoundTripper
	request   *http.Request
	trace     httptrace.ClientTrace
	// authorization and answer are here to save allocations.
	authorization [1]string
	answer        answer

	// response is set as soon as there is one, body and err at the end.
	response atomic.Pointer[http.Response]
	body     []byte
	err      error
	closed   atomic.Bool

	// answered is set when a response to the last request has begun. A transport that sends another request after that
	// does so on purpose, such as one that authenticates.
	answered atomic.Bool
	mu       sync.Mutex
	// taken is set once there was a connection. Conn is the guard of the last one, and reused whether it had been kept.
	taken, reused bool
	conn          *guardedConn
	// extra counts the requests after the first. Repeated is set after the one repeat, and stopped at another.
	extra             int
	repeated, stopped bool
	// over is set when the call has gone on, whether or not the transport has come back.
	over bool
}

// start prepares an exchange. Foreign says that the transport is not net/http's own.
func (e *exchange) start(foreign bool) context.Context {
	e.trace.GotConn = e.gotConn
	if foreign {
		e.trace.GotFirstResponseByte = func() { e.answered.Store(true) }
		e.trace.Got1xxResponse = func(int, textproto.MIMEHeader) error { e.answered.Store(false); return nil }
	}
	return httptrace.WithClientTrace(e.ctx, &e.trace)
}

// run sends the request and reads the response, the body of which is kept for the status of success and for errors.
func (e *exchange) run() {
	response, err := e.transport.RoundTrip(e.request)
	switch {
	case err != nil:
		e.err = err
		return
	case response == nil:
		e.err = errNoResponse
		return
	}
	e.response.Store(response)
	defer e.close(response)
	if status := response.StatusCode; response.Body != nil && (status == e.call.success || status >= 400) && !e.isOver() {
		e.body, e.err = readBody(response)
	}
}

// close closes the body once.
func (e *exchange) close(response *http.Response) {
	if response.Body != nil && !e.closed.Swap(true) {
		_ = response.Body.Close()
	}
}

// finish ends the exchange after it has run, or without it if the transport or the body has not come back by the end of the
// context. What comes back later is closed.
func (e *exchange) finish(hasRun bool) (body []byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	e.call.attempts += e.extra
	if hasRun {
		body, err = e.body, e.err
	} else {
		err = e.ctx.Err()
		if response := e.response.Load(); response != nil {
			go e.close(response) // which may let the body come back
		}
	}
	if e.stopped {
		err = errRepeated
	}
	return body, err
}

func (e *exchange) isOver() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.over
}

// gotConn is called with each connection that the transport takes, before anything is written to it.
func (e *exchange) gotConn(info httptrace.GotConnInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.mayTake() {
		e.stopped = !e.over
		e.cancel() // HTTP/2 then sends nothing, and HTTP/1 has to be kept from it
		if !isHTTP2(info.Conn) {
			_ = info.Conn.Close()
		}
		return
	}
	e.taken, e.reused, e.conn = true, info.Reused, guarded(info.Conn)
	if e.reused && e.conn != nil {
		e.conn.expectRequest()
	}
}

func (e *exchange) mayTake() bool {
	switch {
	case e.over:
		return false
	case !e.taken, e.conn.hasRefused(): // nothing was sent yet
		return true
	case !e.answered.Swap(false):
		if e.repeated || !e.reused || e.call.attempts+e.extra >= e.call.most || e.call.turn(e.ctx) != nil {
			return false
		}
		e.repeated = true
	}
	e.extra++
	return true
}
