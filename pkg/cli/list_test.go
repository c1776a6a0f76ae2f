package cli_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

const (
	id       = "BXaEFVtjc7TXaJxgZhmFgSUD9edqq_CN"
	envelope = `{"meta":{"request_id":"` + id + `"},"error":{"code":"CODE","message":"The server's text."}}`
)

func TestList_FromAnyServerOfTheContract(t *testing.T) {
	server := sandbox.Start(t)
	setEnv(t, server.APIKey, server.URL+"/")
	t.Setenv("SUPERMETRICS_TEAM_ID", "936507")
	if got := run("list", "--connector-identifier", "T3S70", "--output", "names"); got.code != 0 || got.stdout != "client_id\nclient_secret\n" {
		t.Errorf("team of the environment: %+v", got)
	}
	if got := run("list", "--team-id", "936506", "--connector-identifier", "T3S70", "--output", "names"); got.code != 0 || got.stdout != "client_id\n" {
		t.Errorf("team of the flag: %+v", got)
	}
	t.Setenv("SUPERMETRICS_API_KEY", "")
	t.Setenv("SUPERMETRICS_BEARER_TOKEN", server.BearerToken)
	if got := run("list", "--connector-identifier", "T3S70", "--output", "names"); got.code != 0 {
		t.Errorf("with a token: %+v", got)
	}
}

// TestList_SandboxNeedsNothingButItself: it ignores the environment, which is for the real API.
func TestList_SandboxNeedsNothingButItself(t *testing.T) {
	setEnv(t, planted, "http://example.com")
	t.Setenv("SUPERMETRICS_TEAM_ID", "1")
	if got := run("list", "--sandbox", "--output", "names"); got.code != 0 || got.stdout != "client_id\n" || got.stderr != "" {
		t.Errorf("%+v", got)
	}
}

func TestList_ExitCodes(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		headers []string
		code    int
		want    []string
	}{
		{"401", 401, envelope, nil, 65, []string{"status 401 CODE: The server's text", id, "check that the API key or token"}},
		{"403", 403, envelope, nil, 65, []string{"status 403 CODE", id, "cb_secrets_read"}},
		{"404", 404, envelope, nil, 66, []string{"status 404 CODE", id, "check the team ID and the connector identifier"}},
		{"429", 429, envelope, []string{"Retry-After", "3600"}, 75, []string{"status 429 CODE", id, "try again in 1h0m0s"}},
		{"500", 500, envelope, nil, 69, []string{"status 500 CODE", id, "try again later"}},
		{"503 without an envelope", 503, "<html>", nil, 69, []string{"status 503 Service Unavailable"}},
		{"another 4xx", 418, "", nil, 70, []string{"status 418"}},
		{"redirect", 302, "", []string{"Location", "https://login.example.com/sso?x=1"}, 76, []string{"redirect", "https://login.example.com;"}},
		{"no list", 200, "{}", nil, 76, []string{`"count" is missing`}},
		{"HTML", 200, "<html>", nil, 76, []string{"not JSON", "base URL"}},
		{"too large", 200, strings.Repeat(" ", 1<<20+1), nil, 76, []string{"larger than"}},
		{"wrong count", 200, `{"count":2,"secrets":[]}`, nil, 76, []string{`"count" is 2`}},
		{"no content", 204, "", nil, 76, []string{"status 204"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			setEnv(t, planted, serve(t, test.status, test.body, test.headers...))
			got := run("list", "--team-id", "936506", "--connector-identifier", "T3S70", "--no-retry", "--output", "names")
			checkFailure(t, got, test.code, append(test.want, "connector T3S70 of team 936506")...)
		})
	}
}

// TestList_WrongBaseURL: a 404 that is not the API's own leads to advice about the base URL, not about the connector.
func TestList_WrongBaseURL(t *testing.T) {
	url := serve(t, 404, "<html>not here</html>")
	setEnv(t, planted, url+"/gateway")
	checkFailure(t, run("list", "1/A", "-o", "names", "--no-retry"), 66, "check the base URL", "SUPERMETRICS_BASE_URL is "+url+"/gateway")
	for _, suffix := range []string{"/v1", "/v1/", "/gateway/v1"} {
		setEnv(t, planted, url+suffix)
		checkFailure(t, run("list", "1/A"), 64, "SUPERMETRICS_BASE_URL: invalid base URL: must not end in /v1")
	}
}

func TestList_Unreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	setEnv(t, planted, "http://"+listener.Addr().String())
	_ = listener.Close()
	checkFailure(t, run("list", "--team-id", "1", "--connector-identifier", "a", "--no-retry", "--output", "names"), 69, "connection refused")
}

// silent starts a server that accepts requests and never responds.
func silent(t *testing.T) string {
	t.Helper()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	return server.URL
}

func TestList_Timeout(t *testing.T) {
	setEnv(t, planted, silent(t))
	begin := time.Now()
	got := run("list", "--team-id", "1", "--connector-identifier", "a", "--timeout", "50ms", "--output", "names")
	checkFailure(t, got, 69, "deadline", "raise --timeout")
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestList_AttemptTimeout: the advice names the flag that helps.
func TestList_AttemptTimeout(t *testing.T) {
	setEnv(t, planted, silent(t))
	args := []string{"list", "1/A", "--no-retry", "-o", "names", "--attempt-timeout"}
	checkFailure(t, run(append(args, "50ms")...), 69, "no complete response within 50ms", "raise --attempt-timeout")
	checkFailure(t, run(append(args, "50ms", "--timeout", "1h")...), 69, "raise --attempt-timeout")
	checkFailure(t, run(append(args, "1h", "--timeout", "50ms")...), 69, "raise --timeout")
	checkFailure(t, run(append(args, "-1s")...), 64, "--attempt-timeout must not be negative")
}

func TestList_Interrupted(t *testing.T) {
	setEnv(t, planted, silent(t))
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	checkFailure(t, runContext(ctx, "list", "--team-id", "1", "--connector-identifier", "a", "--output", "names"), 130, "interrupted")
}

// TestList_InterruptedInAWait: the interruption sets the exit code even though the API has responded.
func TestList_InterruptedInAWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		time.AfterFunc(100*time.Millisecond, cancel)
	}))
	defer server.Close()
	setEnv(t, planted, server.URL)
	checkFailure(t, runContext(ctx, "list", "--team-id", "1", "--connector-identifier", "a", "--output", "names"), 130, "interrupted")
	if requests.Load() != 1 {
		t.Errorf("%d requests, want one", requests.Load())
	}
}

func TestList_Verbose(t *testing.T) {
	setEnv(t, planted, serve(t, 200, `{"count":0,"secrets":[]}`))
	got := run("list", "--team-id", "936506", "--connector-identifier", "T3S70", "--verbose")
	if got.code != 0 || !strings.Contains(got.stderr, "attempt=1 status=200") || !strings.Contains(got.stderr, "team_id=936506 connector_identifier=T3S70") {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.stdout+got.stderr, planted) {
		t.Error("prints the credential")
	}
}

func TestList_TellsWhoAsks(t *testing.T) {
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	}))
	defer server.Close()
	setEnv(t, planted, server.URL)
	run("list", "--team-id", "1", "--connector-identifier", "a")
	if want := "connector-secrets/" + connectorsecrets.Version; agent != want {
		t.Errorf("User-Agent %q, want %q", agent, want)
	}
}

// flaky starts a server whose first responses are errors. It counts all requests.
func flaky(t *testing.T, errors int32, status int, headers ...string) (string, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) > errors {
			_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n"}]}`))
			return
		}
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(envelope))
	}))
	t.Cleanup(server.Close)
	return server.URL, &requests
}

func TestList_TriesAgain(t *testing.T) {
	tests := []struct {
		name     string
		status   int
		headers  []string
		args     []string
		code     int
		requests int32
		stderr   string
	}{
		{name: "503", status: 503, requests: 2},
		{name: "503, verbose", status: 503, args: []string{"--verbose"}, requests: 2, stderr: "waiting for the next attempt"},
		{name: "503 without retry", status: 503, args: []string{"--no-retry"}, code: 69, requests: 1, stderr: "status 503"},
		{name: "429 without a delay", status: 429, requests: 2},
		{name: "429 with an hour's delay", status: 429, headers: []string{"Retry-After", "3600"}, code: 75, requests: 1, stderr: "try again in 1h0m0s"},
		{name: "a delay longer than the timeout", status: 429, headers: []string{"Retry-After", "30"}, args: []string{"--timeout", "5s"}, code: 75, requests: 1, stderr: "try again in 30s"},
		{name: "404", status: 404, code: 66, requests: 1, stderr: "status 404"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, requests := flaky(t, 1, test.status, test.headers...)
			setEnv(t, planted, url)
			got := run(append([]string{"list", "--team-id", "1", "--connector-identifier", "a", "--output", "names"}, test.args...)...)
			if got.code != test.code || requests.Load() != test.requests || !strings.Contains(got.stderr, test.stderr) {
				t.Errorf("%d requests, %+v; want %d and exit code %d", requests.Load(), got, test.requests, test.code)
			}
			if want := map[bool]string{true: "n\n"}[test.code == 0]; got.stdout != want {
				t.Errorf("stdout %q, want %q", got.stdout, want)
			}
			if strings.Contains(got.stderr, planted) {
				t.Errorf("stderr %q holds the credential", got.stderr)
			}
		})
	}
}

// TestList_TimeoutIsOfTheCallAsAWhole: one attempt fails, the next, within half a second, gets no response. The timeout then
// ends the call, not only the attempt.
func TestList_TimeoutIsOfTheCallAsAWhole(t *testing.T) {
	var requests atomic.Int32
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		<-release
	}))
	defer server.Close()
	defer close(release)
	setEnv(t, planted, server.URL)
	got := run("list", "--team-id", "1", "--connector-identifier", "a", "--timeout", "2s", "--output", "names")
	checkFailure(t, got, 69, "deadline", "2 attempts", "raise --timeout")
	if requests.Load() != 2 {
		t.Errorf("%d requests, want 2", requests.Load())
	}
}

// TestList_InterruptedAfterAFailure: the failure is printed, and the interruption sets the exit code.
func TestList_InterruptedAfterAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/NONE/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
	got := runContext(ctx, "list", "--connectors-from", write(t, "list", "1/NONE\n1/A\n1/B\n"), "--workers", "1", "--output", "names")
	if got.code != 130 || !strings.Contains(got.stderr, "connector NONE of team 1: status 404") || !strings.HasSuffix(got.stderr, "connector-secrets: 2 not asked: interrupted\n") {
		t.Errorf("%+v", got)
	}
}
