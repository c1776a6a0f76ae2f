package connectorsecrets_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func listError(t *testing.T, status int, body string, headers ...string) error {
	t.Helper()
	list, err := newClient(t, answer(t, status, body, headers...).URL).List(context.Background(), testTeam, testConnector)
	if err == nil || list != nil {
		t.Fatalf("list %v, error %v; want an error only", list, err)
	}
	return err
}

func TestAPIError_FromTheEnvelope(t *testing.T) {
	body := `{"meta":{"request_id":"` + requestID + `"},"error":{"code":"TOO_MANY_REQUESTS","message":"Slow down.","description":"A longer text."}}`
	err := listError(t, 429, body, "Retry-After", "120", "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0")
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) {
		t.Fatalf("error %#v", err)
	}
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
		connectorsecrets.ErrRateLimited, connectorsecrets.ErrServer,
	}
	tests := map[int]error{
		400: nil, 401: kinds[0], 402: nil, 403: kinds[1], 404: kinds[2], 409: nil, 410: nil, 418: nil, 422: nil, 429: kinds[3], 499: nil,
		500: kinds[4], 501: kinds[4], 502: kinds[4], 503: kinds[4], 504: kinds[4], 599: kinds[4],
	}
	for status, want := range tests {
		if errors.Is(listError(t, status, ""), context.Canceled) {
			t.Errorf("%d is every error", status)
		}
		// The code belongs to another status on purpose: it must not matter.
		err := listError(t, status, envelope("NOT_FOUND", "Text."))
		var got *connectorsecrets.APIError
		if !errors.As(err, &got) || got.Response.StatusCode != status || got.Code != "NOT_FOUND" {
			t.Errorf("%d: %#v", status, err)
		}
		for _, kind := range kinds {
			if errors.Is(err, kind) != (kind == want) {
				t.Errorf("%d: is %q: %v", status, kind, errors.Is(err, kind))
			}
		}
	}
}

func TestAPIError_WhateverTheBody(t *testing.T) {
	long := strings.Repeat("ü", 3000)
	type fields struct {
		code                            connectorsecrets.ErrorCode
		message, description, requestID string
	}
	full := fields{"NOT_FOUND", "Text.", "", requestID}
	tests := []struct {
		name, body string
		want       fields
	}{
		{"envelope", envelope("NOT_FOUND", "Text."), full},
		{"unknown code", envelope("BRAND_NEW_CODE_2", "Text."), fields{"BRAND_NEW_CODE_2", "Text.", "", requestID}},
		{"unknown fields", `{"unknown":1,"meta":{"request_id":"` + requestID + `","unknown":[]},"error":{"code":"NOT_FOUND","message":"Text.","unknown":{}}}`, full},
		{"space around", " \n" + envelope("NOT_FOUND", "Text.") + "\n", full},
		{"empty", "", fields{}},
		{"HTML", "<html><body><h1>502 Bad Gateway</h1></body></html>", fields{}},
		{"text", "upstream connect error", fields{}},
		{"truncated", envelope("NOT_FOUND", "Text.")[:60], fields{"", "", "", requestID}},
		{"truncated later", envelope("NOT_FOUND", "Text.")[:90], fields{"NOT_FOUND", "", "", requestID}},
		{"null", "null", fields{}},
		{"list", "[1,2]", fields{}},
		{"string", `"NOT_FOUND"`, fields{}},
		{"empty object", "{}", fields{}},
		{"no meta", `{"error":{"code":"NOT_FOUND","message":"Text."}}`, fields{"NOT_FOUND", "Text.", "", ""}},
		{"no error", `{"meta":{"request_id":"` + requestID + `"}}`, fields{"", "", "", requestID}},
		{"null for every field", `{"meta":{"request_id":null},"error":{"code":null,"message":null,"description":null}}`, fields{}},
		{"null for the objects", `{"meta":null,"error":null}`, fields{}},
		{"error as text", `{"meta":{"request_id":"` + requestID + `"},"error":"broken"}`, fields{"", "", "", requestID}},
		{"numbers for texts", `{"meta":{"request_id":12345678},"error":{"code":404,"message":1}}`, fields{}},
		{"code of another form", envelope("not found", "Text."), fields{"not found", "Text.", "", requestID}},
		{"long code", envelope(strings.Repeat("A", 1000), "Text."), fields{connectorsecrets.ErrorCode(strings.Repeat("A", 1000)), "Text.", "", requestID}},
		{"short request id", `{"meta":{"request_id":"abc"},"error":{"code":"NOT_FOUND","message":"Text."}}`, fields{"NOT_FOUND", "Text.", "", "abc"}},
		{"request id of another form", `{"meta":{"request_id":"abcdefgh ijk"},"error":{"code":"NOT_FOUND","message":"Text."}}`, fields{"NOT_FOUND", "Text.", "", "abcdefgh ijk"}},
		{"long texts", `{"error":{"message":"` + long + `","description":"` + long + `"}}`, fields{"", long, long, ""}},
		{"control characters", `{"error":{"message":"a\u001b[31mred\u0000\r\nb"}}`, fields{"", "a [31mred   b", "", ""}},
		{"an escape in the code", `{"error":{"code":"A\u001b[31m"},"meta":{"request_id":"a\u202eb\u2028c"}}`, fields{"A [31m", "", "", "a b c"}},
		{"short and long ids", `{"meta":{"request_id":"` + strings.Repeat("x", 65) + `"},"error":{"code":"C"}}`, fields{"C", "", "", strings.Repeat("x", 65)}},
		{"many letters of two bytes", `{"error":{"message":"` + strings.Repeat("ü", 2048) + `"}}`, fields{"", strings.Repeat("ü", 2048), "", ""}},
		{"invalid UTF-8", "{\"error\":{\"message\":\"a\xffb\"}}", fields{"", "a\uFFFDb", "", ""}},
		{"a name twice", `{"error":{"code":"FIRST","code":"SECOND"}}`, fields{"SECOND", "", "", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := listError(t, 404, test.body)
			var got *connectorsecrets.APIError
			if !errors.As(err, &got) || !errors.Is(err, connectorsecrets.ErrNotFound) {
				t.Fatalf("error %#v", err)
			}
			if got := (fields{got.Code, got.Message, got.Description, got.RequestID}); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x1b") || utf8.RuneCountInString(err.Error()) > 5000 {
				t.Errorf("%q has control characters, or is too long to read", err.Error())
			}
		})
	}
}

func TestAPIError_TellsTheNextStep(t *testing.T) {
	tests := []struct {
		status  int
		headers []string
		want    string
	}{
		{401, nil, "check that the API key or token is right"},
		{403, nil, "lacks the scope cb_secrets_read"},
		{404, nil, "check the team ID and the connector identifier"},
		{429, nil, "try again later"},
		{429, []string{"Retry-After", "3600"}, "try again in 1h0m0s"},
		{500, nil, "try again later"},
		{503, []string{"Retry-After", "5"}, "try again in 5s"},
	}
	for _, test := range tests {
		mustContain(t, listError(t, test.status, envelope("CODE", "Text."), test.headers...).Error(), "status ", test.want)
		// Without a body nothing tells who answered. With one that is not the API's, there is no reason to doubt the credential.
		if text := listError(t, test.status, "", test.headers...).Error(); !strings.Contains(text, test.want) || strings.Contains(text, "write") {
			t.Errorf("%q", text)
		}
		for _, body := range []string{"<html>", `{"message":"Forbidden"}`, "null"} {
			text := listError(t, test.status, body, test.headers...).Error()
			mustContain(t, text, "the API did not write the body", "proxy, firewall or gateway", "base URL http://127.0.0.1:")
			if advised := strings.Contains(text, test.want); advised != (test.status >= 429) {
				t.Errorf("%q", text)
			}
		}
	}
}

func TestAPIError_MalformedHeadersCostNothingElse(t *testing.T) {
	err := listError(t, 429, envelope("TOO_MANY_REQUESTS", "Text."), "Retry-After", "soon", "X-RateLimit-Limit", "lots", "X-RateLimit-Remaining", "none")
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) || got.Code != "TOO_MANY_REQUESTS" || got.Response.RetryAfter != 0 || got.Response.RateLimit != (connectorsecrets.RateLimit{}) {
		t.Errorf("%+v", got)
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
	err := listError(t, 403, "", "WWW-Authenticate", "Bearer \xff\u202e")
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) || got.Response.Header.Get("WWW-Authenticate") != "Bearer \uFFFD " {
		t.Errorf("%q", got.Response.Header)
	}
}

// TestErrors_ShowLongTexts: the limit counts characters, not bytes.
func TestErrors_ShowLongTexts(t *testing.T) {
	for _, size := range []int{200, 2047, 2048} {
		text := strings.Repeat("ü", size)
		mustContain(t, listError(t, 404, envelope("X", text)).Error(), ": "+text+" (")
	}
	cut := strings.Repeat("ü", 2048)
	mustContain(t, listError(t, 404, envelope("X", cut+"ü")).Error(), ": "+cut+" (")
}

func TestTransportError_KeepsItsCause(t *testing.T) {
	server := answer(t, 200, oneSecret)
	server.Close()
	_, err := newClient(t, server.URL).List(context.Background(), testTeam, testConnector)
	var transport *connectorsecrets.TransportError
	var operation *net.OpError
	if !errors.As(err, &transport) || transport.Attempts != 1 || !errors.As(err, &operation) {
		t.Fatalf("error %#v", err)
	}
	mustContain(t, err.Error(), "no response from the API: ", "connection refused", "; check the network")
}

func TestTransportError_ZeroValuePrints(t *testing.T) {
	mustContain(t, (&connectorsecrets.TransportError{}).Error(), "no response from the API")
}

func TestTransportError_ContextEnded(t *testing.T) {
	server := answer(t, 200, oneSecret)
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := newClient(t, server.URL).List(ended, testTeam, testConnector); err == nil || err.Error() != "no response from the API: context canceled" {
		t.Error(err)
	}
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	_, err := newClient(t, server.URL).List(ctx, testTeam, testConnector)
	var transport *connectorsecrets.TransportError
	if !errors.As(err, &transport) || transport.Attempts != 0 || !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
		t.Fatalf("error %v, want a TransportError with the context's error and its cause", err)
	}
	if want := "no response from the API: context canceled: shutting down"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}
