package connectorsecrets_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// What the fault server sends although it should not. None of it may come out of the client.
const plantedValue = "planted-secret-value"

// A step writes to the connection of one request whatever it wants. When it returns, the connection is closed.
type step func(conn net.Conn, request *http.Request)

// faultServer speaks raw TCP, so that it can break every rule.
type faultServer struct {
	url       string
	transport *http.Transport
	requests  atomic.Int32
}

// startFaultServer runs the first step for the first request, the second step for the second, and so on. Further requests
// get the last step. In a bubble of fake time, it uses no socket.
func startFaultServer(t testing.TB, isFake bool, steps []step) *faultServer {
	t.Helper()
	server := &faultServer{url: "http://localhost", transport: connectorsecrets.NewTransport()}
	if isFake {
		listener := newPipeListener()
		serveListener(t, listener, server.serve(steps))
		server.transport.DialContext = listener.dial
	} else {
		server.url = "http://" + serveRaw(t, server.serve(steps))
	}
	t.Cleanup(server.transport.CloseIdleConnections)
	return server
}

func (s *faultServer) serve(steps []step) func(net.Conn) {
	return func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		number := int(s.requests.Add(1))
		steps[min(number, len(steps))-1](conn, request)
	}
}

// raw writes text unchanged, except that "{authorization}" becomes the value that the client sent.
func raw(text string) step {
	return func(conn net.Conn, request *http.Request) {
		_, _ = conn.Write([]byte(strings.ReplaceAll(text, "{authorization}", request.Header.Get("Authorization"))))
	}
}

// respond writes a well-formed response. Headers come in pairs. Every response echoes the credential in a header field.
func respond(status int, body string, headers ...string) step {
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %d Text\r\nConnection: close\r\nX-Echo: {authorization}\r\nContent-Length: %d\r\n", status, len(body))
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&head, "%s: %s\r\n", headers[i], headers[i+1])
	}
	return func(conn net.Conn, request *http.Request) {
		// The credential goes into the header only, because the body's length is fixed.
		raw(head.String()+"\r\n")(conn, request)
		_, _ = conn.Write([]byte(body))
	}
}

// good is a response by the contract, except for a value that must not be there.
func good() step {
	return respond(200, listOf(1, `{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id","secret_value":"`+plantedValue+`"}`))
}

// failing is an error by the contract, except for a value that must not be there.
func failing(status int, headers ...string) step {
	return respond(status, fmt.Sprintf(
		`{"meta":{"request_id":"request-%d"},"error":{"code":"CODE_%d","message":"Text.","secret_value":"%s"}}`, status, status, plantedValue), headers...)
}

// echoing is an error whose texts echo the credential.
func echoing(status int) step {
	return func(conn net.Conn, request *http.Request) {
		authorization := request.Header.Get("Authorization")
		respond(status, fmt.Sprintf(`{"meta":{"request_id":"request-1"},"error":{"code":"CODE","message":"Bad: %s","description":"%s"}}`,
			authorization, strings.TrimPrefix(authorization, "Bearer ")))(conn, request)
	}
}

// reset sends text and then breaks the connection with a TCP reset.
func reset(text string) step {
	return func(conn net.Conn, request *http.Request) {
		raw(text)(conn, request)
		if text != "" {
			// Let the text arrive first: the reset would overtake it.
			time.Sleep(5 * time.Millisecond)
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
	}
}

// silent sends text and then nothing more, until the client closes the connection.
func silent(text string) step {
	return func(conn net.Conn, request *http.Request) {
		raw(text)(conn, request)
		_, _ = conn.Read(make([]byte, 1))
	}
}

// endless sends begin and then piece again and again, until the client closes the connection.
func endless(begin, piece string, pause time.Duration) step {
	return func(conn net.Conn, request *http.Request) {
		raw(begin)(conn, request)
		piece := []byte(piece)
		for {
			if _, err := conn.Write(piece); err != nil {
				return
			}
			time.Sleep(pause)
		}
	}
}

// compressed returns body as gzip.
func compressed(body []byte) string {
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	_, _ = writer.Write(body)
	_ = writer.Close()
	return buffer.String()
}

// bomb is 512 MiB of white space and an empty list, in half a megabyte of gzip. It has many gzip members, which a reader
// joins to one body.
var bomb = sync.OnceValue(func() string {
	member := compressed(bytes.Repeat([]byte{' '}, 1<<20))
	return strings.Repeat(member, 512) + compressed([]byte(`{"count":0,"secrets":[]}`))
})
