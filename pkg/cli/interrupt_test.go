package cli_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

// TestInterrupted: what is known is printed, and what waited for a response is told from what failed and what was not asked.
func TestInterrupted(t *testing.T) {
	for _, command := range [][]string{{"list"}, {"check", "-r", "known"}} {
		ctx, cancel := context.WithCancel(t.Context())
		var hanging atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.Contains(r.URL.Path, "/NONE/"):
				w.WriteHeader(http.StatusNotFound)
			case strings.Contains(r.URL.Path, "/slow"):
				if hanging.Add(1) == 4 {
					time.AfterFunc(1200*time.Millisecond, cancel)
				}
				<-r.Context().Done()
			default:
				_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"known"}]}`))
			}
		}))
		setEnv(t, "fake-key", server.URL)
		list := write(t, "list", "1/slow\n"+numbered("1/fast", 5)+"1/NONE\n"+numbered("1/slow", 3)+numbered("1/later", 20))
		got := runContext(ctx, "", append(command, "-f", list, "--workers", "4", "--rate", "0", "-o", "csv")...)
		server.Close()
		stderr := regexp.MustCompile(`^connector-secrets: connector NONE of team 1: status 404[^\n]+\n` +
			`connector-secrets: 4 connectors waited for a response, the longest for 1\.\ds: interrupted\nconnector-secrets: 20 not asked: interrupted\n`)
		if got.code != 130 || strings.Count(got.stdout, "known") != 5 || strings.Count(got.stdout, "not_asked") != 20 ||
			strings.Count(got.stdout, "error,,interrupted before the response")+strings.Count(got.stdout, "error,,,interrupted before the response") != 4 || !stderr.MatchString(got.stderr) {
			t.Errorf("%s: %+v", command, got)
		}
	}
}

// TestInterrupted_SinceTheFirstAttempt: a server that hangs has hung longer than the last attempt.
func TestInterrupted_SinceTheFirstAttempt(t *testing.T) {
	setEnv(t, planted, silent(t))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(1900*time.Millisecond, cancel) // during the second attempt, which begins within half a second
	got := runContext(ctx, "", "list", "1/a", "--attempt-timeout", "1s", "-o", "names")
	checkFailure(t, got, 130, "1 connector waited for a response, the longest for ", ": interrupted")
	if strings.Contains(got.stderr, "longest for 0.") {
		t.Error(got.stderr)
	}
}

// TestInterrupted_InAWait: the interruption sets the exit code even though the API has responded.
func TestInterrupted_InAWait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var requests atomic.Int32
	setEnv(t, planted, handle(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		time.AfterFunc(100*time.Millisecond, cancel)
	}))
	got := runContext(ctx, "", "list", "1/a", "-o", "names")
	if got.code != 130 || requests.Load() != 1 || !strings.HasSuffix(got.stderr, "connector-secrets: interrupted\n") {
		t.Errorf("%d requests, %+v", requests.Load(), got)
	}
}

// TestInterrupted_AtTheEnd: the result is complete, and still the exit code tells of the interruption.
func TestInterrupted_AtTheEnd(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {}}))
	for _, args := range [][]string{{"list"}, {"check", "-r", "a"}} {
		ctx, cancel := context.WithCancel(t.Context())
		var stderr strings.Builder
		code := cli.Run(ctx, append(args, "1/A", "-o", "ndjson"), nil, writerFunc(cancel), &stderr)
		if code != 130 || !strings.HasPrefix(stderr.String(), "connector-secrets: interrupted\n") {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr.String())
		}
	}
}

// writerFunc is called with each write.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) { f(); return len(p), nil }
