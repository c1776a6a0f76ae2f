package connectorsecrets_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestAPIError_FromTheEnvelope(t *testing.T) {
	body := `{"meta":{"request_id":"` + requestID + `"},"error":{"code":"TOO_MANY_REQUESTS","message":"Slow down.","description":"A longer text."}}`
	err := listError(t, 429, body, "Retry-After", "120", "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0")
	got := as[*connectorsecrets.APIError](t, err)
	for name, want := range map[string]string{"Retry-After": "120", "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0", "Date": ""} {
		if value := got.Response.Header.Get(name); value != want {
			t.Errorf("%s %q, want %q", name, value, want)
		}
	}
	want := &connectorsecrets.APIError{
		Response: connectorsecrets.Response{
			StatusCode: 429, RetryAfter: 2 * time.Minute, RateLimit: connectorsecrets.RateLimit{Limit: 5000}, Attempts: 1,
			Header: got.Response.Header,
		},
		ErrorDetail: secretsapi.ErrorDetail{Code: connectorsecrets.ErrorCodeTooManyRequests, Message: "Slow down.", Description: "A longer text."},
		ErrorMeta:   secretsapi.ErrorMeta{RequestID: requestID},
	}
	want.Envelope = secretsapi.ErrorEnvelope{Meta: want.ErrorMeta, Error: want.ErrorDetail}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(connectorsecrets.APIError{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const text = "status 429 TOO_MANY_REQUESTS: Slow down: A longer text (request id " + requestID + "); try again in 2m0s"
	if err.Error() != text {
		t.Errorf("%q, want %q", err.Error(), text)
	}
}

func TestAPIError_Kinds(t *testing.T) {
	kinds := []error{
		connectorsecrets.ErrUnauthorized, connectorsecrets.ErrForbidden, connectorsecrets.ErrNotFound,
		connectorsecrets.ErrRateLimited, connectorsecrets.ErrServer, context.Canceled,
	}
	for status, want := range map[int]error{
		400: nil, 401: kinds[0], 402: nil, 403: kinds[1], 404: kinds[2], 409: nil, 410: nil, 418: nil, 422: nil, 429: kinds[3], 499: nil,
		500: kinds[4], 501: kinds[4], 502: kinds[4], 503: kinds[4], 504: kinds[4], 599: kinds[4],
	} {
		// The code belongs to another status on purpose: it must not matter.
		for _, body := range []string{"", envelope("NOT_FOUND", "Text.")} {
			err := listError(t, status, body)
			if got := as[*connectorsecrets.APIError](t, err); got.Response.StatusCode != status {
				t.Errorf("%d: %#v", status, err)
			}
			for _, kind := range kinds {
				if errors.Is(err, kind) != (kind == want) {
					t.Errorf("%d: is %q: %v", status, kind, errors.Is(err, kind))
				}
			}
		}
	}
}

func TestAPIError_WhateverTheBody(t *testing.T) {
	long, manyAs := strings.Repeat("ü", 3000), strings.Repeat("A", 1000)
	const meta = `"meta":{"request_id":"` + requestID + `"}`
	type fields struct{ code, message, description, requestID string }
	full := fields{"NOT_FOUND", "Text.", "", requestID}
	for _, test := range []struct {
		name, body string
		want       fields
	}{
		{"unknown fields", `{"x":1,"error":{"code":"NOT_FOUND","x":{},"message":"Text."},"meta":{"x":[],` + meta[8:] + `}`, full},
		{"space around", " \n" + envelope("NOT_FOUND", "Text.") + "\n", full},
		{"empty", "", fields{}},
		{"HTML", "<html><body><h1>502 Bad Gateway</h1></body></html>", fields{}},
		{"truncated", envelope("NOT_FOUND", "Text.")[:60], fields{"", "", "", requestID}},
		{"truncated later", envelope("NOT_FOUND", "Text.")[:90], fields{"NOT_FOUND", "", "", requestID}},
		{"null", "null", fields{}},
		{"list", "[1,2]", fields{}},
		{"empty object", "{}", fields{}},
		{"no meta", `{"error":{"code":"NOT_FOUND","message":"Text."}}`, fields{"NOT_FOUND", "Text.", "", ""}},
		{"no error", `{` + meta + `}`, fields{"", "", "", requestID}},
		{"null for every field", `{"meta":{"request_id":null},"error":{"code":null,"message":null,"description":null}}`, fields{}},
		{"null for the objects", `{"meta":null,"error":null}`, fields{}},
		{"error as text", `{` + meta + `,"error":"broken"}`, fields{"", "", "", requestID}},
		{"numbers for texts", `{"meta":{"request_id":12345678},"error":{"code":404,"message":1}}`, fields{}},
		{"code of another form", envelope("not found", "Text."), fields{"not found", "Text.", "", requestID}},
		{"request id of another form", `{"meta":{"request_id":"abc d"},"error":{}}`, fields{"", "", "", "abc d"}},
		{"long names", strings.ReplaceAll(envelope(manyAs, ""), requestID, manyAs), fields{manyAs, "", "", manyAs}},
		{"long texts", `{"error":{"message":"` + long + `","description":"` + long + `"}}`, fields{"", long, long, ""}},
		{"control characters", `{"error":{"message":"a\u001b[31mred\u0000\r\nb"}}`, fields{"", "a [31mred   b", "", ""}},
		{"an escape in the code", `{"error":{"code":"A\u001b[31m"},"meta":{"request_id":"a\u202eb\u2028c"}}`, fields{"A [31m", "", "", "a b c"}},
		{"invalid UTF-8", "{\"error\":{\"message\":\"a\xffb\"}}", fields{"", "a\uFFFDb", "", ""}},
		{"a name twice", `{"error":{"code":"FIRST","code":"SECOND"}}`, fields{"SECOND", "", "", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := listError(t, 404, test.body)
			got := as[*connectorsecrets.APIError](t, err)
			isNotFound := errors.Is(err, connectorsecrets.ErrNotFound)
			if got := (fields{string(got.Code), got.Message, got.Description, got.RequestID}); got != test.want || !isNotFound {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x1b") || utf8.RuneCountInString(err.Error()) > 5000 {
				t.Errorf("%q has control characters, or is too long to read", err.Error())
			}
		})
	}
}

func TestAPIError_TellsTheNextStep(t *testing.T) {
	for _, test := range []struct {
		status           int
		retryAfter, want string
	}{
		{401, "", "check that the API key or token is right"},
		{401, "5", "check that the API key or token is right"},
		{403, "", "lacks the scope cb_secrets_read"},
		{404, "", "check the team ID and the connector identifier"},
		{429, "", "try again later"},
		{429, "3600", "try again in 1h0m0s"},
		{500, "", "try again later"},
		{503, "5", "try again in 5s"},
	} {
		text := func(body string) string {
			return listError(t, test.status, body, "Retry-After", test.retryAfter).Error()
		}
		if text := text(envelope("CODE", "Text.")); !strings.HasPrefix(text, "status ") || !strings.Contains(text, test.want) {
			t.Errorf("%q", text)
		}
		// Without a body nothing tells who answered. With one that is not the API's, there is no reason to doubt the credential.
		for _, body := range []string{"", " \n"} {
			if text := text(body); !strings.Contains(text, test.want) || strings.Contains(text, "did not write the body") {
				t.Errorf("%q", text)
			}
		}
		for _, body := range []string{"<html>", `{"message":"Forbidden"}`, "null"} {
			text := text(body)
			mustContain(t, text, "the API did not write the body", "proxy, firewall or gateway", "base URL http://127.0.0.1:")
			if advised := strings.Contains(text, test.want); advised != (test.status >= 429) {
				t.Errorf("%q", text)
			}
		}
	}
}

// TestErrors_AreOneLine, without what is not there.
func TestErrors_AreOneLine(t *testing.T) {
	for body, want := range map[string]string{
		`{"meta":{"request_id":"x"}}`:                     "status 418 I'm a teapot (request id x)",
		`{"error":{"code":"C","message":" a \n\n b.\t"}}`: "status 418 C: a b",
	} {
		if err := listError(t, 418, body); err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
	got := as[*connectorsecrets.APIError](t, listError(t, 403, "", "WWW-Authenticate", "Bearer \xff\u202e"))
	if got.Response.Header.Get("WWW-Authenticate") != "Bearer \uFFFD " {
		t.Errorf("%q", got.Response.Header)
	}
}

// TestErrors_ShowLongTexts: the limits count characters, not bytes.
func TestErrors_ShowLongTexts(t *testing.T) {
	for _, size := range []int{200, 2047, 2048} {
		text := strings.Repeat("ü", size)
		mustContain(t, listError(t, 404, envelope("X", text)).Error(), ": "+text+" (")
	}
	cut := strings.Repeat("ü", 2048)
	mustContain(t, listError(t, 404, envelope("X", cut+"ü")).Error(), ": "+cut+" (")
	code := strings.Repeat("C", 100)
	body := `{"meta":{"request_id":"` + code + `D"},"error":{"code":"` + code + `D"}}`
	mustContain(t, listError(t, 404, body).Error(), "status 404 "+code+" (request id "+code+")")
}

func TestTransportError_ContextEnded(t *testing.T) {
	client := newClient(t, answer(t, 200, oneSecret).URL)
	for cause, want := range map[error]string{nil: "", errors.New("shutting down"): ": shutting down"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		_, err := client.List(ctx, testTeam, testConnector)
		lost := as[*connectorsecrets.TransportError](t, err)
		if lost.Attempts != 0 || !errors.Is(err, context.Canceled) || cause != nil && !errors.Is(err, cause) {
			t.Errorf("error %v, want a TransportError with the context's error and its cause", err)
		}
		if want := "no response from the API: context canceled" + want; err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
	mustContain(t, (&connectorsecrets.TransportError{}).Error(), "no response from the API")
	// What arrived before counts.
	ctx, cancel := context.WithCancel(t.Context())
	client = retryClient(t, through(func(*http.Request) (*http.Response, error) { cancel(); return response(200, oneSecret), nil }))
	if list, err := client.List(ctx, testTeam, testConnector); err != nil || list.Count != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

// TestErrors_HoldNoEchoedCredential: some gateways repeat the request in their error page.
func TestErrors_HoldNoEchoedCredential(t *testing.T) {
	body := `{"meta":{"request_id":"KEY"},"error":{"code":"UNAUTHORIZED","message":"Bad header: Bearer KEY","description":"KEY!"}}`
	body = strings.ReplaceAll(body, "KEY", testKey)
	got := as[*connectorsecrets.APIError](t, listError(t, 401, body))
	if got.Message != "Bad header: Bearer REDACTED" || got.Description != "REDACTED!" || got.RequestID != "REDACTED" {
		t.Errorf("%+v", got)
	}
	err := listError(t, 302, "", "Location", "https://user:pw@example.com/"+testKey+"?token="+testKey+"#"+testKey)
	if strings.Contains(err.Error(), testKey) || strings.Contains(err.Error(), "pw") {
		t.Error(err)
	}
	mustContain(t, err.Error(), "to https://example.com;")
	err = listError(t, 302, "", "Location", "https://"+testKey+".example.com/")
	mustContain(t, err.Error(), "to https://REDACTED.example.com;")
	for _, raw := range []string{testKey, testKey + " v2"} {
		server := answer(t, 403, envelope("FORBIDDEN", "No access with "+raw+"."), "WWW-Authenticate", "Bearer realm="+raw)
		_, err := list(t, server.URL, connectorsecrets.WithCredential(connectorsecrets.RawAuthorization(raw)))
		got := as[*connectorsecrets.APIError](t, err)
		if strings.Contains(err.Error(), testKey) || got.Response.Header.Get("WWW-Authenticate") != "Bearer realm=REDACTED" {
			t.Errorf("%v, header %v", err, got.Response.Header)
		}
		mustContain(t, err.Error(), "No access with REDACTED")
	}
}
