package sandbox_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func TestReadSeed_YAMLAndJSON(t *testing.T) {
	want := sandbox.Seed{
		Teams: []sandbox.Team{
			{ID: 9223372036854775807, Connectors: []sandbox.Connector{
				{Identifier: "A_b-1", Secrets: []secretsapi.Secret{{Placeholder: "sec_1", Name: "a \"name\" 🔑"}}},
				{Identifier: "NONE", Responses: []sandbox.Response{
					{Times: 2, Status: 503, DelaySeconds: 0.5, RetryAfterSeconds: -30, RetryAfterDate: true, Cut: sandbox.CutWithin},
					{DelaySeconds: 1},
				}},
			}},
			{ID: 2},
		},
		Credentials: []sandbox.Credential{{APIKey: "fake-key", Teams: []int64{2}}, {BearerToken: "fake-token"}},
	}
	documents := map[string]string{
		"YAML": `
teams:
  - team_id: 9223372036854775807
    connectors:
      - connector_identifier: A_b-1
        secrets:
          - {secret_placeholder: sec_1, secret_name: 'a "name" 🔑'}
      - connector_identifier: NONE
        responses:
          - {times: 2, status: 503, delay_seconds: 0.5, retry_after_seconds: -30, retry_after_date: true, cut: within}
          - delay_seconds: 1
  - team_id: 2
credentials:
  - api_key: fake-key
    teams: [2]
  - bearer_token: fake-token
`,
		"JSON": `{"teams":[{"team_id":9223372036854775807,"connectors":[
			{"connector_identifier":"A_b-1","secrets":[{"secret_placeholder":"sec_1","secret_name":"a \"name\" \ud83d\udd11"}]},
			{"connector_identifier":"NONE","responses":[{"times":2,"status":503,"delay_seconds":5e-1,"retry_after_seconds":-30,"retry_after_date":true,"cut":"within"},{"delay_seconds":1}]}]},{"team_id":2}],
			"credentials":[{"api_key":"fake-key","teams":[2]},{"bearer_token":"fake-token"}]}`,
	}
	for format, document := range documents {
		got, err := sandbox.ReadSeed(strings.NewReader(document))
		if err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

func TestSeed_Refused(t *testing.T) {
	const team = "teams:\n- team_id: 1\n"
	const responses = team + "  connectors:\n  - connector_identifier: A\n    responses:\n    "
	const secrets = team + "  connectors:\n  - connector_identifier: A\n    secrets:\n"
	list := loadSpec().Paths.Value(template).Get.Responses.Status(200).Value.Content.Get("application/json").Schema.Value
	most := list.Properties["secrets"].Value.MaxItems
	longest := list.Properties["secrets"].Value.Items.Value.Properties["secret_name"].Value.MaxLength
	tooMany := secrets
	for i := range *most + 1 {
		tooMany += fmt.Sprintf("    - {secret_placeholder: p%d, secret_name: n}\n", i)
	}
	tests := []struct{ name, document, want string }{
		{"empty", "", "it has no teams"},
		{"manifest", "connectors:\n- connector_identifier: A\n", `this is a manifest, which check takes as --manifest: a seed begins with "teams:"`},
		{"unknown field", team + "  conectors: []\n", `line 3: teams[0]: unknown field "conectors"`},
		{"response with a good status", responses + "- status: 302", "team 1: connector A: responses[0]: status 302: must be an error, 400 to 599; leave it out for the secrets"},
		{"response for no request", responses + "- {status: 500, times: -1}", "times -1: must be 1 or more"},
		{"response that is never reached", responses + "- status: 500\n    - {times: 1, delay_seconds: 1}", "responses[1]: is never reached, because the one before it has no times"},
		{"response in the past", responses + "- delay_seconds: -1", "responses[0]: delay_seconds -1: must be 0 to 3600"},
		{"cut somewhere", responses + "- cut: after", `cut: must be "before" the response or "within" its body`},
		{"date without a time", responses + "- {status: 429, retry_after_date: true}", "retry_after_date: give retry_after_seconds as well"},
		{"secrets with a Retry-After", responses + "- {retry_after_seconds: 1}", "retry_after_seconds: give a status as well"},
		{"negative Retry-After", responses + "- {status: 500, retry_after_seconds: -1}", "retry_after_seconds -1: only a date can be in the past: add retry_after_date"},
		{"Retry-After that is forbidden", responses + "- {status: 429, retry_after_seconds: 99999999}", "retry_after_seconds 99999999: the specification of status 429: number must be at most "},
		{"credential as a field", team + "credentials:\n- planted-Key: 1\n", "credentials[0]: unknown field"},
		{"credential with its scheme", team + "credentials:\n- api_key: Bearer planted\n", "credentials[0]: leave out the word Bearer"},
		{"credential with a space", team + "credentials:\n- api_key: ' planted'\n", "credentials[0]: must be printable ASCII without white space around it"},
		{"team 0", "teams:\n- team_id: 0\n", "teams[0]: team_id 0: number must be at least 1"},
		{"team twice", team + "- team_id: 1\n", "teams[1]: team_id 1 is there twice"},
		{"connector with a slash", team + "  connectors:\n  - connector_identifier: a/b\n", "team 1: connectors[0]: connector_identifier: "},
		{"connector missing", team + "  connectors:\n  - secrets: []\n", "connectors[0]: connector_identifier"},
		{"connector twice", team + "  connectors:\n  - connector_identifier: A\n  - connector_identifier: A\n", "connectors[1]: connector_identifier A is there twice"},
		{"reserved connector", team + "  connectors:\n  - connector_identifier: error-500\n", "error-500 is reserved"},
		{"no placeholder", secrets + "    - secret_name: n\n", "team 1: connector A: secrets[0]: secret_placeholder is missing"},
		{"no name", secrets + "    - secret_placeholder: p\n", "team 1: connector A: secrets[0]: secret_name is missing"},
		{"placeholder twice", secrets + "    - {secret_placeholder: p, secret_name: n}\n    - {secret_placeholder: p, secret_name: m}\n", "secrets[1]: the placeholder p is there twice"},
		{"name that is too long", secrets + "    - {secret_placeholder: p, secret_name: " + strings.Repeat("n", int(*longest)+1) + "}\n", "secrets/0/secret_name: maximum string length is "},
		{"too many secrets", tooMany, "secrets: maximum number of items is "},
		{"credential without a value", team + "credentials:\n- teams: [1]\n", "credentials[0]: give either api_key or bearer_token"},
		{"credential of two kinds", team + "credentials:\n- {api_key: planted, bearer_token: planted2}\n", "credentials[0]: give either"},
		{"credential with a line break in it", team + "credentials:\n- api_key: \"planted\\nplanted\"\n", "credentials[0]: must be printable ASCII"},
		{"credential twice", team + "credentials:\n- api_key: planted\n- bearer_token: planted\n", "credentials[1]: is there twice"},
		{"credential of an unknown team", team + "credentials:\n- {api_key: planted, teams: [7]}\n", "credentials[0]: team 7 is not under teams"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := sandbox.ReadSeed(strings.NewReader(test.document))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q in it", err, test.want)
			}
			if strings.Contains(err.Error(), "planted") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q holds a credential or has several lines", err)
			}
		})
	}
}

func TestLoadSeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if _, err := sandbox.LoadSeed(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("no file: error %v", err)
	}
	for document, want := range map[string]string{"teams: 5": "seed file " + path + ": line 1: ", "teams: [{team_id: 5}]": ""} {
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		if seed, err := sandbox.LoadSeed(path); want == "" && len(seed.Teams) != 1 || want != "" && !strings.HasPrefix(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, error %v, want %q", document, seed, err, want)
		}
	}
	if _, err := sandbox.ReadSeed(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken reader: error %v", err)
	}
}

func TestSeed_CredentialsOfItsOwn(t *testing.T) {
	seed := sandbox.Seed{Teams: []sandbox.Team{
		{ID: 5, Connectors: []sandbox.Connector{{Identifier: "A"}}}, {ID: 6, Connectors: []sandbox.Connector{{Identifier: "B"}}},
	}}
	unnamed := sandbox.Start(t, sandbox.WithSeed(seed))
	seed.Credentials = []sandbox.Credential{{BearerToken: "fake-token", Teams: []int64{6}}}
	named := sandbox.Start(t, sandbox.WithSeed(seed))
	if got := []string{unnamed.APIKey, unnamed.BearerToken, named.APIKey, named.BearerToken}; !slices.Equal(got, []string{sandbox.DefaultAPIKey, sandbox.DefaultBearerToken, "", "fake-token"}) {
		t.Errorf("credentials %q, want the default ones and the seed's", got)
	}
	for _, test := range []struct {
		server           *sandbox.Server
		path, credential string
		want             int
	}{
		{unnamed, secretsPath("5", "A"), sandbox.DefaultBearerToken, 200}, {unnamed, secretsPath("6", "B"), sandbox.DefaultAPIKey, 200},
		{named, secretsPath("5", "A"), "fake-token", 403}, {named, secretsPath("6", "B"), "fake-token", 200},
		{named, secretsPath("6", "B"), sandbox.DefaultAPIKey, 401},
	} {
		if got := do(t, test.server, "GET", test.path, bearer+test.credential); got.status != test.want {
			t.Errorf("%s: status %d, want %d: %s", test.path, got.status, test.want, got.body)
		}
	}
	if team, connector, ok := seed.Readable("fake-token"); !ok || team != 6 || connector != "B" {
		t.Errorf("readable: %d, %s, %v", team, connector, ok)
	}
	if team, connector, ok := seed.Readable("fake-unknown"); ok || team != 0 || connector != "" {
		t.Errorf("an unknown credential can read %d, %s", team, connector)
	}
}
