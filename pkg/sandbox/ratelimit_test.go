package sandbox_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func TestRateLimit_Window(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler, err := sandbox.New(sandbox.WithRateLimit(3))
		if err != nil {
			t.Fatal(err)
		}
		responses := loadSpec().Paths.Value(template).Get.Responses
		malformed := 404
		if responses.Value("400") != nil {
			malformed = 400
		}
		ask := func(authorization, connector string, status int, remaining, retryAfter string) {
			t.Helper()
			request := httptest.NewRequest("GET", secretsPath("936506", connector), nil)
			request.Header.Set("Authorization", authorization)
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			if recorder.Code != status || strings.Contains(recorder.Body.String(), `"description":""`) {
				t.Fatalf("status %d, want %d: %s", recorder.Code, status, recorder.Body)
			}
			for name, want := range map[string]string{"X-RateLimit-Limit": "3", "X-RateLimit-Remaining": remaining, "Retry-After": retryAfter} {
				if responses.Status(status).Value.Headers[name] == nil {
					want = ""
				}
				if got := recorder.Header().Get(name); got != want {
					t.Errorf("status %d: %s %q, want %q", status, name, got, want)
				}
			}
		}
		const key, token = bearer + sandbox.DefaultAPIKey, bearer + sandbox.DefaultBearerToken

		ask(key, "NONE", 404, "2", "")
		time.Sleep(20 * time.Minute)
		ask(key, "error-403", 403, "1", "")
		ask(key, "T3S70", 200, "0", "")
		ask(key, "T3S70", 429, "0", "2400")
		ask(key, "not%2Fallowed", 429, "0", "2400")    // the limit is checked before the parameters
		ask("fake-unknown-key", "T3S70", 401, "3", "") // counts for no credential
		ask(token, "NONE", 404, "2", "")               // another window
		time.Sleep(39*time.Minute + 59*time.Second + 500*time.Millisecond)
		ask(key, "T3S70", 429, "0", "1") // half a second, rounded up
		time.Sleep(500 * time.Millisecond)
		ask(key, "not%2Fallowed", malformed, "2", "") // and a malformed request counts
		ask(key, "error-429", 429, "0", "3600")
	})
}

func TestRateLimit_Bounds(t *testing.T) {
	for _, limit := range []int{-1, 1 << 40} {
		if _, err := sandbox.New(sandbox.WithRateLimit(limit)); err == nil || !strings.Contains(err.Error(), "must be 0 (none) or more, and meet the header") {
			t.Errorf("%d: error %v", limit, err)
		}
	}
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	got := exchange(t, newRequest(t, "GET", server.URL+secretsPath("936506", "NONE"), bearer+server.APIKey))
	if got.status != 404 || got.header.Get("X-RateLimit-Limit")+got.header.Get("X-RateLimit-Remaining") != "" {
		t.Errorf("without a limit: status %d, %v", got.status, got.header)
	}
}
