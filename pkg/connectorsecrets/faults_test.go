package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// A fault is something that goes wrong between client and server, with its expected result.
type fault struct {
	name  string
	steps []step
	// want is the expected result: "list", "api STATUS", "unexpected STATUS" or "transport".
	want string
	// text must be in the error.
	text string
	// requests is the number of requests that the server must see.
	requests int
	// delay is the RetryAfter of the error.
	delay time.Duration
	// timeout of an attempt, for faults that depend on it.
	timeout time.Duration
}

// faults run with 3 attempts and pauses of a millisecond.
func faults() []fault {
	const (
		head    = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
		half    = `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26",`
		gzipped = head + "Content-Encoding: gzip\r\n"
		brief   = 400 * time.Millisecond
	)
	do := func(steps ...step) []step { return steps }
	rows := []fault{
		{name: "no fault", steps: do(good()), want: "list", requests: 1},

		// The connection.
		{name: "closed before the response", steps: do(raw("")), want: "transport", text: "EOF", requests: 3},
		{name: "closed before the response, once", steps: do(raw(""), good()), want: "list", requests: 2},
		{name: "reset before the response", steps: do(reset("")), want: "transport", text: "reset", requests: 3},
		{name: "reset before the response, twice", steps: do(reset(""), reset(""), good()), want: "list", requests: 3},
		{name: "half a status line", steps: do(raw("HTTP/1.1 20")), want: "transport", requests: 3},
		{name: "half a header", steps: do(raw(head + "Content-Le")), want: "transport", requests: 3},
		{name: "reset in the header", steps: do(reset(head), good()), want: "list", requests: 2},
		{name: "no HTTP", steps: do(raw("SSH-2.0-OpenSSH_9.9\r\n")), want: "transport", requests: 3},
		{name: "an empty line first", steps: do(raw("\r\n\r\n"), good()), want: "list", requests: 2},
		{name: "status that is no number", steps: do(raw("HTTP/1.1 OK OK\r\n\r\n")), want: "transport", requests: 3},
		{name: "header without a colon", steps: do(raw(head + "nonsense\r\n\r\n")), want: "transport", requests: 3},
		{name: "no HTTP, with the credential", steps: do(raw("{authorization}\r\n\r\n")), want: "transport", requests: 3},
		{name: "status that is the credential", steps: do(raw("HTTP/1.1 {authorization}\r\n\r\n")), want: "transport", requests: 3},
		{name: "header line that is the credential", steps: do(raw(head + "{authorization}\r\n\r\n")), want: "transport", requests: 3},
		{name: "length that is the credential", steps: do(raw(head + "Content-Length: {authorization}\r\n\r\n")), want: "transport", requests: 3},
		{name: "transfer encoding that is the credential", steps: do(raw(head + "Transfer-Encoding: {authorization}\r\n\r\n")), want: "transport", requests: 3},
		{name: "chunk length that is the credential", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\n{authorization}\r\n")), want: "transport", requests: 3},
		{name: "negative length", steps: do(raw(head + "Content-Length: -1\r\n\r\n")), want: "transport", requests: 3},
		{name: "two lengths", steps: do(raw(head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}")), want: "transport", requests: 3},
		{name: "unknown transfer encoding", steps: do(raw(head + "Transfer-Encoding: rot13\r\n\r\n{}")), want: "transport", requests: 3},
		{name: "silent", steps: do(silent("")), want: "transport", text: "no complete response within", requests: 3, timeout: brief},
		{name: "silent, once", steps: do(silent(""), good()), want: "list", requests: 2, timeout: 3 * brief},
		{name: "silent in the header", steps: do(silent(head)), want: "transport", text: "no complete response within", requests: 3, timeout: brief},
		{name: "endless header", steps: do(endless(head, "X-More: "+strings.Repeat("x", 1000)+"\r\n", 0)), want: "transport", text: "header", requests: 3},
		{name: "header of one endless line", steps: do(endless(head+"X-More: ", strings.Repeat("x", 1000), 0)), want: "transport", text: "header", requests: 3},
		{name: "header that drips", steps: do(endless(head, "X: y\r\n", 5*time.Millisecond)), want: "transport", text: "no complete response within", requests: 3, timeout: brief},
		{name: "endless early hints", steps: do(endless("", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 0)), want: "transport", requests: 3},
		{name: "an early hint", steps: do(func(conn net.Conn, request *http.Request) {
			raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")(conn, request)
			good()(conn, request)
		}), want: "list", requests: 1},

		// The body.
		{name: "half a body", steps: do(raw(head + "Content-Length: 900\r\n\r\n" + half)), want: "transport", text: "unexpected EOF", requests: 3},
		{name: "half a body, once", steps: do(raw(head+"Content-Length: 900\r\n\r\n"+half), good()), want: "list", requests: 2},
		{name: "reset in the body", steps: do(reset(head + "Content-Length: 900\r\n\r\n" + half)), want: "transport", requests: 3},
		{name: "reset in the body, once", steps: do(reset(head+"Content-Length: 900\r\n\r\n"+half), good()), want: "list", requests: 2},
		{name: "silent in the body", steps: do(silent(head + "Content-Length: 900\r\n\r\n" + half)), want: "transport", text: "no complete response within", requests: 3, timeout: brief},
		{name: "body that drips", steps: do(endless(head+"Content-Length: 900000\r\n\r\n{", " ", 5*time.Millisecond)), want: "transport", text: "no complete response within", requests: 3, timeout: brief},
		{name: "chunks without an end", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")), want: "transport", text: "unexpected EOF", requests: 3},
		{name: "the whole list in chunks without an end", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\n18\r\n{\"count\":0,\"secrets\":[]}\r\n")), want: "transport", text: "unexpected EOF", requests: 3},
		{name: "chunk with a bad length", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")), want: "transport", requests: 3},
		{name: "chunk shorter than it says", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\n9\r\n{}\r\n0\r\n\r\n")), want: "transport", requests: 3},
		{name: "good chunks", steps: do(raw(head + "Transfer-Encoding: chunked\r\n\r\nc\r\n{\"count\":0,\"\r\nc\r\nsecrets\":[]}\r\n0\r\n\r\n")), want: "list", requests: 1},
		{name: "truncated gzip", steps: do(raw(gzipped + "\r\n" + compressed([]byte(oneSecret))[:40])), want: "transport", text: "unexpected EOF", requests: 3},
		{name: "gzip that is not gzip", steps: do(respond(200, oneSecret, "Content-Encoding", "gzip")), want: "transport", text: "gzip", requests: 3},
		{name: "unknown content encoding", steps: do(respond(200, "\x8b\x00\x80", "Content-Encoding", "br")), want: "unexpected 200", text: "not valid UTF-8", requests: 1},
		{name: "good gzip", steps: do(respond(200, compressed([]byte(oneSecret)), "Content-Encoding", "gzip")), want: "list", requests: 1},
		{name: "gzip bomb", steps: do(respond(200, bomb(), "Content-Encoding", "gzip")), want: "unexpected 200", text: "larger than 1048576 bytes", requests: 1},
		{name: "body of 50 MB", steps: do(endless(head+"Content-Length: 50000000\r\n\r\n", strings.Repeat(" ", 1<<16), 0)), want: "unexpected 200", text: "larger than 1048576 bytes", requests: 1},
		{name: "endless body", steps: do(endless(head+"\r\n", strings.Repeat(" ", 1<<16), 0)), want: "unexpected 200", text: "larger than 1048576 bytes", requests: 1},
		{name: "endless chunks", steps: do(endless(head+"Transfer-Encoding: chunked\r\n\r\n", "1000\r\n"+strings.Repeat(" ", 1<<12)+"\r\n", 0)), want: "unexpected 200", text: "larger than 1048576 bytes", requests: 1},
		{name: "HTTP/1.0 without a length", steps: do(raw("HTTP/1.0 200 OK\r\n\r\n" + oneSecret)), want: "list", requests: 1},
		{name: "HTTP/1.0, cut", steps: do(raw("HTTP/1.0 200 OK\r\n\r\n" + half)), want: "unexpected 200", text: "not JSON", requests: 1},
		{name: "more than the length says", steps: do(raw(head + "Content-Length: 24\r\n\r\n" + `{"count":0,"secrets":[]}` + plantedValue)), want: "list", requests: 1},

		// An error's body never hides its status.
		{name: "404 with half a body", steps: do(raw("HTTP/1.1 404 Not Found\r\nContent-Length: 900\r\n\r\n{")), want: "api 404", requests: 1},
		{name: "404 reset in the body", steps: do(reset("HTTP/1.1 404 Not Found\r\nContent-Length: 900\r\n\r\n{")), want: "api 404", requests: 1},
		{name: "404 silent in the body", steps: do(silent("HTTP/1.1 404 Not Found\r\nContent-Length: 900\r\n\r\n{")), want: "api 404", requests: 1, timeout: brief},
		{name: "503 silent in the body, once", steps: do(silent("HTTP/1.1 503 No\r\nContent-Length: 900\r\n\r\n{"), good()), want: "list", requests: 2, timeout: 3 * brief},
		{name: "500 with an endless body", steps: do(endless("HTTP/1.1 500 No\r\nConnection: close\r\n\r\n", strings.Repeat(" ", 1<<16), 0)), want: "api 500", requests: 3},
		{name: "403 with a gzip bomb", steps: do(respond(403, bomb(), "Content-Encoding", "gzip")), want: "api 403", requests: 1},
		{name: "401 with HTML", steps: do(respond(401, "<html>"+plantedValue)), want: "api 401", requests: 1},
		{name: "502 without a body", steps: do(respond(502, "")), want: "api 502", requests: 3},
		{name: "401 that repeats the credential", steps: do(echoing(401)), want: "api 401", text: "Bad: Bearer REDACTED", requests: 1},
		{name: "500 that repeats the credential", steps: do(echoing(500)), want: "api 500", text: "REDACTED", requests: 3},

		// Retry-After.
		{name: "a delay of an hour on 429", steps: do(failing(429, "Retry-After", "3600")), want: "api 429", text: "try again in 1h0m0s", requests: 1, delay: time.Hour},
		{name: "a delay of an hour on 503", steps: do(failing(503, "Retry-After", "3600")), want: "api 503", text: "try again in 1h0m0s", requests: 1, delay: time.Hour},
		{name: "a delay just over the longest", steps: do(failing(429, "Retry-After", "61")), want: "api 429", requests: 1, delay: 61 * time.Second},
		{name: "a delay beyond a Duration", steps: do(failing(429, "Retry-After", "99999999999")), want: "api 429", requests: 1, delay: 9223372036 * time.Second},
		{name: "a delay of 10^30 seconds", steps: do(failing(429, "Retry-After", "1"+strings.Repeat("0", 30))), want: "api 429", requests: 1, delay: 9223372036 * time.Second},
		{name: "a delay of centuries", steps: do(failing(429, "Retry-After", "9000000000")), want: "api 429", requests: 1, delay: 9000000000 * time.Second},
		{name: "a delay after another fault", steps: do(raw(""), failing(429, "Retry-After", "3600")), want: "api 429", requests: 2, delay: time.Hour},
		{name: "no delay", steps: do(failing(429), good()), want: "list", requests: 2},

		// Redirects, and unexpected statuses.
		{name: "redirect with the credential in it", steps: do(raw("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: https://user:{authorization}@example.com/a/{authorization}?k={authorization}\r\n\r\n")), want: "unexpected 302", text: "redirect", requests: 1},
		{name: "redirect to an invalid URL", steps: do(respond(302, "", "Location", "https://user:{authorization}@exa mple.com/{authorization}%zz")), want: "unexpected 302", text: "redirect", requests: 1},
		{name: "redirect with a credential in the path", steps: do(respond(307, "", "Location", "//example.com/{authorization}?k={authorization}")), want: "unexpected 307", text: "to http://example.com;", requests: 1},
		{name: "redirect with the credential at the cut", steps: do(respond(302, "", "Location", "https://example.com/"+strings.Repeat("x", 220)+"/{authorization}")), want: "unexpected 302", text: "redirect", requests: 1},
		{name: "redirect without a Location", steps: do(respond(301, "")), want: "unexpected 301", text: "redirect", requests: 1},
		{name: "not modified", steps: do(respond(304, "")), want: "unexpected 304", requests: 1},
		{name: "no content", steps: do(raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")), want: "unexpected 204", requests: 1},
		{name: "unknown status", steps: do(respond(999, "")), want: "unexpected 999", requests: 1},
		{name: "switching protocols", steps: do(raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")), want: "unexpected 101", requests: 1},

		// Invalid lists. TestList_RefusesAnswersThatWouldBeWrong has all their forms.
		{name: "empty object", steps: do(respond(200, "{}")), want: "unexpected 200", text: `is missing`, requests: 1},
		{name: "null", steps: do(respond(200, "null")), want: "unexpected 200", requests: 1},
		{name: "null secrets", steps: do(respond(200, `{"count":0,"secrets":null}`)), want: "unexpected 200", requests: 1},
		{name: "wrong count", steps: do(respond(200, `{"count":2,"secrets":[{"secret_placeholder":"p","secret_name":"n","secret_value":"`+plantedValue+`"}]}`)), want: "unexpected 200", requests: 1},
		{name: "envelope under 200", steps: do(respond(200, `{"meta":{"request_id":"request-1"},"error":{"code":"NOT_FOUND","message":"`+plantedValue+`"}}`)), want: "unexpected 200", text: "NOT_FOUND", requests: 1},
		{name: "HTML under 200", steps: do(respond(200, "<html>"+plantedValue)), want: "unexpected 200", text: "not JSON", requests: 1},
		{name: "truncated JSON", steps: do(respond(200, half+`"secret_value":"`+plantedValue)), want: "unexpected 200", text: "not JSON", requests: 1},
		{name: "repeated name", steps: do(respond(200, `{"count":0,"secrets":[],"`+plantedValue+`":1,"`+plantedValue+`":1}`)), want: "unexpected 200", text: "same name twice", requests: 1},
		{name: "invalid UTF-8", steps: do(respond(200, "{\"count\":0,\"secrets\":[],\"x\":\"\xff\"}")), want: "unexpected 200", text: "UTF-8", requests: 1},
	}
	for _, status := range []int{408, 429, 500, 502, 503, 504, 520, 599} {
		rows = append(rows,
			fault{name: fmt.Sprintf("%d for ever", status), steps: do(failing(status)), want: fmt.Sprintf("api %d", status), text: fmt.Sprintf("CODE_%d", status), requests: 3},
			fault{name: fmt.Sprintf("%d once", status), steps: do(failing(status), good()), want: "list", requests: 2},
			fault{name: fmt.Sprintf("%d at last", status), steps: do(raw(""), failing(500), failing(status)), want: fmt.Sprintf("api %d", status), text: fmt.Sprintf("request-%d, 3 attempts", status), requests: 3},
		)
	}
	for _, status := range []int{400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 425, 451, 501, 505} {
		rows = append(rows, fault{name: fmt.Sprintf("%d", status), steps: do(failing(status), good()), want: fmt.Sprintf("api %d", status), requests: 1})
	}
	for _, value := range []string{"", "0", "-5", "abc", "1.5", "+1", "Mon, 23 Nov 2020 08:00:00 GMT", "tomorrow, 08:00"} {
		rows = append(rows, fault{name: "a delay of " + value, steps: do(failing(429, "Retry-After", value), good()), want: "list", requests: 2})
	}
	return rows
}

// run runs test with the fault. If the fault is about time, it runs in a bubble of fake time.
func (f fault) run(t *testing.T, test func(*testing.T)) {
	t.Run(f.name, func(t *testing.T) {
		if f.timeout > 0 {
			synctest.Test(t, test)
			return
		}
		t.Parallel()
		test(t)
	})
}

// drive makes one call that meets the fault.
func (f fault) drive(t testing.TB, options ...connectorsecrets.Option) (*faultServer, *connectorsecrets.SecretList, error) {
	t.Helper()
	start, timeout := startFaultPipe, f.timeout
	if timeout == 0 {
		start, timeout = startFaultServer, 10*time.Second
	}
	server := start(t, f.steps...)
	options = append([]connectorsecrets.Option{
		connectorsecrets.WithBaseURL(server.url),
		connectorsecrets.WithHTTPClient(&http.Client{Transport: server.transport}),
		connectorsecrets.WithTimeout(timeout),
		connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}),
	}, options...)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(plantedCredential), options...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.List(context.Background(), testTeam, testConnector)
	return server, list, err
}

func TestFaults(t *testing.T) {
	rows := faults()
	if len(rows) < 60 {
		t.Errorf("%d faults, want at least 60", len(rows))
	}
	for _, row := range rows {
		row.run(t, func(t *testing.T) {
			server, list, err := row.drive(t)
			got, attempts, delay := outcome(list, err)
			if got != row.want {
				t.Errorf("outcome %q, want %q: %v", got, row.want, err)
			}
			if err != nil && !strings.Contains(err.Error(), row.text) {
				t.Errorf("error %q does not contain %q", err, row.text)
			}
			if requests := int(server.requests.Load()); requests != row.requests || attempts != row.requests {
				t.Errorf("%d requests seen and %d attempts reported, want %d", requests, attempts, row.requests)
			}
			if delay != row.delay {
				t.Errorf("delay %v, want %v", delay, row.delay)
			}
		})
	}
}

// outcome describes a result in the words of the table. There must be no other kind of result.
func outcome(list *connectorsecrets.SecretList, err error) (kind string, attempts int, delay time.Duration) {
	var api *connectorsecrets.APIError
	var unexpected *connectorsecrets.UnexpectedResponseError
	var transport *connectorsecrets.TransportError
	switch {
	case err == nil && list != nil:
		return "list", list.Response.Attempts, 0
	case list != nil:
		return "list and error", 0, 0
	case errors.As(err, &api):
		return fmt.Sprintf("api %d", api.Response.StatusCode), api.Response.Attempts, api.Response.RetryAfter
	case errors.As(err, &unexpected):
		return fmt.Sprintf("unexpected %d", unexpected.StatusCode), unexpected.Attempts, 0
	case errors.As(err, &transport):
		return "transport", transport.Attempts, 0
	default:
		return fmt.Sprintf("%T", err), 0, 0
	}
}

// TestFaults_MemoryIsBounded compares the memory that a call allocates with that of an ordinary call.
func TestFaults_MemoryIsBounded(t *testing.T) {
	const bound = 8 << 20
	allocated := func(row fault) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if _, list, err := row.drive(t, connectorsecrets.WithoutRetry()); (err == nil) != (row.want == "list") {
			t.Fatalf("list %v, error %v", list, err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	bomb() // build it now, so that it is not counted
	var ordinary uint64
	measured := 0
	for _, row := range faults() {
		switch row.name {
		case "no fault":
			ordinary = allocated(row)
		case "gzip bomb", "body of 50 MB", "endless body", "endless chunks", "403 with a gzip bomb", "500 with an endless body", "endless header", "header of one endless line", "endless early hints":
			measured++
			if over := int64(allocated(row)) - int64(ordinary); over > bound {
				t.Errorf("%s: %d bytes over an ordinary call, want at most %d", row.name, over, bound)
			} else {
				t.Logf("%s: %d bytes over an ordinary call", row.name, over)
			}
		}
	}
	if measured != 9 {
		t.Errorf("%d faults measured, want 9", measured)
	}
}
