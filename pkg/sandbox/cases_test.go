package sandbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func conformanceCases(t *testing.T) []conformance.Case {
	t.Helper()
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestSandbox_PlaysEveryConformanceCase sends each request twice over a socket: a case can be repeated.
func TestSandbox_PlaysEveryConformanceCase(t *testing.T) {
	server := sandbox.Start(t, sandbox.WithRateLimit(1))
	for _, c := range conformanceCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			for _, authorization := range []string{"Bearer " + c.Request.Credential, "bearer  " + c.Request.Credential} {
				path := secretsPath(strconv.FormatInt(c.Request.TeamID, 10), c.Request.ConnectorID)
				_, answer := send(t, http.MethodGet, server.URL+path, authorization)
				if answer.status != c.Answer.Status {
					t.Fatalf("status %d, want %d", answer.status, c.Answer.Status)
				}
				for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After", "WWW-Authenticate"} {
					if got, want := answer.header.Get(name), c.Answer.Headers[name]; got != want {
						t.Errorf("%s: %q, want %q", name, got, want)
					}
				}
				if bytes.Contains(answer.body, []byte("\n")) {
					t.Errorf("has the file's indentation: %s", answer.body)
				}
				var got, want any
				if err := json.Unmarshal(answer.body, &got); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(c.Answer.Body, &want); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				if strings.Contains(string(c.Answer.Body), `\/`) != strings.Contains(string(answer.body), `\/`) {
					t.Errorf("the escapes have changed: %s", answer.body)
				}
			}
		})
	}
}

// TestSandbox_BareAPIKeys: API keys need the word Bearer unless the option is given, also in conformance cases.
func TestSandbox_BareAPIKeys(t *testing.T) {
	strict, lenient := sandbox.Start(t), sandbox.Start(t, sandbox.WithBareAPIKeys())
	tests := []struct {
		name, connector, authorization string
		want                           int // of the sandbox with the option
	}{
		{"key", "T3S70", sandbox.DefaultAPIKey, http.StatusOK},
		{"OAuth token", "T3S70", sandbox.DefaultBearerToken, http.StatusUnauthorized},
		{"unknown", "T3S70", "fake-unknown-key", http.StatusUnauthorized},
		{"key of a case", "ONE", "conformance-api-key", http.StatusOK},
		{"OAuth token of a case", "ONE", "conformance-bearer-token", http.StatusUnauthorized},
	}
	for _, test := range tests {
		path := secretsPath("936506", test.connector)
		got := do(t, strict, http.MethodGet, path, test.authorization)
		if got.status != http.StatusUnauthorized || !strings.Contains(string(got.body), `Authorization: Bearer <`) {
			t.Errorf("%s: status %d, %q, want a 401 that says how", test.name, got.status, got.error.Description)
		}
		got = do(t, lenient, http.MethodGet, path, test.authorization)
		if got.status != test.want || strings.Contains(got.error.Description, "Authorization: Bearer <") {
			t.Errorf("%s: status %d, %q with bare keys taken, want %d", test.name, got.status, got.error.Description, test.want)
		}
		if got := do(t, lenient, http.MethodGet, path, bearer+sandbox.DefaultAPIKey); got.status == http.StatusUnauthorized {
			t.Errorf("status %d with the word", got.status)
		}
	}
}

// TestSandbox_PlaysACaseForItsOwnRequestOnly changes one part of the request at a time.
func TestSandbox_PlaysACaseForItsOwnRequestOnly(t *testing.T) {
	server := sandbox.Start(t)
	_, itself := send(t, http.MethodGet, server.URL+secretsPath("936506", "ONE"), "Bearer conformance-api-key")
	if itself.status != http.StatusOK {
		t.Errorf("status %d for the case itself", itself.status)
	}
	tests := []struct {
		name, team, connector, authorization string
		want                                 int
		reserved                             bool
	}{
		{"another team", "936507", "ONE", "Bearer conformance-api-key", http.StatusUnauthorized, true},
		{"another spelling of the team", "0936506", "ONE", "Bearer conformance-api-key", http.StatusUnauthorized, true},
		{"another connector", "936506", "one", "Bearer conformance-api-key", http.StatusUnauthorized, true},
		{"another credential", "936506", "ONE", "Bearer conformance-api-key-2", http.StatusUnauthorized, false},
		{"no credential", "936506", "ONE", "", http.StatusUnauthorized, false},
		{"an OAuth token without its scheme", "936506", "ONE", "conformance-bearer-token", http.StatusUnauthorized, false},
		{"the word Bearer twice", "936506", "ONE", "Bearer Bearer conformance-api-key", http.StatusUnauthorized, false},
		{"the sandbox's own key", "936506", "ONE", "Bearer " + sandbox.DefaultAPIKey, http.StatusNotFound, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := do(t, server, http.MethodGet, secretsPath(test.team, test.connector), test.authorization)
			if got.status != test.want {
				t.Errorf("status %d, want %d", got.status, test.want)
			}
			isCases := strings.Contains(got.error.Description, "conformance cases")
			if want := got.status == http.StatusUnauthorized && test.reserved; isCases != want {
				t.Errorf("says that the credential is the cases': %t, want %t", isCases, want)
			}
		})
	}
}

func TestNew_RefusesACredentialOfTheCases(t *testing.T) {
	for _, credential := range []sandbox.Credential{{APIKey: "conformance-api-key"}, {BearerToken: "conformance-bearer-token"}} {
		seed := sandbox.Seed{
			Teams:       []sandbox.Team{{ID: 1, Connectors: []sandbox.Connector{{Identifier: "ONE", Secrets: []secretsapi.Secret{}}}}},
			Credentials: []sandbox.Credential{credential},
		}
		_, err := sandbox.New(sandbox.WithSeed(seed))
		if err == nil || err.Error() != "credentials[0]: belongs to the conformance cases: choose another" {
			t.Errorf("%v", err)
		}
	}
}
