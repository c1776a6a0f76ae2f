package connectorsecrets_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
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
	list, err := list(t, server.URL)
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
	var path string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { path = r.URL.EscapedPath(); ok(w, r) })
	for suffix, prefix := range map[string]string{
		"/gateway/supermetrics": "/gateway/supermetrics", "/gateway/supermetrics//": "/gateway/supermetrics",
		"/a%2Fb/c%2F": "/a%2Fb/c%2F", "/": "", "/v1/v10": "/v1/v10",
	} {
		if _, err := list(t, server.URL+suffix); err != nil {
			t.Fatal(err)
		}
		if want := prefix + "/v1/teams/936506/connector_builder/connectors/T3S70/secrets"; path != want {
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
	for _, test := range []struct {
		team      int64
		connector string
		want      string
	}{
		{0, "T3S70", "team ID"}, {-936506, "T3S70", "team ID"}, {1, "", "connector identifier"}, {1, "..", "connector identifier"},
		{1, ".", "connector identifier"}, {1, "a/b", "connector identifier"}, {1, "a%2Fb", "connector identifier"},
		{1, "a?b=c", "connector identifier"}, {1, "a#b", "connector identifier"}, {1, "T3 S70", "connector identifier"},
		{1, "T3S70\n", "connector identifier"}, {1, "Käse", "connector identifier"}, {1, "a\x00", "connector identifier"},
		{1, longest + "Z", "connector identifier"},
	} {
		t.Run(fmt.Sprintf("%d %.20q", test.team, test.connector), func(t *testing.T) {
			list, err := client.List(t.Context(), test.team, test.connector)
			if test.team > 0 && strings.Trim(test.connector, ".") != "" && schema.VisitJSON(test.connector) == nil {
				if err != nil {
					t.Errorf("the document allows it, but: %v", err)
				}
				return
			}
			if argument := as[*connectorsecrets.ArgumentError](t, err); argument.Argument != test.want || argument.Reason == "" || list != nil {
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
			if _, err := client.List(t.Context(), team, connector); err != nil {
				t.Errorf("team %d, connector %s: %v", team, connector, err)
			}
			if want := fmt.Sprintf("/v1/teams/%d/connector_builder/connectors/%s/secrets", team, connector); path != want {
				t.Errorf("%s, want %s", path, want)
			}
		}
	}
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

// TestNew_UsesTheCallersHTTPClient and changes nothing of it. Without a Transport, the client uses its own.
func TestNew_UsesTheCallersHTTPClient(t *testing.T) {
	used := 0
	transport := roundTripper(func(r *http.Request) (*http.Response, error) { used++; return http.DefaultTransport.RoundTrip(r) })
	server := answer(t, 200, oneSecret)
	for _, theirs := range []*http.Client{{Transport: transport}, {}, nil} {
		before := fmt.Sprintf("%+v", theirs)
		if list, err := list(t, server.URL, connectorsecrets.WithHTTPClient(theirs)); err != nil || list.Count != 1 {
			t.Errorf("%v, %v", list, err)
		}
		if after := fmt.Sprintf("%+v", theirs); after != before || used != 1 {
			t.Errorf("used %d times, %s before, %s after", used, before, after)
		}
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
			_, _ = list(t, "http://localhost", through(func(r *http.Request) (*http.Response, error) {
				ctx = r.Context()
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: opened, ContentLength: -1, Request: r}, nil
			}))
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
