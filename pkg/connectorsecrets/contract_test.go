package connectorsecrets_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// The tests of this file compare the client, the generated code, the sandbox and the specification with each other.

func loadSpec(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// TestContract_EveryDocumentedStatus has the sandbox send every documented status over a socket, and checks what the client
// makes of it, under each security scheme.
func TestContract_EveryDocumentedStatus(t *testing.T) {
	spec := loadSpec(t)
	server := sandbox.Start(t)
	operation := spec.Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	for _, alternative := range *operation.Security {
		for scheme := range alternative {
			credential := connectorsecrets.APIKey(server.APIKey)
			if spec.Components.SecuritySchemes[scheme].Value.Type == "http" {
				credential = connectorsecrets.BearerToken(server.BearerToken)
			}
			for key, response := range operation.Responses.Map() {
				status, err := strconv.Atoi(key)
				if err != nil || status < 400 && status != secretsapi.ListConnectorSecretsStatus {
					continue // a range, or not a response to this request
				}
				t.Run(scheme+"/"+key, func(t *testing.T) {
					connector := testConnector
					if status >= 400 {
						connector = "error-" + key
					}
					list, err := newClient(t, server.URL, connectorsecrets.WithCredential(credential)).List(t.Context(), testTeam, connector)
					if status < 400 {
						if err != nil || list.Response.StatusCode != status || len(list.Secrets) == 0 {
							t.Errorf("list %+v, error %v", list, err)
						}
						return
					}
					checkAPIError(t, err, status, response.Value)
				})
			}
		}
	}
}

// checkAPIError compares an error with the specification of its status: code and message of the example, and all header
// fields.
func checkAPIError(t *testing.T, err error, status int, documented *openapi3.Response) {
	t.Helper()
	got := as[*connectorsecrets.APIError](t, err)
	if got.Response.StatusCode != status || got.Response.Attempts != 1 {
		t.Fatalf("error %#v, want an APIError of status %d", err, status)
	}
	if content := documented.Content.Get("application/json"); content != nil {
		for _, example := range content.Examples {
			var want secretsapi.ErrorEnvelope
			if data, err := json.Marshal(example.Value.Value); err != nil || json.Unmarshal(data, &want) != nil {
				t.Fatalf("the example is no envelope: %s", data)
			}
			if got.Code != want.Error.Code || got.Message != want.Error.Message || got.RequestID == "" {
				t.Errorf("%+v, want %+v", got.ErrorDetail, want.Error)
			}
		}
	}
	has := map[string]bool{}
	for name := range documented.Headers {
		if has[http.CanonicalHeaderKey(name)] = true; got.Response.Header.Get(name) == "" {
			t.Errorf("no header field %s", name)
		}
	}
	for name := range got.Response.Header {
		if !slices.Contains(secretsapi.ResponseHeaders, name) {
			t.Errorf("the header field %s, which the document has for no response", name)
		}
	}
	limited := has[secretsapi.HeaderXRateLimitLimit] && has[secretsapi.HeaderXRateLimitRemaining]
	if r := got.Response; (r.RateLimit.Limit > 0) != limited || (r.RetryAfter > 0) != has[secretsapi.HeaderRetryAfter] {
		t.Errorf("rate limit %+v and delay %v with the fields %v", r.RateLimit, r.RetryAfter, has)
	}
}

// TestContract_ABodyMayBeAsLargeAsDocumented: maxBodyBytes allows the largest response of the specification.
func TestContract_ABodyMayBeAsLargeAsDocumented(t *testing.T) {
	operation := loadSpec(t).Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	for status, response := range operation.Responses.Map() {
		if media := response.Value.Content.Get("application/json"); media != nil && largest(media.Schema.Value) > connectorsecrets.MaxBodyBytes {
			t.Errorf("%s: up to %d bytes, more than %d", status, largest(media.Schema.Value), connectorsecrets.MaxBodyBytes)
		}
	}
}

// largest returns the size of the largest JSON that a schema allows, with six bytes for each character, as for an escaped one.
// What has no limit counts as small, because no bound can hold for it.
func largest(schema *openapi3.Schema) uint64 {
	size := uint64(50)
	if schema.MaxLength != nil {
		size = 6**schema.MaxLength + 2
	}
	if schema.Items != nil && schema.MaxItems != nil {
		size = *schema.MaxItems * (largest(schema.Items.Value) + 1)
	}
	for name, property := range schema.Properties {
		size += uint64(len(name)) + 4 + largest(property.Value)
	}
	for _, part := range schema.AllOf {
		size += largest(part.Value)
	}
	return size
}
