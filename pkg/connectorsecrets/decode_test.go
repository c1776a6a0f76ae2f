package connectorsecrets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// secretsBody is a list of so many secrets, with any count.
func secretsBody(count, secrets int) string {
	all := make([]string, secrets)
	for i := range all {
		all[i] = fmt.Sprintf(`{"secret_placeholder":"sec_%d","secret_name":"name_%d"}`, i, i)
	}
	return listOf(count, all...)
}

func listOf(count int, secrets ...string) string {
	return fmt.Sprintf(`{"count":%d,"secrets":[%s]}`, count, strings.Join(secrets, ","))
}

// named is a secret with a name in JSON.
func named(name string) string { return `{"secret_placeholder":"p","secret_name":` + name + `}` }

// TestList_ReadsGoodAnswers of any content type.
func TestList_ReadsGoodAnswers(t *testing.T) {
	contentTypes := []string{"", "text/html", "application/vnd.api+json; charset=utf-8", "nonsense"}
	longest := strings.Repeat("é", 255)
	for i, test := range []struct {
		name, body string
		want       []string
	}{
		{"none", `{"count":0,"secrets":[]}`, []string{}},
		{"other order", `{"secrets":[` + named(`"a"`) + `],"count":1}`, []string{"a"}},
		{"white space", " {\n\t\"count\" : 0 , \"secrets\" : [ ] }\r\n", []string{}},
		{"unknown fields", `{"count":1,"x":null,"secrets":[{"secret_placeholder":"p","secret_name":"a","y":{"x":[1]}}],"z":{}}`, []string{"a"}},
		{"null error", `{"count":0,"secrets":[],"error":null}`, []string{}},
		{"unknown first", `{"x":[{"secret_name":"no"}],"secrets":[{"y":"no",` + named(`"a"`)[1:] + `],"count":1}`, []string{"a"}},
		{"names with escapes", listOf(2, `{"secret_n\u0061me":"\u0061\/b","secret_placeholder":"p"}`, named(`"\t"`)), []string{"a/b", "\t"}},
		{"escapes", listOf(1, named(`"\"\u00e9\\ \ud83d\udd11"`)), []string{"\"é\\ 🔑"}},
		{"empty name", listOf(1, named(`""`)), []string{""}},
		{"longest name", listOf(1, named(`"`+longest+`"`)), []string{longest}},
		{"more than today's maximum", secretsBody(101, 101), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := list(t, answer(t, 200, test.body, "Content-Type", contentTypes[i%len(contentTypes)]).URL)
			if err != nil {
				t.Fatal(err)
			}
			if list.Count != len(list.Secrets) || list.Secrets == nil {
				t.Errorf("count %d, secrets %v", list.Count, list.Secrets)
			}
			if diff := cmp.Diff(test.want, list.Names()); test.want != nil && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestList_RefusesAnswersThatWouldBeWrong(t *testing.T) {
	const planted = "planted-secret-value"
	const missing, shape, twice, early = "is missing", "unexpected shape", "the same name twice", "the body is not JSON, because it ends too early"
	none, two := []string{}, []string{"name_0", "name_1"}
	noName, longID := `{"secret_placeholder":"p"}`, strings.Repeat("x", 101)
	for _, test := range []struct {
		name, body, want string
		partial          []string
		count            int // of the partial list, if the server sent one
	}{
		{"empty", "", "the body is empty", nil, 0},
		{"white space", " \n", early, nil, 0},
		{"null", "null", shape, nil, 0},
		{"empty object", "{}", missing, nil, 0},
		{"bare list", "[" + named(`"`+planted+`"`) + "]", shape, nil, 0},
		{"string", `"` + planted + `"`, shape, nil, 0},
		{"HTML", "<html>" + planted + "</html>", "the body is not JSON, from byte 1 on", nil, 0},
		{"truncated", oneSecret[:50], early, nil, 0},
		{"data after it", oneSecret + planted, "data after the JSON", nil, 0},
		{"no secrets", `{"count":0}`, `"secrets" is missing`, nil, 0},
		{"null secrets", `{"count":0,"secrets":null}`, `"secrets" is missing`, nil, 0},
		{"secrets in other case", `{"count":0,"Secrets":[]}`, `"secrets" is missing`, nil, 0},
		{"secrets as an object", `{"count":0,"secrets":{}}`, shape, nil, 0},
		{"wrapped", `{"data":` + oneSecret + `}`, missing, nil, 0},
		{"envelope", envelope("NOT_FOUND", planted), "an error envelope despite status 200, with code NOT_FOUND, request id " + requestID, nil, 0},
		{"envelope with a long id", strings.ReplaceAll(envelope("NOT_FOUND", ""), requestID, longID), "request id " + longID[:100] + ";", nil, 0},
		{"envelope of an unknown code", envelope(planted, planted), missing, nil, 0},
		{"count too high", secretsBody(3, 2), `"count" is 3, but the list holds 2`, two, 3},
		{"count too low", secretsBody(1, 2), `"count" is 1, but the list holds 2`, two, 1},
		{"count over 32 bits", secretsBody(4294967295, 0), `"count" is 4294967295, but the list holds 0`, none, 4294967295},
		{"negative count", secretsBody(-1, 0), `"count" is -1, but the list holds 0`, none, -1},
		{"no count", `{"secrets":[]}`, `"count" is missing`, none, 0},
		{"null count", `{"count":null,"secrets":[]}`, `"count" is missing`, none, 0},
		{"count as text", `{"count":"0","secrets":[]}`, shape, nil, 0},
		{"count over 64 bits", `{"count":9223372036854775808,"secrets":[]}`, shape, nil, 0},
		{"null in the list", listOf(1, "null"), missing, none, 1},
		{"no name", listOf(2, noName, named(`"a"`)), missing, []string{"a"}, 2},
		{"no name, and another count", listOf(7, noName, named(`"a"`)), missing, []string{"a"}, 7},
		{"null name", listOf(1, named("null")), missing, none, 1},
		{"no placeholder", listOf(1, `{"secret_name":"a"}`), missing, none, 1},
		{"name as a number", listOf(1, named("5")), shape, nil, 0},
		{"names as a list", listOf(1, `"`+planted+`"`), shape, nil, 0},
		{"name twice in an object", `{"count":1,"secrets":[],"count":0}`, twice, nil, 0},
		{"planted name twice", `{"count":0,"secrets":[],"` + planted + `":1,"` + planted + `":2}`, twice, nil, 0},
		{"invalid UTF-8", listOf(1, named("\"a\xff\"")), "not valid UTF-8", nil, 0},
		{"secret's value", listOf(2, `{"secret_placeholder":"p","secret_name":"a","secret_value":"`+planted+`"}`), `"count" is 2`, []string{"a"}, 2},
		{"over 1 MiB", `{"count":0,"secrets":[],"x":"` + strings.Repeat(planted, 1<<20/len(planted)) + `"}`, "larger than 1048576 bytes", nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := listError(t, 200, test.body)
			got := as[*connectorsecrets.UnexpectedResponseError](t, err)
			mustContain(t, err.Error(), "status 200", test.want)
			if got.StatusCode != 200 || got.Attempts != 1 || (got.Partial == nil) != (test.partial == nil) {
				t.Fatalf("%+v, partial list %v, want %v", got.Response, got.Partial, test.partial)
			}
			if partial := got.Partial; partial != nil {
				if test.count != 0 && partial.Count != test.count {
					t.Errorf("count %d of the partial list, want the server's %d", partial.Count, test.count)
				}
				if partial.Response.StatusCode != 200 || partial.Response.Attempts != 1 {
					t.Errorf("response of the partial list: %+v", partial.Response)
				}
				if diff := cmp.Diff(test.partial, partial.Names()); diff != "" {
					t.Errorf("partial list (-want +got):\n%s", diff)
				}
			}
			if dump := fmt.Sprintf("%v %+v %#v %+v", err, got, got, got.Partial); strings.Contains(dump, planted) {
				t.Errorf("holds what the server should not have sent: %s", dump)
			}
		})
	}
}

// TestList_TellsStatusesApart: every other success is refused, and only 400 to 599 are errors of the API.
func TestList_TellsStatusesApart(t *testing.T) {
	for status, want := range map[int]string{
		201: "unexpected 201 false", 202: "unexpected 202 false", 203: "unexpected 203 false", 204: "unexpected 204 false",
		206: "unexpected 206 false", 299: "unexpected 299 false", 300: "unexpected 300 true", 304: "unexpected 304 true",
		399: "unexpected 399 true", 400: "api 400 false", 599: "api 599 false", 600: "unexpected 600 false",
	} {
		for _, body := range []string{"", oneSecret} {
			err := listError(t, status, body)
			kind, _, _ := outcome(nil, err)
			if status < 300 || status > 599 {
				mustContain(t, err.Error(), "the API documents only 200 for success")
			}
			if got := fmt.Sprint(kind, " ", strings.Contains(err.Error(), "redirect")); got != want {
				t.Errorf("%d: %s, want %s", status, got, want)
			}
		}
	}
}
