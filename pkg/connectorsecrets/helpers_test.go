package connectorsecrets_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const (
	testTeam      = int64(936506)
	testConnector = "T3S70"
	testKey       = "not-a-real-api-key"
	oneSecret     = `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id"}]}`
	requestID     = "BXaEFVtjc7TXaJxgZhmFgSUD9edqq_CN"
)

// newClient returns a client for a test server, without retries unless options say otherwise.
func newClient(t *testing.T, baseURL string, options ...connectorsecrets.Option) *connectorsecrets.Client {
	t.Helper()
	options = append([]connectorsecrets.Option{
		connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry(),
	}, options...)
	client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// serve runs a server until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// answer runs a server that always sends the same response. Headers come in pairs.
func answer(t *testing.T, status int, body string, headers ...string) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func envelope(code, message string) string {
	return `{"meta":{"request_id":"` + requestID + `"},"error":{"code":"` + code + `","message":"` + message + `"}}`
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
}

// plantedCredential is looked for wherever a credential must not come out.
const plantedCredential = "planted-credential-0123456789"
