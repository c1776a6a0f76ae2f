package cli_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFlags_Rate: the requests reach the server at the given rate.
func TestFlags_Rate(t *testing.T) {
	var mu sync.Mutex
	var times []time.Time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		times = append(times, time.Now())
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	}))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
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

// TestFlags_Timeout: the timeout applies to each connector.
func TestFlags_Timeout(t *testing.T) {
	setEnv(t, "fake-key", silent(t))
	got := run("check", "1/A", "1/B", "-r", "a", "--timeout", "50ms", "-o", "csv")
	if got.code != 69 || strings.Count(got.stdout, "within 50ms: context") != 2 {
		t.Errorf("%+v", got)
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + listener.Addr().String()
	_ = listener.Close()
	for name, url := range map[string]string{"refused": refused, "403 without an envelope": serve(t, 403, ""), "404 with one": serve(t, 404, envelope)} {
		setEnv(t, "fake-key", url)
		got := run("list", "1/A", "--no-retry", "-o", "names", "--timeout", "1h")
		if got.code == 0 || strings.Contains(got.stderr, "raise --") || strings.Count(got.stderr, "check the network") > 1 || strings.Contains(got.stderr, "SUPERMETRICS_BASE_URL") {
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
	checkFailure(t, got, 69, "i/o timeout; check the network, the proxy settings and the base URL")
	if strings.Contains(got.stderr, "raise --") {
		t.Errorf("%+v", got)
	}
}
