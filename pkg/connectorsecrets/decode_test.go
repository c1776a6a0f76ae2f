package connectorsecrets_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func secretsBody(count, items int) string {
	var body strings.Builder
	fmt.Fprintf(&body, `{"count":%d,"secrets":[`, count)
	for i := range items {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"secret_placeholder":"sec_%d","secret_name":"name_%d"}`, i, i)
	}
	body.WriteString("]}")
	return body.String()
}

func TestList_ReadsGoodAnswers(t *testing.T) {
	longest := strings.Repeat("é", 255)
	tests := []struct {
		name, body string
		want       []string
	}{
		{"one", oneSecret, []string{"client_id"}},
		{"none", `{"count":0,"secrets":[]}`, []string{}},
		{"other order", `{"secrets":[{"secret_name":"a","secret_placeholder":"p"}],"count":1}`, []string{"a"}},
		{"white space", " {\n\t\"count\" : 0 , \"secrets\" : [ ] }\r\n", []string{}},
		{"unknown fields", `{"count":1,"unknown_null":null,"secrets":[{"secret_placeholder":"p","secret_name":"a","unknown_object":{"x":[1]}}],"unknown":{}}`, []string{"a"}},
		{"null error", `{"count":0,"secrets":[],"error":null}`, []string{}},
		{"unknown first, and names with escapes", `{"x":[{"secret_name":"no"}],"secrets":[{"y":"no","secret_n\u0061me":"\u0061\/b","secret_placeholder":"p"},{"secret_name":"\t","secret_placeholder":"q"}],"count":2}`, []string{"a/b", "\t"}},
		{"same name twice", `{"count":2,"secrets":[{"secret_placeholder":"p","secret_name":"a"},{"secret_placeholder":"q","secret_name":"a"}]}`, []string{"a", "a"}},
		{"escapes", `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"\"\u00e9\\ \ud83d\udd11"}]}`, []string{"\"é\\ 🔑"}},
		{"empty name", `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":""}]}`, []string{""}},
		{"longest name", `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"` + longest + `"}]}`, []string{longest}},
		{"more than today's maximum", secretsBody(101, 101), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, err := newClient(t, answer(t, 200, test.body).URL).List(context.Background(), testTeam, testConnector)
			if err != nil {
				t.Fatal(err)
			}
			if list.Count != len(list.Secrets) || list.Secrets == nil {
				t.Errorf("count %d, secrets %v", list.Count, list.Secrets)
			}
			if test.want == nil {
				return
			}
			if diff := cmp.Diff(test.want, list.Names()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestList_TakesAnyContentType(t *testing.T) {
	for _, contentType := range []string{"", "text/html", "application/vnd.api+json; charset=utf-8", "nonsense"} {
		server := answer(t, 200, oneSecret, "Content-Type", contentType)
		if list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector); err != nil || list.Count != 1 {
			t.Errorf("%q: list %v, error %v", contentType, list, err)
		}
	}
}

func TestList_RefusesAnswersThatWouldBeWrong(t *testing.T) {
	const planted = "planted-secret-value"
	tests := []struct {
		name, body, want string
		partial          []string
		count            int // of the partial list, if the server sent one
	}{
		{name: "empty", body: "", want: "the body is empty"},
		{name: "white space", body: " \n", want: "the body is not JSON, because it ends too early"},
		{name: "null", body: "null", want: "unexpected shape"},
		{name: "empty object", body: "{}", want: `is missing`},
		{name: "empty list", body: "[]", want: "unexpected shape"},
		{name: "bare list", body: `[{"secret_placeholder":"p","secret_name":"` + planted + `"}]`, want: "unexpected shape"},
		{name: "string", body: `"` + planted + `"`, want: "unexpected shape"},
		{name: "number", body: "0", want: "unexpected shape"},
		{name: "HTML", body: "<html>" + planted + "</html>", want: "the body is not JSON, from byte 1 on"},
		{name: "truncated", body: oneSecret[:50], want: "the body is not JSON, because it ends too early"},
		{name: "data after it", body: oneSecret + planted, want: "data after the JSON"},
		{name: "two responses", body: oneSecret + oneSecret, want: "data after the JSON"},
		{name: "no secrets", body: `{"count":0}`, want: `"secrets" is missing`},
		{name: "null secrets", body: `{"count":0,"secrets":null}`, want: `"secrets" is missing`},
		{name: "secrets in other case", body: `{"count":0,"Secrets":[]}`, want: `"secrets" is missing`},
		{name: "secrets as an object", body: `{"count":0,"secrets":{}}`, want: "unexpected shape"},
		{name: "wrapped", body: `{"data":` + oneSecret + `}`, want: `is missing`},
		{name: "envelope", body: envelope("NOT_FOUND", planted), want: "an error envelope despite status 200, with code NOT_FOUND, request id " + requestID},
		{name: "count too high", body: secretsBody(3, 2), want: `"count" is 3, but the list holds 2`, partial: []string{"name_0", "name_1"}, count: 3},
		{name: "count too low", body: secretsBody(1, 2), want: `"count" is 1, but the list holds 2`, partial: []string{"name_0", "name_1"}},
		{name: "count of nothing", body: secretsBody(1, 0), want: `"count" is 1, but the list holds 0`, partial: []string{}},
		{name: "count over 32 bits", body: secretsBody(4294967295, 0), want: `"count" is 4294967295, but the list holds 0`, partial: []string{}},
		{name: "negative count", body: secretsBody(-1, 0), want: `"count" is -1, but the list holds 0`, partial: []string{}},
		{name: "no count", body: `{"secrets":[]}`, want: `"count" is missing`, partial: []string{}},
		{name: "null count", body: `{"count":null,"secrets":[]}`, want: `"count" is missing`, partial: []string{}},
		{name: "count as text", body: `{"count":"0","secrets":[]}`, want: "unexpected shape"},
		{name: "count as a fraction", body: `{"count":0.5,"secrets":[]}`, want: "unexpected shape"},
		{name: "count over 64 bits", body: `{"count":9223372036854775808,"secrets":[]}`, want: "unexpected shape"},
		{name: "null in the list", body: `{"count":1,"secrets":[null]}`, want: "is missing", partial: []string{}},
		{name: "no name", body: `{"count":2,"secrets":[{"secret_placeholder":"p"},{"secret_placeholder":"q","secret_name":"a"}]}`, want: "is missing", partial: []string{"a"}},
		{name: "no name, and another count", body: `{"count":7,"secrets":[{"secret_placeholder":"p"},{"secret_placeholder":"q","secret_name":"a"}]}`, want: "is missing", partial: []string{"a"}, count: 7},
		{name: "null name", body: `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":null}]}`, want: "is missing", partial: []string{}},
		{name: "no placeholder", body: `{"count":1,"secrets":[{"secret_name":"a"}]}`, want: "is missing", partial: []string{}},
		{name: "name as a number", body: `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":5}]}`, want: "unexpected shape"},
		{name: "names as a list", body: `{"count":1,"secrets":["` + planted + `"]}`, want: "unexpected shape"},
		{name: "name twice in an object", body: `{"count":1,"secrets":[],"count":0}`, want: "the same name twice"},
		{name: "planted name twice", body: `{"count":0,"secrets":[],"` + planted + `":1,"` + planted + `":2}`, want: "the same name twice"},
		{name: "invalid UTF-8", body: "{\"count\":1,\"secrets\":[{\"secret_placeholder\":\"p\",\"secret_name\":\"a\xff\"}]}", want: "not valid UTF-8"},
		{name: "secret's value", body: `{"count":2,"secrets":[{"secret_placeholder":"p","secret_name":"a","secret_value":"` + planted + `"}]}`, want: `"count" is 2`, partial: []string{"a"}},
		{name: "over 1 MiB", body: `{"count":0,"secrets":[],"unknown":"` + strings.Repeat(planted, 1<<20/len(planted)) + `"}`, want: "larger than 1048576 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := listError(t, 200, test.body)
			var got *connectorsecrets.UnexpectedResponseError
			if !errors.As(err, &got) || got.StatusCode != 200 || got.Attempts != 1 {
				t.Fatalf("error %#v, want an UnexpectedResponseError", err)
			}
			mustContain(t, err.Error(), "status 200", test.want)
			if (got.Partial == nil) != (test.partial == nil) {
				t.Fatalf("partial list %v, want %v", got.Partial, test.partial)
			}
			if got.Partial != nil {
				if test.count != 0 && got.Partial.Count != test.count {
					t.Errorf("count %d of the partial list, want the server's %d", got.Partial.Count, test.count)
				}
				if got.Partial.Response.StatusCode != 200 || got.Partial.Response.Attempts != 1 {
					t.Errorf("response of the partial list: %+v", got.Partial.Response)
				}
				if diff := cmp.Diff(test.partial, got.Partial.Names()); diff != "" {
					t.Errorf("partial list (-want +got):\n%s", diff)
				}
			}
			if dump := fmt.Sprintf("%v %+v %#v %+v", err, got, got, got.Partial); strings.Contains(dump, planted) {
				t.Errorf("holds what the server should not have sent: %s", dump)
			}
		})
	}
}

func TestList_RefusesOtherSuccesses(t *testing.T) {
	for _, status := range []int{201, 202, 203, 204, 206, 299} {
		body := oneSecret
		if status == 204 {
			body = ""
		}
		err := listError(t, status, body)
		var got *connectorsecrets.UnexpectedResponseError
		if !errors.As(err, &got) || got.StatusCode != status {
			t.Errorf("%d: error %#v", status, err)
		}
	}
}

// TestList_TellsStatusesApart at their edges.
func TestList_TellsStatusesApart(t *testing.T) {
	for status, want := range map[int]string{
		299: "unexpected 299 false", 300: "unexpected 300 true", 399: "unexpected 399 true", 400: "api 400 false", 599: "api 599 false", 600: "unexpected 600 false",
	} {
		err := listError(t, status, "")
		kind, _, _ := outcome(nil, err)
		if got := fmt.Sprint(kind, " ", strings.Contains(err.Error(), "redirect")); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}

func TestList_NeverKeepsASecretsValue(t *testing.T) {
	const planted = "planted-secret-value"
	server := answer(t, 200, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"a","secret_value":"`+planted+`"}],"values":["`+planted+`"]}`)
	list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
	if err != nil {
		t.Fatal(err)
	}
	if dump := fmt.Sprintf("%+v %#v", list, list); strings.Contains(dump, planted) {
		t.Error(dump)
	}
}

func TestList_FollowsNoRedirect(t *testing.T) {
	target := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was followed to", r.URL) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		err := listError(t, status, "", "Location", target.URL+"/elsewhere?key=x")
		var got *connectorsecrets.UnexpectedResponseError
		if !errors.As(err, &got) || got.StatusCode != status || got.Location != target.URL {
			t.Errorf("%d: error %#v", status, err)
		}
		mustContain(t, err.Error(), "redirect", target.URL)
	}
	for location, want := range map[string]string{
		"": "", "::not a URL": "", "ftp://example.com/x": "", "mailto:a@example.com": "", "HTTPS://EXAMPLE.com:8443/x": "https://EXAMPLE.com:8443",
	} {
		var got *connectorsecrets.UnexpectedResponseError
		if err := listError(t, 302, "", "Location", location); !errors.As(err, &got) || got.Location != want {
			t.Errorf("%s: %v, want %q", location, err, want)
		}
	}
	_ = listError(t, 300, "")
	_ = listError(t, 304, "")
}

func TestList_ReadsCompressedAnswers(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("the request does not ask for compression")
		}
		w.Header().Set("Content-Encoding", "gzip")
		compressed := gzip.NewWriter(w)
		_, _ = compressed.Write([]byte(oneSecret))
		_ = compressed.Close()
	})
	if list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector); err != nil || list.Count != 1 {
		t.Errorf("list %v, error %v", list, err)
	}
}
