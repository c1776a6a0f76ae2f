package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

const bearer = "Bearer "

// template is the path of the tested operation.
var template = func() string {
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		panic(err)
	}
	for path, item := range spec.Paths.Map() {
		if item.Get != nil && item.Get.OperationID == "listConnectorSecrets" {
			return path
		}
	}
	panic("the specification has no operation listConnectorSecrets")
}()

func secretsPath(team, connector string) string {
	return strings.NewReplacer("{team_id}", team, "{connector_identifier}", connector).Replace(template)
}

func loadSpec(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// reply is a response. Its error is set if the response was checked against the specification.
type reply struct {
	status int
	header http.Header
	body   []byte
	error  struct{ Code, Description string }
	id     string
}

// send sends a request with exactly this path, and returns the response unchecked.
func send(t *testing.T, method, url, authorization string) (*http.Request, reply) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	return request, exchange(t, request)
}

// exchange sends a request and returns the response unchecked.
func exchange(t *testing.T, request *http.Request) reply {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: response.StatusCode, header: response.Header, body: body}
}

// do sends a request and checks the response against the specification.
func do(t *testing.T, server *sandbox.Server, method, path, authorization string) reply {
	t.Helper()
	request, got := send(t, method, server.URL+path, authorization)
	holdToSpec(t, request, got)
	if got.status != http.StatusOK {
		envelope := struct {
			Error *struct{ Code, Description string }
			Meta  struct {
				ID string `json:"request_id"`
			}
		}{Error: &got.error}
		if err := json.Unmarshal(got.body, &envelope); err != nil {
			t.Fatal(err)
		}
		got.id = envelope.Meta.ID
	}
	return got
}

// holdToSpec checks a response against the operation. If the specification does not have its status, holdToSpec checks it
// against the error envelope.
func holdToSpec(t *testing.T, request *http.Request, got reply) {
	t.Helper()
	spec := loadSpec(t)
	item := spec.Paths.Value(template)
	if mediaType := got.header.Get("Content-Type"); mediaType != "application/json" && !strings.HasSuffix(mediaType, "+json") {
		t.Fatalf("%s %s: Content-Type %q", request.Method, request.URL.Path, got.header.Get("Content-Type"))
	}
	if got.status == http.StatusMethodNotAllowed {
		var value any
		if err := json.Unmarshal(got.body, &value); err != nil {
			t.Fatal(err)
		}
		shared := item.Get.Responses.Status(http.StatusNotFound).Value.Content.Get("application/json").Schema
		if err := shared.Value.VisitJSON(value); err != nil {
			t.Error(err)
		}
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request,
			Route:   &routers.Route{Spec: spec, Path: template, PathItem: item, Method: http.MethodGet, Operation: item.Get},
		},
		Status:  got.status,
		Header:  got.header,
		Body:    io.NopCloser(bytes.NewReader(got.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		t.Errorf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	for name, header := range item.Get.Responses.Status(got.status).Value.Headers {
		if got.header.Get(name) == "" && header.Value.Schema != nil {
			t.Errorf("%s %s: status %d without the header %s", request.Method, request.URL.Path, got.status, name)
		}
	}
}

func TestSandbox_Answers(t *testing.T) {
	server := sandbox.Start(t)
	const key, token, other = sandbox.DefaultAPIKey, sandbox.DefaultBearerToken, sandbox.OtherTeamAPIKey
	tests := []struct {
		name, method, path, authorization string
		status                            int
		code, description                 string
	}{
		{"one secret", "GET", secretsPath("936506", "T3S70"), bearer + key, 200, "", ""},
		{"no secrets", "GET", secretsPath("936506", "EMPTY"), bearer + key, 200, "", ""},
		{"several secrets", "GET", secretsPath("936506", "SEVERAL"), bearer + key, 200, "", ""},
		{"the most secrets", "GET", secretsPath("936506", "FULL"), bearer + key, 200, "", ""},
		{"another team of the credential", "GET", secretsPath("936507", "T3S70"), bearer + key, 200, "", ""},
		{"scheme in lower case", "GET", secretsPath("936506", "T3S70"), "bearer " + key, 200, "", ""},
		{"token", "GET", secretsPath("936506", "T3S70"), bearer + token, 200, "", ""},
		{"another team of the token", "GET", secretsPath("936507", "T3S70"), bearer + token, 200, "", ""},
		{"query", "GET", secretsPath("936506", "T3S70") + "?page=2", bearer + key, 200, "", ""},
		{"encoded where it need not be", "GET", secretsPath("936506", "T3S%370"), bearer + key, 200, "", ""},

		{"no credential", "GET", secretsPath("936506", "T3S70"), "", 401, "UNAUTHORIZED", "no credential"},
		{"the scheme twice", "GET", secretsPath("936506", "T3S70"), bearer + bearer + key, 401, "UNAUTHORIZED", "Bearer twice"},
		{"unknown key", "GET", secretsPath("936506", "T3S70"), bearer + "fake-unknown-key", 401, "UNAUTHORIZED", "not one that the sandbox knows"},
		{"bare key", "GET", secretsPath("936506", "T3S70"), key, 401, "UNAUTHORIZED", "send \"Authorization: Bearer <"},
		{"unknown bare key", "GET", secretsPath("936506", "T3S70"), "fake-unknown-key", 401, "UNAUTHORIZED", "send \"Authorization: Bearer <"},
		{"bare token", "GET", secretsPath("936506", "T3S70"), token, 401, "UNAUTHORIZED", "send \"Authorization: Bearer <"},
		{"another scheme", "GET", secretsPath("936506", "T3S70"), "Basic " + key, 401, "UNAUTHORIZED", "send \"Authorization: Bearer <"},
		{"the scheme alone", "GET", secretsPath("936506", "T3S70"), "Bearer", 401, "UNAUTHORIZED", "no credential"},
		{"key in other case", "GET", secretsPath("936506", "T3S70"), bearer + strings.ToUpper(key), 401, "UNAUTHORIZED", ""},
		{"no credential for an unknown team", "GET", secretsPath("1", "T3S70"), "", 401, "UNAUTHORIZED", ""},

		{"another one's team", "GET", secretsPath("936508", "T3S70"), bearer + key, 403, "FORBIDDEN", "not one of team 936508"},
		{"another one's team, with a token", "GET", secretsPath("936508", "T3S70"), bearer + token, 403, "FORBIDDEN", ""},
		{"a team from another one", "GET", secretsPath("936506", "T3S70"), bearer + other, 403, "FORBIDDEN", ""},
		{"another one's team, unknown connector", "GET", secretsPath("936508", "NONE"), bearer + key, 403, "FORBIDDEN", ""},

		{"unknown team", "GET", secretsPath("1", "T3S70"), bearer + key, 404, "NOT_FOUND", "There is no team 1."},
		{"largest team", "GET", secretsPath("9223372036854775807", "T3S70"), bearer + key, 404, "NOT_FOUND", "There is no team 9223372036854775807."},
		{"unknown connector", "GET", secretsPath("936506", "NONE"), bearer + key, 404, "NOT_FOUND", "no connector with the identifier NONE"},
		{"connector in other case", "GET", secretsPath("936506", "t3s70"), bearer + key, 404, "NOT_FOUND", "t3s70"},
		{"no connector", "GET", secretsPath("936506", ""), bearer + key, 404, "NOT_FOUND", "no such path"},
		{"slash at the end", "GET", secretsPath("936506", "T3S70") + "/", bearer + key, 404, "NOT_FOUND", "no such path"},
		{"two slashes", "GET", "/" + secretsPath("936506", "T3S70"), bearer + key, 404, "NOT_FOUND", "no such path"},
		{"unknown path", "GET", "/v1/teams", bearer + key, 404, "NOT_FOUND", "no such path"},
		{"root", "GET", "/", "", 404, "NOT_FOUND", "no such path"},
		{"unknown path, other method", "POST", "/nowhere", "", 404, "NOT_FOUND", "no such path"},

		{"another method", "TRACE", secretsPath("936506", "T3S70"), bearer + key, 405, "METHOD_NOT_ALLOWED", ""},
		{"OPTIONS", "OPTIONS", secretsPath("936506", "T3S70"), "", 405, "METHOD_NOT_ALLOWED", ""},
		{"POST to the document", "POST", "/openapi.yaml", "", 405, "METHOD_NOT_ALLOWED", ""},
	}
	var documented []string
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"} {
		if loadSpec(t).Paths.Value(template).Operations()[method] != nil {
			documented = append(documented, method)
		}
	}
	allow := strings.Join(documented, ", ")
	ids := map[string]bool{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := do(t, server, test.method, test.path, test.authorization)
			if got.status != test.status || got.error.Code != test.code {
				t.Fatalf("status %d, code %q; want %d, %q\n%s", got.status, got.error.Code, test.status, test.code, got.body)
			}
			if test.status == 200 {
				return
			}
			description := got.error.Description
			if !strings.Contains(description, test.description) {
				t.Errorf("description %q does not contain %q", description, test.description)
			}
			if ids[got.id] || !regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`).MatchString(got.id) {
				t.Errorf("request id %q is not fresh or not of the form", got.id)
			}
			ids[got.id] = true
			want := map[bool]string{true: allow}[test.status == 405]
			if test.path == "/openapi.yaml" {
				want = "GET, HEAD"
			}
			if got.status == 405 && (got.header.Get("WWW-Authenticate") != "" || got.header.Get("Access-Control-Allow-Origin") != "*") {
				t.Errorf("the headers %v, want those of this error", got.header)
			}
			if got.header.Get("Allow") != want {
				t.Errorf("Allow %q, want %q", got.header.Get("Allow"), want)
			}
		})
	}
}

// TestSandbox_MalformedParameters expects a 400 if the specification has one, else a 404. The malformed values come from the
// specification.
func TestSandbox_MalformedParameters(t *testing.T) {
	server := sandbox.Start(t)
	operation := loadSpec(t).Paths.Value(template).Get
	want := 404
	if operation.Responses.Value("400") != nil {
		want = 400
	}
	forbidden := func(name, value string) bool {
		for _, parameter := range operation.Parameters {
			if parameter.Value.Name == name {
				return parameter.Value.Schema.Value.VisitJSON(value) != nil
			}
		}
		return false
	}
	longest := 100
	for _, parameter := range operation.Parameters {
		if most := parameter.Value.Schema.Value.MaxLength; most != nil {
			longest = int(*most)
		}
	}
	refused := 0
	for _, test := range []struct{ team, connector, parameter, value string }{
		{"-936506", "T3S70", "team_id", ""},
		{"+936506", "T3S70", "team_id", ""},
		{"0936506", "T3S70", "team_id", ""},
		{"936506.0", "T3S70", "team_id", ""},
		{"mine", "T3S70", "team_id", ""},
		{"%7Bteam_id%7D", "T3S70", "team_id", ""},
		{"9223372036854775808", "T3S70", "team_id", ""},
		{"936506", "T3%20S70", "connector_identifier", "T3 S70"},
		{"936506", "a%2Fb", "connector_identifier", "a/b"},
		{"936506", "%C3%A4", "connector_identifier", "ä"},
		{"936506", "..", "connector_identifier", ".."},
		{"936506", strings.Repeat("a", longest+1), "connector_identifier", strings.Repeat("a", longest+1)},
	} {
		if test.value != "" && !forbidden(test.parameter, test.value) {
			continue
		}
		refused++
		got := do(t, server, "GET", secretsPath(test.team, test.connector), bearer+server.APIKey)
		if got.status != want || !strings.Contains(got.error.Description, "The parameter "+test.parameter) {
			t.Errorf("%s, %s: status %d, %+v, want %d", test.team, test.connector, got.status, got.error, want)
		}
		// The reason comes from the schema.
		if test.value != "" && !regexp.MustCompile(`does not meet the specification: .+\.$`).MatchString(got.error.Description) {
			t.Errorf("description %q has no reason", got.error.Description)
		}
		if strings.HasSuffix(got.error.Description, ": .") {
			t.Errorf("description %q has an empty reason", got.error.Description)
		}
		if test.value != "" && strings.Contains(got.error.Description, test.value) {
			t.Errorf("description %q repeats what was refused", got.error.Description)
		}
	}
	if refused < 9 {
		t.Errorf("%d values refused", refused)
	}
}

// TestSandbox_HEADIsNotDocumented is a separate test because a response to HEAD has no body to check.
func TestSandbox_HEADIsNotDocumented(t *testing.T) {
	server := sandbox.Start(t)
	response, err := http.Head(server.URL + secretsPath("936506", "T3S70"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET" {
		t.Errorf("status %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
	}
}

func TestSandbox_Bodies(t *testing.T) {
	server := sandbox.Start(t)
	tests := []struct {
		connector string
		count     int
		want      string
	}{
		{"T3S70", 1, `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id"}]}`},
		{"EMPTY", 0, `{"count":0,"secrets":[]}`},
		{"SEVERAL", 4, ""},
		{"FULL", 100, ""},
	}
	for _, test := range tests {
		got := do(t, server, "GET", secretsPath("936506", test.connector), bearer+server.APIKey)
		if test.want != "" && strings.TrimSpace(string(got.body)) != test.want {
			t.Errorf("%s: %s, want %s", test.connector, got.body, test.want)
		}
		if got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) {
			t.Errorf("%s: Content-Length %q", test.connector, got.header.Get("Content-Length"))
		}
		var list secretsapi.SecretList
		if err := json.Unmarshal(got.body, &list); err != nil || list.Count != test.count || len(list.Secrets) != test.count {
			t.Errorf("%s: count %d, %d secrets, error %v; want %d", test.connector, list.Count, len(list.Secrets), err, test.count)
		}
	}
}

func TestSandbox_ServesItsDocuments(t *testing.T) {
	server := sandbox.Start(t)
	asJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		contentType string
		body        []byte
	}{
		"/openapi.yaml":                  {"application/yaml", api.Spec},
		"/openapi.json":                  {"application/json", asJSON},
		"/conformance/cases.json":        {"application/json", conformance.JSON},
		"/conformance/cases.schema.json": {"application/schema+json", conformance.Schema},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			_, got := send(t, method, server.URL+path, "")
			if got.status != http.StatusOK || got.header.Get("Content-Type") != want.contentType {
				t.Errorf("%s %s: status %d, Content-Type %q", method, path, got.status, got.header.Get("Content-Type"))
			}
			if got.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s: not for other origins to read", path)
			}
			if diff := cmp.Diff(string(want.body), string(got.body)); method == http.MethodGet && diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
	}
}

// TestSandbox_Root: a browser is redirected to the reference, any other client gets a hint.
func TestSandbox_Root(t *testing.T) {
	server := sandbox.Start(t)
	const browsers = "text/html,application/xhtml+xml,*/*;q=0.8"
	for path, want := range map[string]int{"/docs": 200, "/nowhere": 404} {
		request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", browsers)
		if got := exchange(t, request); got.status != want {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	for accept, want := range map[string]int{browsers: http.StatusFound, "*/*": http.StatusNotFound, "": http.StatusNotFound} {
		request, err := http.NewRequest(http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", accept)
		got := exchange(t, request)
		if got.status != want {
			t.Fatalf("Accept %q: status %d, want %d", accept, got.status, want)
		}
		if want == http.StatusFound {
			if target, err := request.URL.Parse(got.header.Get("Location")); err != nil || target.String() != server.URL+"/docs" {
				t.Errorf("leads to %v, %v", target, err)
			}
			continue
		}
		for _, part := range []string{secretsPath("936506", "T3S70") + " with", "Authorization: Bearer " + server.APIKey, "/docs"} {
			if !strings.Contains(string(got.body), part) {
				t.Errorf("no %q in %s", part, got.body)
			}
		}
	}
}

func TestSandbox_ManyAtOnce(t *testing.T) {
	const limit = 500
	server := sandbox.Start(t, sandbox.WithRateLimit(limit))
	var granted, refused int
	var lock sync.Mutex
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			for range 30 {
				request, err := http.NewRequest("GET", server.URL+secretsPath("936506", "SEVERAL"), nil)
				if err != nil {
					t.Error(err)
					return
				}
				request.Header.Set("Authorization", bearer+server.APIKey)
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				lock.Lock()
				switch response.StatusCode {
				case 200:
					granted++
				case 429:
					refused++
				}
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	if granted != limit || refused != 600-limit {
		t.Errorf("%d granted and %d refused, want %d and %d", granted, refused, limit, 600-limit)
	}
}
