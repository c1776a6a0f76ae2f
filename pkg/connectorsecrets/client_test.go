package connectorsecrets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestList_SendsTheDocumentedRequest(t *testing.T) {
	var got *http.Request
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("X-Trace", "abc")
		_, _ = w.Write([]byte(oneSecret))
	})
	list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
	if err != nil {
		t.Fatal(err)
	}
	if want := "GET /v1/teams/936506/connector_builder/connectors/T3S70/secrets"; got.Method+" "+got.RequestURI != want {
		t.Errorf("request %s %s, want %s", got.Method, got.RequestURI, want)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + testKey,
		"Accept":        "application/json",
		"User-Agent":    "connectorsecrets-go/" + connectorsecrets.Version,
	} {
		if got := got.Header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if got.ContentLength != 0 {
		t.Errorf("a body of %d bytes, want none", got.ContentLength)
	}

	want := []connectorsecrets.Secret{{Placeholder: "sec_a23f23d26", Name: "client_id"}}
	if diff := cmp.Diff(want, list.Secrets); diff != "" || list.Count != 1 {
		t.Errorf("count %d, secrets (-want +got):\n%s", list.Count, diff)
	}
	if r := list.Response; r.StatusCode != 200 || r.Header != nil || r.Attempts != 1 || r.RateLimit != (connectorsecrets.RateLimit{}) {
		t.Errorf("response %+v", r)
	}
}

func TestList_KeepsAPrefixOfTheBaseURL(t *testing.T) {
	for suffix, prefix := range map[string]string{
		"/gateway/supermetrics": "/gateway/supermetrics", "/gateway/supermetrics//": "/gateway/supermetrics", "/a%2Fb/c%2F": "/a%2Fb/c%2F", "/": "",
	} {
		var path string
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.EscapedPath()
			_, _ = w.Write([]byte(oneSecret))
		})
		if _, err := newClient(t, server.URL+suffix).List(context.Background(), 1, "x"); err != nil {
			t.Fatal(err)
		}
		if want := prefix + "/v1/teams/1/connector_builder/connectors/x/secrets"; path != want {
			t.Errorf("path %s, want %s", path, want)
		}
	}
}

// connectorSchema returns the schema of the connector identifier, and a valid identifier of the maximum length.
func connectorSchema(t *testing.T) (schema *openapi3.Schema, longest string) {
	t.Helper()
	operation := loadSpec(t).Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	schema = operation.Parameters.GetByInAndName("path", "connector_identifier").Schema.Value
	return schema, strings.Repeat("Z", int(*schema.MaxLength))
}

// TestList_RefusesBadArgumentsBeforeSending checks arguments against the document, and against the rules for path segments.
func TestList_RefusesBadArgumentsBeforeSending(t *testing.T) {
	schema, longest := connectorSchema(t)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Count(r.URL.EscapedPath(), "/") != strings.Count(secretsapi.ListConnectorSecretsPath, "/") || r.URL.RawQuery != "" {
			t.Errorf("%s was sent", r.RequestURI)
		}
		_, _ = w.Write([]byte(oneSecret))
	})
	client := newClient(t, server.URL)
	tests := []struct {
		name      string
		team      int64
		connector string
		want      string
	}{
		{"team 0", 0, "T3S70", "team ID"},
		{"negative team", -936506, "T3S70", "team ID"},
		{"no connector", 1, "", "connector identifier"},
		{"parent directory", 1, "..", "connector identifier"},
		{"this directory", 1, ".", "connector identifier"},
		{"slash", 1, "a/b", "connector identifier"},
		{"encoded slash", 1, "a%2Fb", "connector identifier"},
		{"query", 1, "a?b=c", "connector identifier"},
		{"fragment", 1, "a#b", "connector identifier"},
		{"space", 1, "T3 S70", "connector identifier"},
		{"newline", 1, "T3S70\n", "connector identifier"},
		{"letter that is not ASCII", 1, "Käse", "connector identifier"},
		{"zero byte", 1, "a\x00", "connector identifier"},
		{"too long", 1, longest + "Z", "connector identifier"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, err := client.List(context.Background(), test.team, test.connector)
			if test.team > 0 && strings.Trim(test.connector, ".") != "" && schema.VisitJSON(test.connector) == nil {
				if err != nil {
					t.Errorf("the document allows it, but: %v", err)
				}
				return
			}
			var argument *connectorsecrets.ArgumentError
			if !errors.As(err, &argument) || argument.Argument != test.want || list != nil {
				t.Errorf("list %v, error %v; want an ArgumentError for the %s", list, err, test.want)
			}
			if checked := connectorsecrets.CheckConnector(test.team, test.connector); checked == nil || checked.Error() != err.Error() {
				t.Errorf("CheckConnector says %v, List says %v", checked, err)
			}
		})
	}
}

func TestList_TakesArgumentsAtTheirEdges(t *testing.T) {
	_, longest := connectorSchema(t)
	var path string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { path = r.URL.Path; ok(w, r) })
	client := newClient(t, server.URL)
	for _, connector := range []string{"a", "_", "-", "T3S70_-", longest} {
		for _, team := range []int64{1, 1<<53 + 1, 1<<63 - 1} {
			if _, err := client.List(context.Background(), team, connector); err != nil {
				t.Errorf("team %d, connector %s: %v", team, connector, err)
			}
			if want := fmt.Sprintf("/v1/teams/%d/connector_builder/connectors/%s/secrets", team, connector); path != want {
				t.Errorf("%s, want %s", path, want)
			}
		}
	}
}

func TestList_WithoutAClient(t *testing.T) {
	var none *connectorsecrets.Client
	for name, client := range map[string]*connectorsecrets.Client{"nil": none, "zero": {}} {
		var argument *connectorsecrets.ArgumentError
		if _, err := client.List(context.Background(), 1, "x"); !errors.As(err, &argument) {
			t.Errorf("%s client: error %v, want an ArgumentError", name, err)
		}
	}
	var argument *connectorsecrets.ArgumentError
	if _, err := newClient(t, "http://127.0.0.1:1").List(nil, 1, "x"); !errors.As(err, &argument) { //nolint:staticcheck // The mistake is the test.
		t.Errorf("nil context: error %v, want an ArgumentError", err)
	}
}

func TestList_ConcurrentCallsKeepTheirOwnOptions(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		// Not the credential itself: the client refuses it as a secret's name.
		name := fmt.Sprintf("%s/%x", r.Header.Get("X-Call"), r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"` + name + `"}]}`))
	})
	client := newClient(t, server.URL, connectorsecrets.WithHeader("X-Call", "client"))
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			var options []connectorsecrets.CallOption
			want := fmt.Sprintf("client/%x", "Bearer "+testKey)
			if i%2 == 1 {
				token := "not-a-real-token-" + string(rune('a'+i%26))
				want = fmt.Sprintf("call/%x", "Bearer "+token)
				options = append(options, connectorsecrets.WithHeader("X-Call", "call"),
					connectorsecrets.WithCredential(connectorsecrets.BearerToken(token)))
			}
			list, err := client.List(context.Background(), testTeam, testConnector, options...)
			if err != nil {
				t.Error(err)
			} else if got := list.Names()[0]; got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
		})
	}
	wait.Wait()
}

// TestClient_Prints its base URL alone.
func TestClient_Prints(t *testing.T) {
	client := newClient(t, "https://gateway.example.com/a", connectorsecrets.WithHeader("X-Planted", "planted"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if got := fmt.Sprintf(verb, client); got != "connectorsecrets.Client(https://gateway.example.com/a)" {
			t.Errorf("%s: %s", verb, got)
		}
	}
	if got := fmt.Sprint(connectorsecrets.Client{}); got != "connectorsecrets.Client(<nil>)" {
		t.Error(got)
	}
}

func TestNew_LeavesTheCallersHTTPClientAlone(t *testing.T) {
	theirs := &http.Client{}
	if _, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHTTPClient(theirs)); err != nil {
		t.Fatal(err)
	}
	if theirs.Transport != nil || theirs.CheckRedirect != nil || theirs.Timeout != 0 {
		t.Errorf("changed: %+v", theirs)
	}
}

func TestNew_UsesTheCallersHTTPClient(t *testing.T) {
	server := answer(t, 200, oneSecret)
	used := false
	theirs := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		used = true
		return http.DefaultTransport.RoundTrip(r)
	})}
	client := newClient(t, server.URL, connectorsecrets.WithHTTPClient(theirs))
	if _, err := client.List(context.Background(), testTeam, testConnector); err != nil || !used {
		t.Errorf("used %v, error %v", used, err)
	}
}

// TestList_LeavesNothingOpen: when List returns, the body is closed, which frees the connection, and the context of the
// attempt has ended, which frees its timer. That holds for every result.
func TestList_LeavesNothingOpen(t *testing.T) {
	bodies := map[string]string{"good": oneSecret, "wrong": "{}", "too large": strings.Repeat(" ", 2<<20)}
	for name, body := range bodies {
		for _, status := range []int{200, 204, 302, 404, 500} {
			opened := &openBody{Reader: strings.NewReader(body)}
			var ctx context.Context
			httpClient := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				ctx = r.Context()
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: opened, ContentLength: -1, Request: r}, nil
			})}
			_, _ = newClient(t, "http://localhost", connectorsecrets.WithHTTPClient(httpClient)).List(context.Background(), testTeam, testConnector)
			if !opened.closed || ctx.Err() == nil {
				t.Errorf("%s, status %d: body closed %v, context ended: %v", name, status, opened.closed, ctx.Err())
			}
		}
	}
}

type openBody struct {
	io.Reader
	closed bool
}

func (b *openBody) Close() error { b.closed = true; return nil }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
