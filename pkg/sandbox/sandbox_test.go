package sandbox_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func TestSandbox_Answers(t *testing.T) {
	server := sandbox.Start(t)
	const key, token = sandbox.DefaultAPIKey, sandbox.DefaultBearerToken
	malformed := 404
	if loadSpec().Paths.Value(template).Get.Responses.Value("400") != nil {
		malformed = 400
	}
	tests := []struct {
		name, method, path, authorization string
		status                            int
		code, description                 string
	}{
		{"one secret", "GET", secretsPath("936506", "T3S70"), bearer + key, 200, "", ""},
		{"scheme in lower case", "GET", secretsPath("936506", "T3S70"), "bearer " + key, 200, "", ""},
		{"token", "GET", secretsPath("936506", "T3S70"), bearer + token, 200, "", ""},
		{"encoded where it need not be", "GET", secretsPath("936506", "T3S%370"), bearer + key, 200, "", ""},

		{"no credential", "GET", secretsPath("936506", "T3S70"), "", 401, "UNAUTHORIZED", "no credential"},
		{"the scheme twice", "GET", secretsPath("936506", "T3S70"), bearer + bearer + key, 401, "UNAUTHORIZED", "Bearer twice"},
		{"unknown key", "GET", secretsPath("936506", "T3S70"), bearer + "fake-unknown-key", 401, "UNAUTHORIZED", "not one that the sandbox knows"},
		{"another scheme", "GET", secretsPath("936506", "T3S70"), "Basic " + key, 401, "UNAUTHORIZED", "send \"Authorization: Bearer <"},
		{"the scheme alone", "GET", secretsPath("936506", "T3S70"), "Bearer", 401, "UNAUTHORIZED", "no credential"},
		{"no credential for an unknown team", "GET", secretsPath("1", "T3S70"), "", 401, "UNAUTHORIZED", ""},

		{"a team of another key", "GET", secretsPath("936508", "T3S70"), bearer + sandbox.OtherTeamAPIKey, 200, "", ""},
		{"another one's team", "GET", secretsPath("936508", "T3S70"), bearer + key, 403, "FORBIDDEN", "not one of team 936508"},

		{"unknown team", "GET", secretsPath("1", "T3S70"), bearer + key, 404, "NOT_FOUND", "There is no team 1."},
		{"leading zero", "GET", secretsPath("0936506", "T3S70"), bearer + key, 404, "NOT_FOUND", "There is no team 0936506."},
		{"unknown connector", "GET", secretsPath("936506", "NONE"), bearer + key, 404, "NOT_FOUND", "no connector with the identifier NONE"},
		{"slash at the end", "GET", secretsPath("936506", "T3S70") + "/", bearer + key, 404, "NOT_FOUND", "no such path"},
		{"root", "GET", "/", "", 404, "NOT_FOUND", "its reference is at /docs"},

		{"malformed team", "GET", secretsPath("mine", "T3S70"), bearer + key, malformed, "", "The parameter team_id does not meet"},
		{"team over 64 bits", "GET", secretsPath("9223372036854775808", "T3S70"), bearer + key, malformed, "", "The parameter team_id"},
		{"space in a connector", "GET", secretsPath("936506", "T3%20S70"), bearer + key, malformed, "", "The parameter connector_identifier does not meet the specification: string"},
		{"long connector", "GET", secretsPath("936506", strings.Repeat("a", 1000)), bearer + key, malformed, "", "The parameter connector_identifier"},

		{"another method", "TRACE", secretsPath("936506", "T3S70"), bearer + key, 405, "METHOD_NOT_ALLOWED", "Use GET."},
		{"POST to the document", "POST", "/openapi.yaml", "", 405, "METHOD_NOT_ALLOWED", "Use GET, HEAD."},
	}
	ids := map[string]bool{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := do(t, server, test.method, test.path, test.authorization)
			if got.status != test.status || test.code != "" && got.error.Code != test.code || !strings.Contains(got.error.Description, test.description) {
				t.Fatalf("status %d, %+v; want %d, %q, %q", got.status, got.error, test.status, test.code, test.description)
			}
			if got.status == 200 {
				return
			}
			if ids[got.id] || len(got.id) < 16 {
				t.Errorf("request id %q is not fresh or too short", got.id)
			}
			ids[got.id] = true
			if allow, _ := strings.CutPrefix(got.error.Description, "Use "); got.status == 405 && got.header.Get("Allow")+"." != allow {
				t.Errorf("Allow %q", got.header.Get("Allow"))
			}
			if got.header.Get("Access-Control-Allow-Origin") != "*" && (got.status != 404 || test.authorization != "") {
				t.Error("no page of another origin can read the error")
			}
		})
	}
	// A response to HEAD has no body to check.
	if got := exchange(t, newRequest(t, "HEAD", server.URL+secretsPath("936506", "T3S70"), "")); got.status != 405 || got.header.Get("Allow") != "GET" {
		t.Errorf("HEAD: status %d, Allow %q", got.status, got.header.Get("Allow"))
	}
}

func TestSandbox_Bodies(t *testing.T) {
	server := sandbox.Start(t)
	for connector, count := range map[string]int{"T3S70": 1, "EMPTY": 0, "SEVERAL": 4, "FULL": 100} {
		got := list(t, server, connector)
		var read secretsapi.SecretList
		err := json.Unmarshal(got.body, &read)
		if err != nil || read.Count != count || len(read.Secrets) != count || got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) {
			t.Errorf("%s: want %d secrets, error %v, %v: %s", connector, count, err, got.header, got.body)
		}
		const want = `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id"}]}` + "\n"
		if connector == "T3S70" && string(got.body) != want {
			t.Errorf("%s, want %s", got.body, want)
		}
	}
}

func TestSandbox_ServesItsDocuments(t *testing.T) {
	server := sandbox.Start(t)
	constant := func(body []byte) func() ([]byte, error) { return func() ([]byte, error) { return body, nil } }
	for path, want := range map[string]struct {
		contentType string
		body        func() ([]byte, error)
	}{
		"/openapi.yaml":                  {"application/yaml", constant(api.Spec)},
		"/openapi.json":                  {"application/json", api.SpecJSON},
		"/openapi.client.yaml":           {"application/yaml", api.ClientSpec},
		"/openapi.client.json":           {"application/json", api.ClientSpecJSON},
		"/conformance/cases.json":        {"application/json", constant(conformance.JSON)},
		"/conformance/cases.schema.json": {"application/schema+json", constant(conformance.Schema)},
	} {
		body, err := want.body()
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := exchange(t, newRequest(t, method, server.URL+path, ""))
			if got.status != 200 || got.header.Get("Content-Type") != want.contentType || got.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: status %d, %v", method, path, got.status, got.header)
			}
			if diff := cmp.Diff(string(body), string(got.body)); method == http.MethodGet && diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
	}
}

// TestSandbox_Root: a browser is redirected to the reference.
func TestSandbox_Root(t *testing.T) {
	server := sandbox.Start(t)
	for path, want := range map[string]int{"": http.StatusFound, "/docs": 200, "/docs/": 200, "/nowhere": 404} {
		request := newRequest(t, http.MethodGet, server.URL+path, "")
		request.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
		got := exchange(t, request)
		if got.status != want || want == http.StatusFound && got.header.Get("Location") != "docs" {
			t.Errorf("%s: status %d, %v", path, got.status, got.header)
		}
	}
}

func TestSandbox_ManyAtOnce(t *testing.T) {
	const limit = 500
	server := sandbox.Start(t, sandbox.WithRateLimit(limit))
	var granted, refused atomic.Int32
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			for range 30 {
				request := newRequest(t, "GET", server.URL+secretsPath("936506", "SEVERAL"), bearer+server.APIKey)
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				_ = response.Body.Close()
				switch response.StatusCode {
				case 200:
					granted.Add(1)
				case 429:
					refused.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if granted.Load() != limit || refused.Load() != 600-limit {
		t.Errorf("%d granted and %d refused, want %d and %d", granted.Load(), refused.Load(), limit, 600-limit)
	}
}

// TestSandbox_PlaysEveryDocumentedError takes the errors from the document.
func TestSandbox_PlaysEveryDocumentedError(t *testing.T) {
	server := sandbox.Start(t)
	want := map[string]int{}
	for key := range loadSpec().Paths.Value(template).Get.Responses.Map() {
		if status, err := strconv.Atoi(key); err == nil && status >= 400 {
			want["error-"+key] = status
		}
	}
	if len(want) == 0 {
		t.Error("the document has no errors")
	}
	for identifier, status := range want {
		for _, team := range []string{"936506", "936507"} {
			got := do(t, server, "GET", secretsPath(team, identifier), bearer+server.APIKey)
			if got.status != status || !strings.Contains(got.error.Description, "always responds with "+strconv.Itoa(status)) {
				t.Errorf("status %d, %+v, want %d", got.status, got.error, status)
			}
		}
		seed := sandbox.Seed{Teams: []sandbox.Team{{ID: 1, Connectors: []sandbox.Connector{{Identifier: identifier}}}}}
		if _, err := sandbox.New(sandbox.WithSeed(seed)); err == nil || !regexp.MustCompile(identifier+" is reserved").MatchString(err.Error()) {
			t.Errorf("a seed with %s: error %v", identifier, err)
		}
	}
}

// TestSandbox_BareAPIKeys: API keys need the word Bearer unless the option is given, also in conformance cases.
func TestSandbox_BareAPIKeys(t *testing.T) {
	strict, lenient := sandbox.Start(t), sandbox.Start(t, sandbox.WithBareAPIKeys())
	for _, test := range []struct {
		name, connector, authorization string
		want                           int // of the sandbox with the option
	}{
		{"key", "T3S70", sandbox.DefaultAPIKey, 200},
		{"OAuth token", "T3S70", sandbox.DefaultBearerToken, 401},
		{"key of a case", "ONE", "conformance-api-key", 200},
		{"OAuth token of a case", "ONE", "conformance-bearer-token", 401},
	} {
		path := secretsPath("936506", test.connector)
		got := do(t, strict, "GET", path, test.authorization)
		if got.status != 401 || !strings.Contains(got.error.Description, `send "Authorization: Bearer <`) {
			t.Errorf("%s: status %d, %q, want a 401 that says how", test.name, got.status, got.error.Description)
		}
		got = do(t, lenient, "GET", path, test.authorization)
		if got.status != test.want || strings.Contains(got.error.Description, "Authorization: Bearer <") {
			t.Errorf("%s: status %d, %q with bare keys taken, want %d", test.name, got.status, got.error.Description, test.want)
		}
	}
	if got := list(t, lenient, "T3S70"); got.status != 200 {
		t.Errorf("status %d with the word", got.status)
	}
}
