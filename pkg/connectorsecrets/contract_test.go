package connectorsecrets_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
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
					list, err := newClient(t, server.URL, connectorsecrets.WithoutRetry()).
						List(context.Background(), testTeam, connector, connectorsecrets.WithCredential(credential))
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
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) || got.Response.StatusCode != status || got.Response.Attempts != 1 {
		t.Fatalf("error %#v, want an APIError of status %d", err, status)
	}
	content := documented.Content.Get("application/json")
	if content == nil {
		content = &openapi3.MediaType{}
	}
	for _, example := range content.Examples {
		var want secretsapi.ErrorEnvelope
		if data, err := json.Marshal(example.Value.Value); err != nil || json.Unmarshal(data, &want) != nil {
			t.Fatalf("the example is no envelope: %s", data)
		}
		if got.Code != want.Error.Code || got.Message != want.Error.Message || got.RequestID == "" {
			t.Errorf("%+v, want %+v", got.ErrorDetail, want.Error)
		}
	}
	var want []string
	for name := range documented.Headers {
		want = append(want, http.CanonicalHeaderKey(name))
	}
	slices.Sort(want)
	for name := range got.Response.Header {
		isField := func(documented string) bool { return strings.EqualFold(documented, name) }
		if !slices.ContainsFunc(secretsapi.ResponseHeaders, isField) {
			t.Errorf("the header field %s, which the document has for no response", name)
		}
	}
	for _, name := range want {
		if got.Response.Header[name] == nil {
			t.Errorf("no header field %s", name)
		}
	}
	limited := slices.Contains(want, http.CanonicalHeaderKey(secretsapi.HeaderXRateLimitLimit)) &&
		slices.Contains(want, http.CanonicalHeaderKey(secretsapi.HeaderXRateLimitRemaining))
	if (got.Response.RateLimit.Limit > 0) != limited ||
		(got.Response.RetryAfter > 0) != slices.Contains(want, http.CanonicalHeaderKey(secretsapi.HeaderRetryAfter)) {
		t.Errorf("rate limit %+v and delay %v with the fields %v", got.Response.RateLimit, got.Response.RetryAfter, want)
	}
}

// TestContract_ABodyMayBeAsLargeAsDocumented: maxBodyBytes allows the largest response of the specification. It counts six
// bytes for each character, as for an escaped one.
func TestContract_ABodyMayBeAsLargeAsDocumented(t *testing.T) {
	for path, item := range loadSpec(t).Paths.Map() {
		for method, operation := range item.Operations() {
			for status, response := range operation.Responses.Map() {
				for mediaType, media := range response.Value.Content {
					if size := largest(media.Schema.Value); size > connectorsecrets.MaxBodyBytes {
						t.Errorf("%s %s, %s, %s: up to %d bytes, which is more than maxBodyBytes, %d",
							method, path, status, mediaType, size, connectorsecrets.MaxBodyBytes)
					}
				}
			}
		}
	}
}

// largest returns the size of the largest JSON that a schema allows. A schema without a limit, or one that contains itself,
// counts as small, because no bound can hold for it.
func largest(schema *openapi3.Schema, inside ...*openapi3.Schema) uint64 {
	const some = 50
	if slices.Contains(inside, schema) {
		return 0
	}
	inside = append(inside, schema)
	size := uint64(some)
	switch {
	case schema.MaxLength != nil:
		size = 6**schema.MaxLength + 2
	case schema.Items != nil:
		items := uint64(1)
		if schema.MaxItems != nil {
			items = *schema.MaxItems
		}
		size = items * (largest(schema.Items.Value, inside...) + 1)
	}
	for name, property := range schema.Properties {
		size += uint64(len(name)) + 4 + largest(property.Value, inside...)
	}
	for _, part := range schema.AllOf {
		size += largest(part.Value, inside...)
	}
	return size
}

func TestVersion_IsTheChangelogsNewest(t *testing.T) {
	changelog, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(changelog), "\n## ["+connectorsecrets.Version+"]") {
		t.Errorf("CHANGELOG.md has no section for %s", connectorsecrets.Version)
	}
}
