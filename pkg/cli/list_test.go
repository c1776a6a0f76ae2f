package cli_test

import (
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

// refused returns the URL of a port that refuses connections.
func refused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
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

func TestList_Verbose(t *testing.T) {
	var agent string
	url := handle(t, func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	})
	setEnv(t, planted, url+"/gateway/")
	got := run("list", "--team-id", "936506", "--connector-identifier", "T3S70", "--verbose")
	if got.code != 0 || !strings.Contains(got.stderr, "attempt=1 status=200") || !strings.Contains(got.stderr, " host="+strings.TrimPrefix(url, "http://")+" ") || !strings.Contains(got.stderr, " path=/gateway/v1/teams/936506/connector_builder/connectors/T3S70/secrets ") {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.stdout+got.stderr, planted) {
		t.Error("prints the credential")
	}
	if want := "connector-secrets/" + connectorsecrets.Version; agent != want {
		t.Errorf("User-Agent %q, want %q", agent, want)
	}
}

// flaky starts a server whose first responses are errors. It counts all requests.
func flaky(t *testing.T, errors int32, status int, headers ...string) (string, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	url := handle(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) > errors {
			_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n"}]}`))
			return
		}
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(envelope))
	})
	return url, &requests
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

// TestList_Timeouts: --timeout bounds the call as a whole, --attempt-timeout one attempt. The advice names the one that helps.
func TestList_Timeouts(t *testing.T) {
	hangs := silent(t)
	// One attempt fails, the next, within half a second, gets no response.
	var requests atomic.Int32
	release := make(chan struct{})
	url := handle(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		<-release
	})
	defer close(release)
	tests := []struct {
		url, flags, want string
		most             time.Duration
	}{
		{hangs, "--timeout 50ms", "within 50ms, the limit of the whole call: context deadline exceeded; check the network and the server, or allow more time with --timeout\n", 5 * time.Second},
		{hangs, "--attempt-timeout 50ms --no-retry", "the limit of one attempt: context deadline exceeded; check the network and the server, or allow more time with --attempt-timeout\n", 5 * time.Second},
		{hangs, "--attempt-timeout 50ms --no-retry --timeout 1h", "more time with --attempt-timeout\n", 5 * time.Second},
		{hangs, "--attempt-timeout 1h --timeout 50ms", "more time with --timeout\n", 5 * time.Second},
		{url, "--timeout 2s", "within 2s, the limit of the whole call: context deadline exceeded (2 attempts); check the network and the server, or allow more time with --timeout\n", 10 * time.Second},
	}
	for _, test := range tests {
		setEnv(t, planted, test.url)
		begin := time.Now()
		checkFailure(t, run(append([]string{"list", "1/A", "-o", "names"}, strings.Fields(test.flags)...)...), 69, test.want)
		if took := time.Since(begin); took > test.most {
			t.Errorf("%s: took %v", test.flags, took)
		}
	}
}
