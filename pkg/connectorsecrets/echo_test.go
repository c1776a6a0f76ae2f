package connectorsecrets_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestErrors_KeepTextsBesideAShortCredential: it is replaced where it is a word of its own, and nowhere inside of others.
func TestErrors_KeepTextsBesideAShortCredential(t *testing.T) {
	for _, test := range []struct{ key, text, want string }{
		{"key", "Your key, monkey: keys, Key. key_id \"key\" %6Bey ke y", "Your REDACTED, monkey: keys, REDACTED. REDACTED_id \"REDACTED\" REDACTED REDACTED"},
		{"key", "akey zkey 0key 9key keya keyz key0 key9 .key.", "akey zkey 0key 9key keya keyz key0 key9 .REDACTED."},
		{"key", "%22key%22 \\nkey \\u0022key\\u0022 %20key %61key %2561key", "%22REDACTED%22 REDACTED \\u0022REDACTED\\u0022 REDACTED %61key %2561key"},
		{"a", "a bad day: A", "REDACTED bad day: REDACTED"},
		{"-", "a-b - c", "a-b REDACTED c"},
		{"1234567", "1234567 12345678 x1234567 ü1234567", "REDACTED 12345678 x1234567 ü1234567"},
		{"12345678", "12345678 123456789 x12345678", "REDACTED REDACTED9 xREDACTED"},
	} {
		quoted, _ := json.Marshal(test.text)
		server := answer(t, 403, `{"error":{"message":`+string(quoted)+`}}`)
		_, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector, connectorsecrets.WithCredential(connectorsecrets.APIKey(test.key)))
		var got *connectorsecrets.APIError
		if !errors.As(err, &got) || got.Message != test.want {
			t.Errorf("%q: %q, want %q", test.key, got.Message, test.want)
		}
	}
}

// TestList_ANameThatHoldsTheCredential is an answer that can't be right, unless a short credential is only a part of it.
func TestList_ANameThatHoldsTheCredential(t *testing.T) {
	for _, test := range []struct {
		key, name string
		refused   bool
	}{
		{testKey, testKey, true}, {testKey, "x" + testKey + "x", true}, {testKey, "Bearer " + testKey, true}, {testKey, testKey[1:], false},
		{testKey, "%6eot-a-real-api-key", true}, {testKey, strings.Repeat("long_name_", 10), false}, {"key", "key", true}, {"key", " K%65Y ", true},
		{"key", "api_key", false}, {"12345678", "x12345678", true}, {"1234567", "x-1234567", false}, {"key", "key_id", false}, {"key", "the key", false},
	} {
		for _, body := range []string{`{"secret_placeholder":"p","secret_name":"` + test.name + `"}`, `{"secret_placeholder":"` + test.name + `","secret_name":"n"}`} {
			server := answer(t, 200, `{"count":1,"secrets":[`+body+`]}`)
			list, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector, connectorsecrets.WithCredential(connectorsecrets.APIKey(test.key)))
			if kind, _, _ := outcome(list, err); kind != map[bool]string{false: "list", true: "unexpected 200"}[test.refused] {
				t.Errorf("%q with %s: %v", body, test.key, err)
			}
			var unexpected *connectorsecrets.UnexpectedResponseError
			if errors.As(err, &unexpected) && unexpected.Partial != nil {
				t.Errorf("%q: a partial list", body)
			}
			if test.refused {
				mustContain(t, err.Error(), "a string in the body contains the credential")
			}
		}
	}
}

// TestErrors_HoldNoCredentialInAnotherSpelling: a URL escapes what a header does not, and a raw value can have spaces
// where others have their scheme.
func TestErrors_HoldNoCredentialInAnotherSpelling(t *testing.T) {
	const spelt = `fake "quoted" %credential`
	escaped := answer(t, 302, "", "Location", "https://example.com/"+url.PathEscape(spelt)+"/x")
	_, err := newClient(t, escaped.URL).List(context.Background(), testTeam, testConnector,
		connectorsecrets.WithCredential(connectorsecrets.APIKey(spelt)))
	if err == nil || strings.Contains(err.Error(), "quoted") {
		t.Error(err)
	}
	mustContain(t, err.Error(), "to https://example.com;")

	const raw = testKey + " v2"
	echoing := answer(t, 403, envelope("FORBIDDEN", "No access with "+raw+"."))
	_, err = newClient(t, echoing.URL).List(context.Background(), testTeam, testConnector,
		connectorsecrets.WithCredential(connectorsecrets.RawAuthorization(raw)))
	if err == nil || strings.Contains(err.Error(), testKey) {
		t.Error(err)
	}
}

// TestErrors_HoldNoEchoedCredential: some gateways repeat the request in their error page.
func TestErrors_HoldNoEchoedCredential(t *testing.T) {
	body := `{"meta":{"request_id":"` + testKey + `"},"error":{"code":"UNAUTHORIZED","message":"Bad header: Bearer ` + testKey + `","description":"` + testKey + `!"}}`
	err := listError(t, 401, body)
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	if got.Message != "Bad header: Bearer REDACTED" || got.Description != "REDACTED!" || got.RequestID != "REDACTED" {
		t.Errorf("%+v", got)
	}
	err = listError(t, 302, "", "Location", "https://user:pw@example.com/"+testKey+"?token="+testKey+"#"+testKey)
	if strings.Contains(err.Error(), testKey) || strings.Contains(err.Error(), "pw") {
		t.Error(err)
	}
	mustContain(t, err.Error(), "to https://example.com;")
}

func TestErrors_HoldNoEchoedRawAuthorization(t *testing.T) {
	client := newClient(t, answer(t, 403, envelope("FORBIDDEN", "No access with "+testKey+"."),
		"WWW-Authenticate", "Bearer realm="+testKey).URL)
	_, err := client.List(context.Background(), testTeam, testConnector,
		connectorsecrets.WithCredential(connectorsecrets.RawAuthorization(testKey)))
	if err == nil || strings.Contains(err.Error(), testKey) {
		t.Error(err)
	}
	mustContain(t, err.Error(), "No access with REDACTED")
	var refused *connectorsecrets.APIError
	if !errors.As(err, &refused) || refused.Response.Header.Get("WWW-Authenticate") != "Bearer realm=REDACTED" {
		t.Errorf("%v, header %v", err, refused)
	}
}

// TestErrors_HoldNoCredentialThatIsANumber: numbers of a response are kept as numbers.
func TestErrors_HoldNoCredentialThatIsANumber(t *testing.T) {
	const number = "90071992547"
	for body, status := range map[string]int{
		`{"count":` + number + `,"secrets":[]}`: 200, `{"count":` + number + `,"secrets":[{"secret_name":"a"}]}`: 200, "{}": 429,
	} {
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			header := http.Header{"X-Ratelimit-Limit": {number}, "X-Ratelimit-Remaining": {number}, "Retry-After": {number}}
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}, nil
		})
		client, err := connectorsecrets.New(connectorsecrets.APIKey(number), connectorsecrets.WithoutRetry(),
			connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.List(t.Context(), 1, "A")
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		switch err := err.(type) { //nolint:errorlint // the fields of the error itself
		case *connectorsecrets.APIError:
			text += fmt.Sprintf("%+v", *err)
		case *connectorsecrets.UnexpectedResponseError:
			text += fmt.Sprintf("%+v %+v", *err, err.Partial)
		default:
			t.Errorf("status %d: %v", status, err)
		}
		if strings.Contains(text, number) {
			t.Errorf("status %d: %s", status, text)
		}
	}
}
