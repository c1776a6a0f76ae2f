package cli_test

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFlags_Rate: the requests reach the server at the given rate.
func TestFlags_Rate(t *testing.T) {
	var mu sync.Mutex
	var times []time.Time
	setEnv(t, "fake-key", handle(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		times = append(times, time.Now())
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	}))
	for _, command := range [][]string{{"list"}, {"check", "-r", "a"}} {
		times = nil
		run(append(command, "-f", write(t, "list", numbered("1/c", 6)), "--rate", "20")...)
		// The first request may arrive late, so measure from the second.
		if len(times) != 6 {
			t.Fatalf("%s: %d requests", command, len(times))
		}
		if took := times[5].Sub(times[1]); took < 150*time.Millisecond {
			t.Errorf("%s: the last 5 requests in %v, want 200 ms or so", command, took)
		}
	}
}

// TestFlags_Workers: that many requests are in flight at once, and no more.
func TestFlags_Workers(t *testing.T) {
	for _, command := range [][]string{{"list"}, {"check", "-r", "a"}} {
		var mu sync.Mutex
		now, most := 0, 0
		together := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			if now++; now == 3 && most < 3 {
				close(together)
			}
			most = max(most, now)
			mu.Unlock()
			select {
			case <-together:
			case <-time.After(5 * time.Second):
			}
			time.Sleep(10 * time.Millisecond) // time for a fourth, which must not come
			mu.Lock()
			now--
			mu.Unlock()
			_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
		}))
		setEnv(t, "fake-key", server.URL)
		run(append(command, "-f", write(t, "list", numbered("1/c", 9)), "--rate", "0", "--workers", "3")...)
		server.Close()
		if most != 3 {
			t.Errorf("%s: %d requests at once, want 3", command, most)
		}
	}
}

func TestFlags_Bounds(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	for _, good := range [][]string{{"--workers", "1"}, {"--workers", "1000"}, {"--rate", "1000000"}, {"--rate", "0"}} {
		if got := run(append([]string{"list", "1/A"}, good...)...); got.code != 0 {
			t.Errorf("%v: %+v", good, got)
		}
	}
	for _, bad := range [][]string{{"--workers", "0", "from 1 to 1000"}, {"--workers", "1001", "from 1 to 1000"}, {"--rate", "1000001", "from 0 to 1000000"}} {
		checkFailure(t, run("list", "1/A", bad[0], bad[1]), 64, bad[0]+" must be "+bad[2])
	}
}

// TestAdvice_OnlyWhereItHelps: a flag or a variable is named for the error that it cures, and for no other.
func TestAdvice_OnlyWhereItHelps(t *testing.T) {
	for name, url := range map[string]string{"refused": refused(t), "403 without an envelope": serve(t, 403, ""), "404 with one": serve(t, 404, envelope)} {
		setEnv(t, "fake-key", url)
		got := run("list", "1/A", "--no-retry", "-o", "names", "--timeout", "1h")
		if got.code == 0 || strings.Contains(got.stderr, "with --") || strings.Count(got.stderr, "check the network") > 1 || strings.Contains(got.stderr, "SUPERMETRICS_BASE_URL") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestAdvice_TimeoutOfTheNetwork: no flag bounds the resolver, so none is named.
func TestAdvice_TimeoutOfTheNetwork(t *testing.T) {
	request := httptest.NewRequest(http.MethodGet, "https://api.example.com", nil)
	if proxy, err := http.ProxyFromEnvironment(request); proxy != nil || err != nil {
		t.Skip("a proxy resolves the name")
	}
	resolver := net.DefaultResolver
	defer func() { net.DefaultResolver = resolver }()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 1}).DialContext(ctx, network, "127.0.0.1:1")
	}}
	setEnv(t, "fake-key", "https://api.example.com")
	got := run("list", "1/A", "--no-retry", "-o", "names")
	checkFailure(t, got, 69, "i/o timeout; check the host name of the base URL, and the DNS\n")
	if strings.Contains(got.stderr, "with --") {
		t.Errorf("%+v", got)
	}
}

// TestCheck_NamesTheCredential whose response is an error, if there are several.
func TestCheck_NamesTheCredential(t *testing.T) {
	for _, test := range []struct {
		status         int
		body, manifest string
		want, not      string
	}{
		{http.StatusUnauthorized, envelope, "several", "(staging): status 401 CODE: The server's text (request id " + id + "); check that the API key or token is right, not expired and not disabled; the credential is that of STAGING_API_KEY\n", "credential_env"},
		{http.StatusForbidden, envelope, "several", "; the credential is that of SUPERMETRICS_API_KEY; if team 2 is of another account, name the variable with its key as credential_env in the manifest\n", ""},
		{http.StatusForbidden, "<html>", "several", "the credential is that of SUPERMETRICS_API_KEY\n", "credential_env"},
		{http.StatusForbidden, envelope, "one", "; if team 2 is of another account, name the variable with its key as credential_env in the manifest\n", "the credential is that of"},
	} {
		setEnv(t, "fake-key", serve(t, test.status, test.body))
		t.Setenv("STAGING_API_KEY", "fake-staging-key")
		staging := map[string]string{"several": "{team_id: 1, credential_env: STAGING_API_KEY}", "one": "1"}[test.manifest]
		manifest := write(t, "audit.yaml", "environments:\n  staging: "+staging+"\n  production: 2\nconnectors: [{connector_identifier: A, require: [a]}]\n")
		if got := run("check", "-m", manifest, "--no-retry", "-o", "csv"); got.code != 65 || !strings.Contains(got.stderr, test.want) || test.not != "" && strings.Contains(got.stderr, test.not) {
			t.Errorf("%d, %s: %+v", test.status, test.manifest, got)
		}
	}
	setEnv(t, "fake-key", serve(t, http.StatusUnauthorized, envelope))
	t.Setenv("STAGING_API_KEY", "fake-staging-key")
	manifest := write(t, "audit.yaml", "environments: {staging: {team_id: 1, credential_env: STAGING_API_KEY}, live: {team_id: 2, credential_env: STAGING_API_KEY}}\nconnectors: [{connector_identifier: A}]\n")
	if got := run("check", "-m", manifest, "--workers", "1"); !strings.Contains(got.stderr, "1 not asked: the API refused their credential, STAGING_API_KEY\n") {
		t.Errorf("not asked: %+v", got)
	}
}

// TestAdvice_Certificates: the advice names the variable that helps a command, and it does help.
func TestAdvice_Certificates(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"n"}]}`))
	}))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	setEnv(t, planted, server.URL)
	checkFailure(t, run("list", "1/A", "-o", "names"), 69, "connector A of team 1: no response from the API: tls: failed to verify certificate: x509: certificate signed by unknown authority; ",
		"check the base URL, the server's certificate and its authority; SSL_CERT_FILE can name a file with the authority\n")
	setEnv(t, planted, strings.Replace(serve(t, 200, ""), "http:", "https:", 1))
	checkFailure(t, run("list", "1/A", "-o", "names"), 69, "check the base URL, the server's certificate and its authority; if the server is on this machine and speaks no TLS, use http://\n")
	setEnv(t, planted, server.URL)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	t.Setenv("SSL_CERT_FILE", write(t, "authority.pem", string(authority)))
	if output, err := exec.Command(process(t), "list", "1/A", "-o", "names").CombinedOutput(); err != nil || string(output) != "n\n" {
		t.Errorf("%v: %s", err, output)
	}
}
