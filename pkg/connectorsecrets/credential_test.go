package connectorsecrets_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// sentAuthorization returns the Authorization header field that a request with this credential has.
func sentAuthorization(t *testing.T, credential connectorsecrets.Credential) (sent string, err error) {
	t.Helper()
	client, err := connectorsecrets.New(credential, through(func(r *http.Request) (*http.Response, error) {
		sent = r.Header.Get("Authorization")
		return response(200, oneSecret), nil
	}))
	if err == nil {
		_, err = client.List(t.Context(), testTeam, testConnector)
	}
	return sent, err
}

func TestCredential_Authorization(t *testing.T) {
	for _, test := range []struct {
		name       string
		credential connectorsecrets.Credential
		want       string
	}{
		{"API key", connectorsecrets.APIKey("fake-key"), "Bearer fake-key"},
		{"API key with space around", connectorsecrets.APIKey(" \tfake-key\r\n"), "Bearer fake-key"},
		{"API key with its scheme", connectorsecrets.APIKey("Bearer fake-key"), "Bearer fake-key"},
		{"API key with its scheme and a tab", connectorsecrets.APIKey("Bearer\tfake-key"), "Bearer fake-key"},
		{"API key with its scheme in lower case", connectorsecrets.APIKey(" bearer   fake-key"), "Bearer fake-key"},
		{"API key with signs inside", connectorsecrets.APIKey("fake:key|with$signs%and'quotes=x"), "Bearer fake:key|with$signs%and'quotes=x"},
		{"API key that begins like the scheme", connectorsecrets.APIKey("bearer-fake"), "Bearer bearer-fake"},
		{"token", connectorsecrets.BearerToken("fake.token~+/=="), "Bearer fake.token~+/=="},
		{"token with its scheme", connectorsecrets.BearerToken("Bearer fake-token\n"), "Bearer fake-token"},
		{"token of a source", tokens(" Bearer fake-token "), "Bearer fake-token"},
		{"raw", connectorsecrets.RawAuthorization(" fake-key\n"), "fake-key"},
		{"raw with another scheme", connectorsecrets.RawAuthorization("Token fake-key"), "Token fake-key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := sentAuthorization(t, test.credential); err != nil || got != test.want {
				t.Errorf("sent %q, error %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestCredential_Refused(t *testing.T) {
	for _, test := range []struct {
		name       string
		credential connectorsecrets.Credential
		want       string
	}{
		{"zero", connectorsecrets.Credential{}, "missing"},
		{"empty key", connectorsecrets.APIKey(""), "API key: must not be empty"},
		{"the scheme alone", connectorsecrets.APIKey("Bearer "), "must not be empty"},
		{"empty token", connectorsecrets.BearerToken(""), "bearer token: must not be empty"},
		{"line break inside", connectorsecrets.APIKey("planted\nX-Injected: 1"), "white space or a line break inside"},
		{"control character", connectorsecrets.BearerToken("planted\x7f"), "byte 8"},
		{"a first letter beyond ASCII", connectorsecrets.BearerToken("éplanted"), "byte 1"},
		{"typographic quote", connectorsecrets.APIKey("“planted”"), "a quote at its beginning or end: leave the quotes out"},
		{"quotes", connectorsecrets.BearerToken(`"planted"`), "a quote at its beginning or end: leave the quotes out"},
		{"a quote at the end", connectorsecrets.APIKey("planted'"), "a quote at its beginning or end"},
		{"a variable", connectorsecrets.APIKey("${planted}"), "is a placeholder, such as ${NAME}"},
		{"a variable without braces", connectorsecrets.APIKey("$PLANTED"), "is a placeholder"},
		{"a variable of Windows", connectorsecrets.APIKey("%PLANTED%"), "is a placeholder"},
		{"an expression of a CI system", connectorsecrets.APIKey("${{secrets.planted}}"), "is a placeholder"},
		{"an example", connectorsecrets.APIKey("<planted>"), "is a placeholder"},
		{"an assignment", connectorsecrets.APIKey("X=planted"), "leave out NAME="},
		{"an assignment in lower case", connectorsecrets.APIKey("api_key=planted"), "leave out NAME="},
		{"a line of a shell", connectorsecrets.APIKey("export X=planted"), "leave out NAME="},
		{"a header field", connectorsecrets.APIKey("Authorization: Bearer planted"), "leave out Authorization:"},
		{"white space inside", connectorsecrets.APIKey("planted planted"), "white space or a line break inside"},
		{"no-break space", tokens("planted\u00a0" + "planted"), "white space or a line break inside"},
		{"only padding", connectorsecrets.APIKey("=="), "must not be empty"},
		{"raw with a zero byte", connectorsecrets.RawAuthorization("planted\x00"), "byte 8"},
		{"empty raw", connectorsecrets.RawAuthorization(" "), "must not be empty"},
		{"no source", connectorsecrets.TokenSource(nil), "token source: must not be nil"},
		{"source gives nothing", tokens(" "), "token from the token source: must not be empty"},
		{"source fails", tokens(""), "invalid token source: returned no token: no token today"},
		{"source gives a line break", tokens("planted\r\nx"), "a line break inside"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sent, err := sentAuthorization(t, test.credential)
			if !as[*connectorsecrets.ArgumentError](t, err).Credential || errors.Is(err, errNoToken) != (test.name == "source fails") {
				t.Fatalf("error %#v, want an ArgumentError for the credential", err)
			}
			mustContain(t, err.Error(), test.want)
			if strings.Contains(err.Error(), "planted") || sent != "" {
				t.Errorf("error %q, sent %q", err, sent)
			}
		})
	}
}

func TestCredentialFromEnv(t *testing.T) {
	for _, test := range []struct{ name, key, token, want, wantErr string }{
		{name: "key", key: "fake-key", want: "Bearer fake-key"},
		{name: "token", token: "fake-token", want: "Bearer fake-token"},
		{name: "both", key: "fake-key", token: "fake-token", want: "Bearer fake-key"},
		{name: "blank key", key: " ", token: "fake-token", want: "Bearer fake-token"},
		{name: "none", wantErr: "set SUPERMETRICS_API_KEY to an API key, or SUPERMETRICS_BEARER_TOKEN"},
		{name: "key that can't be sent", key: "fäke", wantErr: "SUPERMETRICS_API_KEY: must be printable ASCII"},
		{name: "token that can't be sent", token: "fäke", wantErr: "SUPERMETRICS_BEARER_TOKEN: must be printable ASCII"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(connectorsecrets.EnvAPIKey, test.key)
			t.Setenv(connectorsecrets.EnvBearerToken, test.token)
			got, err := sentAuthorization(t, connectorsecrets.CredentialFromEnv())
			if got != test.want || (err == nil) != (test.wantErr == "") {
				t.Errorf("sent %q, error %v; want %q", got, err, test.want)
			}
			if err != nil && (!strings.Contains(err.Error(), test.wantErr) || !as[*connectorsecrets.ArgumentError](t, err).Credential) {
				t.Errorf("%#v, want an ArgumentError for the credential with %q", err, test.wantErr)
			}
		})
	}
}

func TestCredential_PrintsAsRedacted(t *testing.T) {
	const planted = "planted-credential"
	credential := connectorsecrets.APIKey(planted)
	inside := struct {
		Exported Holder
		hidden   connectorsecrets.Credential
	}{Holder{credential, &credential}, credential}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		if got := fmt.Sprintf(verb, credential) + credential.String(); got != "REDACTEDREDACTED" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	for _, value := range []any{credential, &credential, inside, &inside, []any{credential}, map[string]any{"c": credential}} {
		got := renderings(value)
		if strings.Contains(got, planted) || strings.Contains(got, fmt.Sprintf("%x", planted)) || !strings.Contains(got, "REDACTED") {
			t.Errorf("%T prints %q", value, got)
		}
	}
	encoded, err := json.Marshal(map[string]any{"c": credential, "h": inside.Exported})
	if want := `{"c":"REDACTED","h":{"Value":"REDACTED","Pointer":"REDACTED"}}`; err != nil || string(encoded) != want {
		t.Errorf("JSON %s, error %v", encoded, err)
	}
}

// Holder has credentials in exported fields.
type Holder struct {
	Value   connectorsecrets.Credential
	Pointer *connectorsecrets.Credential
}
