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
	errRepeated   = errors.New("the server closed the connection or refused the request before it responded")
)

// exchange is one request and its response. It counts the connections that the transport uses for the request, because
// net/http repeats a request on its own, each time with the credential, whenever a server closes a kept connection or
// refuses an HTTP/2 stream. The exchange allows one such repeat, for a kept connection that was dead. The repeat waits for
// its turn and counts as a request.
type exchange struct {
	call      *call
	ctx       context.Context
	cancel    context.CancelFunc
	transport http.RoundTripper
	request   *http.Request
	trace     httptrace.ClientTrace
	// authorization and answer are fields to save allocations.
	authorization [1]string
	answer        answer

	// response is set as soon as it arrives. Body and err are set at the end.
	response atomic.Pointer[http.Response]
	body     []byte
	err      error
	closed   atomic.Bool

	// answered is set when the response to the last request has begun. If the transport then sends another request, it does
	// so on purpose, for example to authenticate.
	answered atomic.Bool
	mu       sync.Mutex
	// taken is set once a connection was taken. Reused says whether the last one was a kept connection. Conn is its guard.
	taken, reused bool
	conn          *guardedConn
	// extra counts the requests after the first. Repeated is set after the one allowed repeat, stopped when another was
	// refused.
	extra             int
	repeated, stopped bool
	// over is set when the call no longer waits for the exchange, even if the transport still runs.
	over bool
}

// start returns the context of the request. Foreign says that the transport is not net/http's own.
func (e *exchange) start(foreign bool) context.Context {
	e.trace.GotConn = e.gotConn
	if foreign {
		e.trace.GotFirstResponseByte = func() { e.answered.Store(true) }
		e.trace.Got1xxResponse = func(int, textproto.MIMEHeader) error { e.answered.Store(false); return nil }
	}
	return httptrace.WithClientTrace(e.ctx, &e.trace)
}

// run sends the request and reads the response. It reads the body only for the success status and for errors.
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

// finish ends the exchange and returns its result. HasRun is false if the transport or the body did not return before the
// context ended. A response that arrives later is closed.
func (e *exchange) finish(hasRun bool) (body []byte, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	e.call.attempts += e.extra
	if hasRun {
		body, err = e.body, e.err
	} else {
		err = e.ctx.Err()
		if response := e.response.Load(); response != nil { //nolint:bodyclose // That is what close does.
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

// gotConn is called with each connection that the transport takes, before anything is written to it. If the request must
// not be sent, it cancels the exchange and closes the connection.
func (e *exchange) gotConn(info httptrace.GotConnInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.mayTake() {
		e.stopped = !e.over
		e.cancel() // enough to stop HTTP/2, but not HTTP/1
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
