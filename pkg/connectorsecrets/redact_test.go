package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
)

func TestClean(t *testing.T) {
	const key = `Kj/8+w=="<&x`
	for _, test := range []struct{ name, authorization, text, want string }{
		{"as it is", "Bearer " + key, "Bearer " + key + ", again " + key, "Bearer REDACTED, again REDACTED"},
		{"in JSON", "Bearer " + key, `{"k":"Kj/8+w==\"<&x"}`, `{"k":"REDACTED"}`},
		{"in JSON of Go", "Bearer " + key, `{"k":"Kj/8+w==\"\u003c\u0026x"}`, `{"k":"REDACTED"}`},
		{"in JSON of PHP", "Bearer " + key, `{"k":"Kj\/8+w==\"<&x"}`, `{"k":"REDACTED"}`},
		{"in a path", "Bearer " + key, "/Kj%2F8+w==%22%3C&x", "/REDACTED"},
		{"in a path, in lower case", "Bearer " + key, "/Kj%2f8+w==%22%3c&x", "/REDACTED"},
		{"in a query", "Bearer " + key, "?k=Kj%2F8%2Bw%3D%3D%22%3C%26x", "?k=REDACTED"},
		{"in a query, in lower case", "Bearer " + key, "?k=Kj%2f8%2bw%3d%3d%22%3c%26x", "?k=REDACTED"},
		{"of another scheme", "Basic abcdefgh", "Basic abcdefgh and abcdefgh", "REDACTED and REDACTED"},
		{"after two spaces", "Bearer  abcdefgh", "key abcdefgh", "key REDACTED"},
		{"without a scheme", "abcdefgh", "key abcdefgh", "key REDACTED"},
		{"shorter than a word", "Bearer key", "monkey", "monkey"},
		{"control characters", "Bearer abcdefgh", "a\nb\x1b[31m\u00a0c", "a b [31m c"},
	} {
		if got := clean(test.text, test.authorization); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if allocated := testing.AllocsPerRun(100, func() { clean("an ordinary text of a server", "Bearer "+key) }); allocated > float64(RaceFactor-1) {
		t.Errorf("%v allocations", allocated)
	}
	if allocated := testing.AllocsPerRun(100, func() { clean("short", "Bearer abcdefgh") }); allocated > float64(RaceFactor-1) {
		t.Errorf("%v allocations for a text shorter than the credential", allocated)
	}
}

// TestCleanError_KeepsTheCause, whatever its text has to lose, and is the same for each connection.
func TestCleanError_KeepsTheCause(t *testing.T) {
	const authorization = "Bearer abcdefgh"
	broken := &net.OpError{
		Op: "read", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 54321},
		Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443}, Err: syscall.ECONNRESET,
	}
	for text, err := range map[string]error{
		"read tcp 127.0.0.1:443: connection reset by peer":                 broken,
		"a  b  REDACTED: read tcp 127.0.0.1:443: connection reset by peer": fmt.Errorf("a \nb\u00a0 abcdefgh: %w", broken),
		"stream error: PROTOCOL_ERROR; received from peer":                 errors.New("stream error: stream ID 3; PROTOCOL_ERROR; received from peer"),
		"server sent GOAWAY; ErrCode=NO_ERROR":                             errors.New("server sent GOAWAY; LastStreamID=5, ErrCode=NO_ERROR"),
	} {
		cleaned := cleanError(err, authorization)
		if cleaned.Error() != text {
			t.Errorf("%q, want %q", cleaned.Error(), text)
		}
		var op *net.OpError
		if strings.Contains(text, "tcp") && (!errors.Is(cleaned, syscall.ECONNRESET) || !errors.As(cleaned, &op)) {
			t.Errorf("%q has lost its cause", text)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", cleaned, cleaned, cleaned), "abcdefgh") {
			t.Errorf("%#v shows the credential", cleaned)
		}
	}
}

// TestBecause keeps what the last attempt got, and tells why no other followed.
func TestBecause(t *testing.T) {
	refused := &APIError{Response: Response{StatusCode: 503}}
	lost := newTransportError(2, syscall.ECONNRESET)
	total := newTransportError(0, &limitError{"the whole call", 7})
	noToken := errors.New("no token")
	source := refuse("token source", "returned no token", noToken)
	for _, test := range []struct {
		err, reason, is error
		limit           bool
	}{
		{nil, total, context.DeadlineExceeded, true}, {lost, total, syscall.ECONNRESET, true}, {lost, total, context.DeadlineExceeded, true},
		{refused, total, ErrServer, false}, {refused, source, ErrServer, false}, {refused, source, noToken, false},
		{lost, source, noToken, false}, {refused, &APIError{Response: Response{StatusCode: 401}}, ErrServer, false},
	} {
		got := because(test.err, test.reason)
		var transport *TransportError
		if !errors.Is(got, test.is) || test.limit && (!errors.As(got, &transport) || transport.Limit != 7) {
			t.Errorf("%v because %v: %#v", test.err, test.reason, got)
		}
		var argument *ArgumentError
		if test.err != nil && (errors.As(got, &argument) || errors.Is(got, ErrUnauthorized)) {
			t.Errorf("%v because %v: %#v passes for what the call got", test.err, test.reason, got)
		}
	}
}
