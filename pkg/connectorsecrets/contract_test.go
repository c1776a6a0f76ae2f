package connectorsecrets_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// The tests of this file hold the client, the generated code, the sandbox and the specification against each other.

func loadSpec(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// TestContract_EveryDocumentedStatus takes every status that the specification has through the sandbox and a socket to
// the client, under each of its security schemes.
func TestContract_EveryDocumentedStatus(t *testing.T) {
	spec := loadSpec(t)
	server := sandbox.Start(t)
	credentials := map[string]connectorsecrets.Credential{
		"BearerAuth":              connectorsecrets.BearerToken(server.BearerToken),
		"ApiKeyAuth":              connectorsecrets.APIKey(server.APIKey),
		"ApiKeyAuth, bare header": connectorsecrets.RawAuthorization(server.APIKey),
	}
	for scheme := range spec.Components.SecuritySchemes {
		if _, ok := credentials[scheme]; !ok {
			t.Errorf("no credential for the scheme %s", scheme)
		}
	}
	kinds := map[int]error{
		401: connectorsecrets.ErrUnauthorized, 403: connectorsecrets.ErrForbidden, 404: connectorsecrets.ErrNotFound,
		429: connectorsecrets.ErrRateLimited, 500: connectorsecrets.ErrServer,
	}
	connectors := map[int]string{200: "T3S70"}
	for identifier, status := range sandbox.ReservedConnectors() {
		connectors[status] = identifier
	}

	for scheme, credential := range credentials {
		client := newClient(t, server.URL)
		for _, item := range spec.Paths.Map() {
			for key, response := range item.Get.Responses.Map() {
				t.Run(scheme+"/"+key, func(t *testing.T) {
					status, err := strconv.Atoi(key)
					if err != nil {
						t.Fatal(err)
					}
					list, err := client.List(context.Background(), testTeam, connectors[status], connectorsecrets.WithCredential(credential))
					if status == 200 {
						if err != nil || list.Count != 1 || list.Secrets[0] != (connectorsecrets.Secret{Name: "client_id", Placeholder: "sec_a23f23d26"}) {
							t.Errorf("list %+v, error %v", list, err)
						}
						return
					}
					checkAPIError(t, err, status, kinds[status], response.Value)
				})
			}
		}
	}
}

// checkAPIError compares an error with what the specification documents for its status.
func checkAPIError(t *testing.T, err error, status int, kind error, documented *openapi3.Response) {
	t.Helper()
	var got *connectorsecrets.APIError
	if !errors.As(err, &got) || !errors.Is(err, kind) {
		t.Fatalf("error %#v, want an APIError that is %v", err, kind)
	}
	var example map[string]any
	for _, e := range documented.Content.Get("application/json").Examples {
		example = e.Value.Value.(map[string]any)["error"].(map[string]any)
	}
	if got.StatusCode != status || string(got.Code) != example["code"] || got.Message != example["message"] {
		t.Errorf("status %d, code %s, message %q; want %d, %v, %v", got.StatusCode, got.Code, got.Message, status, example["code"], example["message"])
	}
	if len(got.RequestID) != 32 || got.Description == "" || got.Attempts != 1 {
		t.Errorf("request id %q, description %q, %d attempts", got.RequestID, got.Description, got.Attempts)
	}
	if _, ok := documented.Headers["X-RateLimit-Limit"]; ok != (got.RateLimit.Limit == sandbox.DefaultRateLimit) {
		t.Errorf("rate limit %+v, documented: %v", got.RateLimit, ok)
	}
	if _, ok := documented.Headers["Retry-After"]; ok != (got.RetryAfter == time.Hour) {
		t.Errorf("delay %v, documented: %v", got.RetryAfter, ok)
	}
}

// TestContract_ErrorCodes reads the constants from their source, so that none can be forgotten here.
func TestContract_ErrorCodes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errorcode.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var constants []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			constants = append(constants, value)
		}
		return true
	})
	var want []string
	code := loadSpec(t).Components.Schemas["ErrorDetail"].Value.Properties["code"].Value
	for _, value := range code.Extensions["x-extensible-enum"].([]any) {
		want = append(want, value.(string))
	}
	slices.Sort(constants)
	slices.Sort(want)
	if diff := cmp.Diff(want, constants); diff != "" {
		t.Errorf("(-specification +constants):\n%s", diff)
	}
}

// TestContract_DecoderReadsTheGeneratedModels holds the decoder's names to those of the generated models, which follow
// the specification.
func TestContract_DecoderReadsTheGeneratedModels(t *testing.T) {
	tags := func(model any) []string {
		var names []string
		structure := reflect.TypeOf(model)
		for field := range structure.Fields() {
			names = append(names, strings.Split(field.Tag.Get("json"), ",")[0])
		}
		slices.Sort(names)
		return names
	}
	list, secret := connectorsecrets.WireModels()
	if diff := cmp.Diff(tags(secretsapi.Secret{}), secret); diff != "" {
		t.Errorf("decode.go has to read the secret that is generated (-generated +decoder):\n%s", diff)
	}
	if diff := cmp.Diff(tags(secretsapi.SecretList{}), list); diff != "" {
		t.Errorf("decode.go has to read the list that is generated (-generated +decoder):\n%s", diff)
	}
}

func TestContract_PathTemplate(t *testing.T) {
	if loadSpec(t).Paths.Value(connectorsecrets.PathTemplate) == nil {
		t.Errorf("the specification has no path %s", connectorsecrets.PathTemplate)
	}
}

func TestContract_DefaultBaseURL(t *testing.T) {
	if got, want := connectorsecrets.DefaultBaseURL, loadSpec(t).Servers[0].URL; got != want {
		t.Errorf("%s, want %s", got, want)
	}
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
