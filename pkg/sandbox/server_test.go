package sandbox_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func TestListen_PortInUse(t *testing.T) {
	first := sandbox.Start(t)
	if _, err := sandbox.Listen(strings.TrimPrefix(first.URL, "http://")); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("error %v, want that the address is in use", err)
	}
}

func TestNew_TakesANilOption(t *testing.T) {
	if _, err := sandbox.New(nil); err != nil {
		t.Error(err)
	}
}

// counted is an endless body that counts the bytes read from it.
type counted struct{ bytes atomic.Int64 }

func (c *counted) Read(into []byte) (int, error) {
	c.bytes.Add(int64(len(into)))
	return len(into), nil
}

// TestListen_ReadsNoBody sends an endless body, without a credential, where the specification has no body.
func TestListen_ReadsNoBody(t *testing.T) {
	server := sandbox.Start(t)
	for _, path := range []string{secretsPath("936506", "T3S70"), "/openapi.json", "/docs"} {
		body := &counted{}
		request, err := http.NewRequest(http.MethodGet, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		got := exchange(t, request)
		if got.status != http.StatusRequestEntityTooLarge || !strings.Contains(string(got.body), "must not have a body") {
			t.Errorf("%s: status %d: %s", path, got.status, got.body)
		}
		// The count includes what is in the buffers of the sockets.
		if sent := body.bytes.Load(); sent > 16<<20 {
			t.Errorf("%s: read %d MiB of a body", path, sent>>20)
		}
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

// TestListen_AnswersAtOnce sends the beginning of a body only.
func TestListen_AnswersAtOnce(t *testing.T) {
	server := sandbox.Start(t)
	for _, body := range []string{"Content-Length: 10\r\n\r\nbegin", "Transfer-Encoding: chunked\r\n\r\n5\r\nbegin"} {
		for request, want := range map[string]int{
			"GET " + secretsPath("936506", "T3S70"): 413, "GET /docs": 413, "POST /openapi.json": 405, "PUT /nowhere": 404,
		} {
			if status, _ := raw(t, server, request+" HTTP/1.1\r\nHost: localhost\r\n"+body); status != want {
				t.Errorf("%s with an unfinished body: status %d, want %d", request, status, want)
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

func TestListen_RefusesBadOptions(t *testing.T) {
	if _, err := sandbox.Listen("127.0.0.1:0", sandbox.WithRateLimit(-1)); err == nil {
		t.Error("no error")
	}
}

func TestListen_URLIsReachable(t *testing.T) {
	const everywhere = "http://127.0.0.1:"
	for address, want := range map[string]string{"127.0.0.1:0": everywhere, ":0": everywhere, "0.0.0.0:0": everywhere, "localhost:0": "http://", "127.0.0.2:0": "http://127.0.0.2:"} {
		server, err := sandbox.Listen(address)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(server.URL, want) {
			t.Errorf("%s: %s, want %s", address, server.URL, want)
		}
		response, err := http.Get(server.URL + "/openapi.json")
		if err != nil {
			t.Errorf("%s: %v", address, err)
		} else {
			_ = response.Body.Close()
		}
		if err := server.Close(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestServer_Close(t *testing.T) {
	server, err := sandbox.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// A connection without a request must not keep the server from stopping.
	idle, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	waited := make(chan error, 1)
	go func() { waited <- server.Wait() }()

	begin := time.Now()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	if err := <-waited; err != nil {
		t.Errorf("Wait: %v", err)
	}
	if err := server.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if response, err := http.Get(server.URL); err == nil {
		_ = response.Body.Close()
		t.Error("still answers")
	}
}

func TestServer_WaitSaysWhyItStopped(t *testing.T) {
	server, why := sandbox.Stopped(io.ErrUnexpectedEOF), io.ErrUnexpectedEOF
	for range 2 {
		if err := server.Wait(); !errors.Is(err, why) {
			t.Errorf("error %v", err)
		}
	}
}

func TestStart_StopsWithTheTest(t *testing.T) {
	var url string
	t.Run("test", func(t *testing.T) { url = sandbox.Start(t).URL })
	if response, err := http.Get(url); err == nil {
		_ = response.Body.Close()
		t.Error("still answers")
	}
}

// TestNew_IsAnHTTPHandler mounts the sandbox in the caller's mux.
func TestNew_IsAnHTTPHandler(t *testing.T) {
	handler, err := sandbox.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/prefix/", http.StripPrefix("/prefix", handler))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	request := newRequest(t, "GET", "http://"+listener.Addr().String()+"/prefix"+secretsPath("936506", "T3S70"), bearer+handler.APIKey())
	if got := exchange(t, request); got.status != 200 || !strings.Contains(string(got.body), "sec_a23f23d26") {
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
