package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestServer_Requests reads the log in Go, as JSON and as lines. After every response, the request must be in it.
func TestServer_Requests(t *testing.T) {
	var lines []string
	var server *sandbox.Server
	server = sandbox.Start(t, sandbox.WithLog(func(r sandbox.Request) {
		lines = append(lines, r.String())
		if got := server.Requests(); got[len(got)-1] != r { // a log may ask the server
			t.Errorf("the last request is %v, want %v", got[len(got)-1], r)
		}
	}))
	if got := get(t, server.URL+"/_sandbox/requests"); string(got.body) != "[]" {
		t.Errorf("%s before any request", got.body)
	}
	var want []sandbox.Request
	key := bearer + server.APIKey
	for _, test := range []struct {
		method, path, authorization string
		status                      int
		teamID                      int64
		connectorID                 string
	}{
		{"GET", secretsPath("936506", "T3S70"), key, 200, 936506, "T3S70"},
		{"GET", secretsPath("9223372036854775807", "A%2Fb") + "?api_key=planted", "", 401, 9223372036854775807, "A/b"},
		{"GET", secretsPath("9223372036854775808", "T3S70"), key, 404, 0, "T3S70"},
		{"GET", secretsPath("936506", "error-429"), key, 429, 936506, "error-429"},
		{"GET", secretsPath("936506", "ONE"), bearer + "conformance-api-key", 200, 936506, "ONE"},
		{"POST", secretsPath("936506", "T3S70"), key, 405, 0, ""},
		{"GET", "/nowhere", "", 404, 0, ""},
		{"HEAD", "/openapi.yaml", "", 200, 0, ""},
	} {
		exchange(t, newRequest(t, test.method, server.URL+test.path, test.authorization))
		plain, _, _ := strings.Cut(test.path, "?")
		want = append(want, sandbox.Request{Method: test.method, Path: plain, TeamID: test.teamID, ConnectorID: test.connectorID, Status: test.status})
		got := server.Requests()
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(sandbox.Request{}, "Time")); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		arrived, last := got[len(got)-1].Time, lines[len(lines)-1]
		line := fmt.Sprintf("%s %d %s %s", arrived.Format("15:04:05.000"), test.status, test.method, plain)
		if age := time.Since(arrived); age < 0 || age > time.Minute || last != line {
			t.Errorf("line %q, want %q, %v ago", last, line, age)
		}
	}
	// The log has no requests for itself, and no page of another origin can read it.
	got := get(t, server.URL+"/_sandbox/requests")
	var listed []sandbox.Request
	if err := json.Unmarshal(got.body, &listed); err != nil || got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Fatalf("%v, %v: %s", err, got.header, got.body)
	}
	if diff := cmp.Diff(server.Requests(), listed, cmpopts.EquateApproxTime(0)); diff != "" || len(listed) != len(want) {
		t.Errorf("(-Go +JSON):\n%s", diff)
	}
}

// TestServer_RequestsHoldNoCredential puts the request's credential where it does not belong.
func TestServer_RequestsHoldNoCredential(t *testing.T) {
	server := sandbox.Start(t)
	const key = "planted-unknown-key"
	for _, authorization := range []string{bearer + key, key} {
		for _, path := range []string{secretsPath("936506", key), "/" + key, "/" + strings.Repeat("x/", 509) + key} {
			exchange(t, newRequest(t, "GET", server.URL+path+"?key="+key, authorization))
		}
	}
	text := fmt.Sprintf("%s %v %+v", get(t, server.URL+"/_sandbox/requests").body, server.Requests(), server.Requests())
	if strings.Contains(text, key) || strings.Count(text, "REDACTED") < 6 {
		t.Errorf("the log has a credential, or not all requests: %s", text)
	}
}

// TestRequests_AreBounded sends more requests, with longer paths, than the log keeps.
func TestRequests_AreBounded(t *testing.T) {
	handler, err := sandbox.New()
	if err != nil {
		t.Fatal(err)
	}
	const more = 3
	for i := range 10_000 + more {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%d/%s", i, strings.Repeat("x", 2000)), nil))
	}
	got := handler.Requests()
	if len(got) != 10_000 {
		t.Fatalf("%d requests", len(got))
	}
	for i, request := range got {
		if want := fmt.Sprintf("/%d/x", i+more); !strings.HasPrefix(request.Path, want) || len(request.Path) != 1024 {
			t.Fatalf("request %d: %d bytes of %.20s, want %s", i, len(request.Path), request.Path, want)
		}
	}
	if got[0].Path = "changed"; handler.Requests()[0].Path == "changed" {
		t.Error("a change of the caller's reached the log")
	}
}
