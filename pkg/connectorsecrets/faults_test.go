package connectorsecrets_test

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// A fault is something that goes wrong between client and server, with its expected result.
type fault struct {
	name     string
	steps    []step
	want     string        // "list", "api STATUS", "unexpected STATUS" or "transport"
	text     string        // must be in the error
	requests int           // that the server must see
	delay    time.Duration // the RetryAfter of the error
	timeout  time.Duration // of an attempt, for faults that depend on it
}

// brief is the timeout of an attempt in the faults that are about time.
const brief = 400 * time.Millisecond

// listed is a fault that the client gets over, with so many requests.
func listed(name string, requests int, steps ...step) fault {
	return fault{name: name, steps: steps, want: "list", requests: requests}
}

// lost is a fault of the connection, which stays after 3 attempts. If it is about time, the text says so.
func lost(name, text string, steps ...step) fault {
	f := fault{name: name, steps: steps, want: "transport", text: text, requests: 3}
	if text == timedOut {
		f.timeout = brief
	}
	return f
}

const timedOut = "no complete response within"

// wrong is a response that is no list, and final.
func wrong(name string, status int, text string, steps ...step) fault {
	return fault{name: name, steps: steps, want: fmt.Sprintf("unexpected %d", status), text: text, requests: 1}
}

// refused is an error with a status.
func refused(name string, status int, text string, requests int, steps ...step) fault {
	return fault{name: name, steps: steps, want: fmt.Sprintf("api %d", status), text: text, requests: requests}
}

// within sets the timeout of an attempt.
func within(timeout time.Duration, f fault) fault { f.timeout = timeout; return f }

// delayed sets the expected RetryAfter.
func delayed(delay time.Duration, f fault) fault { f.delay = delay; return f }

// faults run with 3 attempts and pauses of a millisecond.
func faults() []fault {
	const (
		head    = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
		half    = `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26",`
		halfOf  = head + "Content-Length: 900\r\n\r\n" + half
		chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
		half404 = "HTTP/1.1 404 Not Found\r\nContent-Length: 900\r\n\r\n{"
		half503 = "HTTP/1.1 503 No\r\nContent-Length: 900\r\n\r\n{"
		hints   = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
		tooBig  = "larger than 1048576 bytes"
		empty   = `{"count":0,"secrets":[]}`
	)
	spaces, long := strings.Repeat(" ", 1<<16), strings.Repeat("x", 1000)
	gzipped := compressed([]byte(oneSecret))
	rows := []fault{
		listed("no fault", 1, good()),

		// The connection.
		lost("closed before the response", "EOF", raw("")),
		listed("closed before the response, once", 2, raw(""), good()),
		lost("reset before the response", "reset", reset("")),
		lost("no HTTP", "", raw("SSH-2.0-OpenSSH_9.9\r\n")),
		lost("no HTTP, with the credential", "", raw("{authorization}\r\n\r\n")),
		lost("length that is the credential", "", raw(head+"Content-Length: {authorization}\r\n\r\n")),
		lost("chunk length that is the credential", "", raw(chunked+"{authorization}\r\n")),
		lost("silent", timedOut, silent("")),
		within(3*brief, listed("silent, once", 2, silent(""), good())),
		lost("silent in the header", timedOut, silent(head)),
		lost("endless header", "header", endless(head, "X-More: "+long+"\r\n", 0)),
		lost("header of one endless line", "header", endless(head+"X-More: ", long, 0)),
		lost("header that drips", timedOut, endless(head, "X: y\r\n", 5*time.Millisecond)),
		lost("endless early hints", "", endless("", hints, 0)),
		listed("an early hint", 1, func(conn net.Conn, request *http.Request) {
			raw(hints)(conn, request)
			good()(conn, request)
		}),

		// The body.
		lost("half a body", "unexpected EOF", raw(halfOf)),
		listed("half a body, once", 2, raw(halfOf), good()),
		lost("reset in the body", "", reset(halfOf)),
		lost("silent in the body", timedOut, silent(halfOf)),
		lost("body that drips", timedOut, endless(head+"Content-Length: 900000\r\n\r\n{", " ", 5*time.Millisecond)),
		lost("the whole list in chunks without an end", "unexpected EOF", raw(chunked+"18\r\n"+empty+"\r\n")),
		listed("good chunks", 1, raw(chunked+"c\r\n{\"count\":0,\"\r\nc\r\nsecrets\":[]}\r\n0\r\n\r\n")),
		lost("truncated gzip", "unexpected EOF", raw(head+"Content-Encoding: gzip\r\n\r\n"+gzipped[:40])),
		lost("gzip that is not gzip", "gzip", respond(200, oneSecret, "Content-Encoding", "gzip")),
		wrong("unknown content encoding", 200, "not valid UTF-8", respond(200, "\x8b\x00\x80", "Content-Encoding", "br")),
		listed("good gzip", 1, respond(200, gzipped, "Content-Encoding", "gzip")),
		wrong("gzip bomb", 200, tooBig, respond(200, bomb(), "Content-Encoding", "gzip")),
		wrong("body of 50 MB", 200, tooBig, endless(head+"Content-Length: 50000000\r\n\r\n", spaces, 0)),
		wrong("endless body", 200, tooBig, endless(head+"\r\n", spaces, 0)),
		wrong("endless chunks", 200, tooBig, endless(chunked, "1000\r\n"+spaces[:1<<12]+"\r\n", 0)),
		wrong("HTTP/1.0, cut", 200, "not JSON", raw("HTTP/1.0 200 OK\r\n\r\n"+half)),
		listed("more than the length says", 1, raw(head+"Content-Length: 24\r\n\r\n"+empty+plantedValue)),

		// An error's body never hides its status.
		refused("404 with half a body", 404, "", 1, raw(half404)),
		refused("404 reset in the body", 404, "", 1, reset(half404)),
		within(brief, refused("404 silent in the body", 404, "", 1, silent(half404))),
		within(3*brief, listed("503 silent in the body, once", 2, silent(half503), good())),
		refused("500 with an endless body", 500, "", 3, endless("HTTP/1.1 500 No\r\nConnection: close\r\n\r\n", spaces, 0)),
		refused("403 with a gzip bomb", 403, "", 1, respond(403, bomb(), "Content-Encoding", "gzip")),
		refused("401 that repeats the credential", 401, "Bad: Bearer REDACTED", 1, echoing(401)),

		// Retry-After.
		delayed(time.Hour, refused("an hour on 429", 429, "try again in 1h0m0s", 1, failing(429, "Retry-After", "3600"))),
		delayed(longest, refused("beyond a Duration", 429, "", 1, failing(429, "Retry-After", "99999999999"))),
		delayed(time.Hour, refused("a delay after another fault", 429, "", 2, raw(""), failing(429, "Retry-After", "3600"))),
		listed("no delay", 2, failing(429), good()),

		// Redirects, and unexpected statuses.
		wrong("redirect with the credential in it", 302, "redirect", raw("HTTP/1.1 302 Found\r\nConnection: close\r\n"+
			"Content-Length: 0\r\nLocation: https://user:{authorization}@example.com/a/{authorization}?k={authorization}\r\n\r\n")),
		wrong("redirect to an invalid URL", 302, "redirect",
			respond(302, "", "Location", "https://user:{authorization}@exa mple.com/{authorization}%zz")),
		wrong("unknown status", 999, "", respond(999, "")),
		wrong("switching protocols", 101, "", raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")),

		// Invalid lists. TestList_RefusesAnswersThatWouldBeWrong has all their forms.
		wrong("wrong count", 200, "",
			respond(200, listOf(2, `{"secret_placeholder":"p","secret_name":"n","secret_value":"`+plantedValue+`"}`))),
	}
	for _, status := range []int{408, 429, 500, 502, 503, 504, 520, 599} {
		rows = append(rows,
			refused(fmt.Sprintf("%d for ever", status), status, fmt.Sprintf("CODE_%d", status), 3, failing(status)),
			listed(fmt.Sprintf("%d once", status), 2, failing(status), good()),
			refused(fmt.Sprintf("%d at last", status), status, fmt.Sprintf("request-%d, 3 attempts", status), 3,
				raw(""), failing(500), failing(status)),
		)
	}
	for _, status := range []int{400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 425, 451, 501, 505} {
		rows = append(rows, refused(strconv.Itoa(status), status, "", 1, failing(status), good()))
	}
	for _, value := range []string{"", "0", "-5", "abc", "1.5", "+1", "Mon, 23 Nov 2020 08:00:00 GMT", "tomorrow, 08:00"} {
		rows = append(rows, listed("a delay of "+value, 2, failing(429, "Retry-After", value), good()))
	}
	return rows
}

// longest is the longest RetryAfter: the whole seconds of the longest Duration.
const longest = 9223372036 * time.Second

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
	server := startFaultServer(t, f.timeout > 0, f.steps)
	options = append([]connectorsecrets.Option{
		connectorsecrets.WithBaseURL(server.url),
		via(server.transport),
		connectorsecrets.WithTimeout(cmp.Or(f.timeout, 10*time.Second)),
		connectorsecrets.WithRetry(connectorsecrets.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}),
	}, options...)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(plantedCredential), options...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.List(t.Context(), testTeam, testConnector)
	return server, list, err
}

func TestFaults(t *testing.T) {
	for _, row := range faults() {
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
	api, isAPI := errors.AsType[*connectorsecrets.APIError](err)
	unexpected, isUnexpected := errors.AsType[*connectorsecrets.UnexpectedResponseError](err)
	transport, isTransport := errors.AsType[*connectorsecrets.TransportError](err)
	switch {
	case err == nil && list != nil:
		return "list", list.Response.Attempts, 0
	case list != nil:
		return "list and error", 0, 0
	case isAPI:
		return fmt.Sprintf("api %d", api.Response.StatusCode), api.Response.Attempts, api.Response.RetryAfter
	case isUnexpected:
		return fmt.Sprintf("unexpected %d", unexpected.StatusCode), unexpected.Attempts, 0
	case isTransport:
		return "transport", transport.Attempts, 0
	default:
		return fmt.Sprintf("%T", err), 0, 0
	}
}

// TestFaults_MemoryIsBounded compares the memory that a call allocates with that of an ordinary call.
func TestFaults_MemoryIsBounded(t *testing.T) {
	bound := int64(connectorsecrets.RaceFactor) * 8 << 20
	allocated := func(row fault) int64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if _, list, err := row.drive(t, connectorsecrets.WithoutRetry()); (err == nil) != (row.want == "list") {
			t.Fatalf("list %v, error %v", list, err)
		}
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	rows := faults() // which builds the bomb now, so that it is not counted
	ordinary, measured := allocated(rows[0]), 0
	for _, row := range rows {
		if isLarge := strings.Contains(row.name, "endless") || strings.Contains(row.name, "bomb") || row.name == "body of 50 MB"; !isLarge {
			continue
		}
		measured++
		if over := allocated(row) - ordinary; over > bound {
			t.Errorf("%s: %d bytes over an ordinary call, want at most %d", row.name, over, bound)
		}
	}
	if measured != 9 {
		t.Errorf("%d faults measured, want 9", measured)
	}
}
