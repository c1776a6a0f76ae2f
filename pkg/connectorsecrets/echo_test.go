package connectorsecrets_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// TestErrors_HoldNoCredentialInAnotherSpelling: a URL escapes what a header does not, and a raw value can have spaces
// where others have their scheme.
func TestErrors_HoldNoCredentialInAnotherSpelling(t *testing.T) {
	const spelt = `fake "quoted" %credential`
	escaped := answer(t, 302, "", "Location", "https://example.com/"+url.PathEscape(spelt)+"/x")
	_, err := newClient(t, escaped.URL).List(context.Background(), testTeam, testConnector,
		connectorsecrets.WithCredential(connectorsecrets.RawAuthorization(spelt)))
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
