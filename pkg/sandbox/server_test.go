package sandbox_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func TestListen_Refused(t *testing.T) {
	address := strings.TrimPrefix(sandbox.Start(t).URL, "http://")
	if _, err := sandbox.Listen(address); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("error %v, want that the address is in use", err)
	}
	if _, err := sandbox.Listen("127.0.0.1:0", sandbox.WithRateLimit(-1)); err == nil || errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a bad option: error %v", err)
	}
}

// raw sends text as a request, and returns the status and the body of the response, which must come within 3 seconds.
func raw(t *testing.T, server *sandbox.Server, request string) (status int, body string) {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(3 * time.Second))
	_, _ = io.WriteString(connection, request)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Errorf("%.60q: %v", request, err)
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%.60q: %v", request, err)
	}
	return response.StatusCode, string(text)
}

// TestListen_AnswersAtOnce sends the beginning of a body only, where the specification has no body.
func TestListen_AnswersAtOnce(t *testing.T) {
	server := sandbox.Start(t)
	for _, body := range []string{"Content-Length: 10\r\n\r\nbegin", "Transfer-Encoding: chunked\r\n\r\n5\r\nbegin"} {
		for request, want := range map[string]int{
			"GET " + secretsPath("936506", "T3S70"): 413, "GET /docs": 413, "POST /openapi.json": 405, "PUT /nowhere": 404,
		} {
			status, text := raw(t, server, request+" HTTP/1.1\r\nHost: localhost\r\n"+body)
			if status != want || want == 413 && !strings.Contains(text, "must not have a body") {
				t.Errorf("%s with an unfinished body: status %d, want %d: %s", request, status, want, text)
			}
		}
	}
}

// TestListen_AnswersForTheServer sends what net/http would answer itself, without the envelope: OPTIONS for the server. A
// request without a host is for no host that the sandbox accepts.
func TestListen_AnswersForTheServer(t *testing.T) {
	server := sandbox.Start(t)
	if status, body := raw(t, server, "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); status != 404 || !strings.Contains(body, `"NOT_FOUND"`) {
		t.Errorf("status %d: %s", status, body)
	}
	if status, body := raw(t, server, "GET /openapi.json HTTP/1.0\r\n\r\n"); status != 421 {
		t.Errorf("status %d: %.100s", status, body)
	}
}

func TestListen_BoundsHeaders(t *testing.T) {
	server := sandbox.Start(t)
	for size, want := range map[int]int{30 << 10: http.StatusOK, 100 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		request := newRequest(t, "GET", server.URL+secretsPath("936506", "T3S70"), bearer+server.APIKey)
		request.Header.Set("X-Filler", strings.Repeat("x", size))
		if got := exchange(t, request); got.status != want {
			t.Errorf("status %d for %d bytes, want %d", got.status, size, want)
		}
	}
}

func TestListen_URLIsReachable(t *testing.T) {
	const everywhere = "http://127.0.0.1:"
	for address, want := range map[string]string{"127.0.0.1:0": everywhere, ":0": everywhere, "0.0.0.0:0": everywhere, "localhost:0": "http://", "127.0.0.2:0": "http://127.0.0.2:"} {
		server, err := sandbox.Listen(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, server.URL+"/openapi.json"); got.status != 200 || !strings.HasPrefix(server.URL, want) {
			t.Errorf("%s: status %d of %s, want %s", address, got.status, server.URL, want)
		}
		if err := server.Close(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestServer_Close has a connection without a request, which must not keep the server from stopping.
func TestServer_Close(t *testing.T) {
	var server *sandbox.Server
	t.Run("a test", func(t *testing.T) { server = sandbox.Start(t) })
	if _, err := http.Get(server.URL); err == nil { //nolint:bodyclose // There is no response.
		t.Error("answers after its test")
	}
	server, err := sandbox.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	idle, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	waited := make(chan error, 1)
	go func() { waited <- server.Wait() }()
	begin := time.Now()
	if err := errors.Join(server.Close(), <-waited, server.Close()); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	stopped := sandbox.Stopped(io.ErrUnexpectedEOF)
	if first, second := stopped.Wait(), stopped.Wait(); !errors.Is(first, io.ErrUnexpectedEOF) || !errors.Is(second, io.ErrUnexpectedEOF) {
		t.Errorf("a server that stopped by itself: errors %v and %v", first, second)
	}
}

// TestNew_IsAnHTTPHandler mounts the sandbox in the caller's mux.
func TestNew_IsAnHTTPHandler(t *testing.T) {
	handler, err := sandbox.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/prefix", handler))
	defer server.Close()
	got := exchange(t, newRequest(t, "GET", server.URL+"/prefix"+secretsPath("936506", "T3S70"), bearer+handler.APIKey()))
	if got.status != 200 || !strings.Contains(string(got.body), "sec_a23f23d26") {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

// failing is a [sandbox.TB] that records a failure.
type failing struct {
	testing.TB
	message string
	failed  bool
}

func (f *failing) Helper()                        {}
func (f *failing) Errorf(format string, _ ...any) { f.message = format }
func (f *failing) FailNow()                       { f.failed = true; panic(f) }

func TestStart_FailsTheTest(t *testing.T) {
	test := &failing{}
	defer func() {
		if recover() != test || !test.failed || test.message == "" {
			t.Errorf("failed %v, message %q", test.failed, test.message)
		}
	}()
	sandbox.Start(test, sandbox.WithRateLimit(-1))
}
