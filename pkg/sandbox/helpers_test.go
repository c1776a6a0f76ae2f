package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

const bearer = "Bearer "

// template is the path of the tested operation.
const template = secretsapi.ListConnectorSecretsPath

func secretsPath(team, connector string) string {
	return strings.NewReplacer("{team_id}", team, "{connector_identifier}", connector).Replace(template)
}

func loadSpec() *openapi3.T {
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		panic(err)
	}
	return spec
}

// reply is a response. Its error is set if the response was checked against the specification.
type reply struct {
	status int
	header http.Header
	body   []byte
	error  struct{ Code, Message, Description string }
	id     string
}

// newRequest returns a request with exactly this URL.
func newRequest(t *testing.T, method, url, authorization string) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	return request
}

// exchange sends a request and returns the response unchecked.
func exchange(t *testing.T, request *http.Request) reply {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: response.StatusCode, header: response.Header, body: body}
}

func get(t *testing.T, url string) reply {
	t.Helper()
	return exchange(t, newRequest(t, http.MethodGet, url, ""))
}

// do sends a request and checks the response against the specification: an undocumented status against the error envelope.
func do(t *testing.T, server *sandbox.Server, method, path, authorization string) reply {
	t.Helper()
	request := newRequest(t, method, server.URL+path, authorization)
	got := exchange(t, request)
	spec := loadSpec()
	item := spec.Paths.Value(template)
	checked := got.status
	if item.Get.Responses.Status(got.status) == nil {
		checked = http.StatusInternalServerError // It has no required header fields but that for other origins.
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request,
			Route:   &routers.Route{Spec: spec, Path: template, PathItem: item, Method: http.MethodGet, Operation: item.Get},
		},
		Status: checked, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	for name := range item.Get.Responses.Status(checked).Value.Headers {
		if checked == got.status && got.header.Get(name) == "" {
			t.Errorf("%s %s: status %d without the header %s", request.Method, request.URL.Path, got.status, name)
		}
	}
	if got.status != http.StatusOK {
		envelope := struct {
			Error any
			Meta  struct {
				ID string `json:"request_id"`
			}
		}{Error: &got.error}
		if err := json.Unmarshal(got.body, &envelope); err != nil {
			t.Fatal(err)
		}
		got.id = envelope.Meta.ID
	}
	return got
}

// list asks for a connector of team 936506 with the server's key.
func list(t *testing.T, server *sandbox.Server, connector string) reply {
	t.Helper()
	return do(t, server, http.MethodGet, secretsPath("936506", connector), bearer+server.APIKey)
}
