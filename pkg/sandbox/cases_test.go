package sandbox_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestSandbox_PlaysEveryConformanceCase sends each request twice over a socket: a case can be repeated.
func TestSandbox_PlaysEveryConformanceCase(t *testing.T) {
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	server := sandbox.Start(t, sandbox.WithRateLimit(1))
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, authorization := range []string{"Bearer " + c.Request.Credential, "bearer  " + c.Request.Credential} {
				path := secretsPath(strconv.FormatInt(c.Request.TeamID, 10), c.Request.ConnectorID)
				got := exchange(t, newRequest(t, "GET", server.URL+path, authorization))
				if got.status != c.Answer.Status {
					t.Fatalf("status %d, want %d", got.status, c.Answer.Status)
				}
				for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After", "WWW-Authenticate"} {
					if got, want := got.header.Get(name), c.Answer.Headers[name]; got != want {
						t.Errorf("%s: %q, want %q", name, got, want)
					}
				}
				if diff := cmp.Diff(string(c.Answer.Body), string(got.body)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestSandbox_PlaysACaseForItsOwnRequestOnly changes one part of the request at a time.
func TestSandbox_PlaysACaseForItsOwnRequestOnly(t *testing.T) {
	server := sandbox.Start(t)
	for _, test := range []struct {
		name, team, connector, authorization string
		want                                 int
		isCases                              bool // says that the credential is the cases'
	}{
		{"the case itself", "936506", "ONE", "Bearer conformance-api-key", 200, false},
		{"another team", "936507", "ONE", "Bearer conformance-api-key", 401, true},
		{"another spelling of the team", "0936506", "ONE", "Bearer conformance-api-key", 401, true},
		{"another credential", "936506", "ONE", "Bearer conformance-api-key-2", 401, true},
		{"no credential", "936506", "ONE", "", 401, false},
		{"an OAuth token without its scheme", "936506", "ONE", "conformance-bearer-token", 401, false},
		{"the word Bearer twice", "936506", "ONE", "Bearer Bearer conformance-api-key", 401, false},
		{"the sandbox's own key", "936506", "ONE", "Bearer " + sandbox.DefaultAPIKey, 404, false},
	} {
		got := do(t, server, "GET", secretsPath(test.team, test.connector), test.authorization)
		if isCases := strings.Contains(got.error.Description, "conformance cases"); got.status != test.want || isCases != test.isCases {
			t.Errorf("%s: status %d, %q, want %d", test.name, got.status, got.error.Description, test.want)
		}
	}
}
