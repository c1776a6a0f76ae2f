package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

func allPastLimits(t *testing.T) []conformance.Case {
	t.Helper()
	past, err := pastLimits(allCases(t))
	if err != nil {
		t.Fatal(err)
	}
	return past
}

// validator returns a function that validates the responses of cases against a document.
func validator(t *testing.T, document []byte) func(conformance.Answer) error {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	spec.Servers = nil
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	var path string
	for template, item := range spec.Paths.Map() {
		if item.Get != nil && item.Get.OperationID == operationID {
			path = strings.NewReplacer("{team_id}", "1", "{connector_identifier}", "A").Replace(template)
		}
	}
	request := httptest.NewRequest(http.MethodGet, path, nil)
	route, _, err := router.FindRoute(request)
	if err != nil {
		t.Fatal(err)
	}
	return func(answer conformance.Answer) error {
		header := http.Header{"Content-Type": {"application/json"}}
		for name, value := range answer.Headers {
			header.Set(name, value)
		}
		return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route},
			Status:                 answer.Status,
			Header:                 header,
			Body:                   io.NopCloser(bytes.NewReader(answer.Body)),
			Options:                &openapi3filter.Options{IncludeResponseStatus: true},
		})
	}
}

// TestClientForm_TakesValuesPastTheLimits: the client form allows them, and the values of all other cases.
func TestClientForm_TakesValuesPastTheLimits(t *testing.T) {
	form, err := api.ClientSpec()
	if err != nil {
		t.Fatal(err)
	}
	validate := validator(t, form)
	for _, c := range append(allCases(t), allPastLimits(t)...) {
		if err := validate(c.Answer); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// TestPastLimits_PassEachLimit adds the document's limits to the client form, one at a time. Each must make a case fail.
func TestPastLimits_PassEachLimit(t *testing.T) {
	fullJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	formJSON, err := api.ClientSpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	var full, form map[string]any
	if err := json.Unmarshal(fullJSON, &full); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(formJSON, &form); err != nil {
		t.Fatal(err)
	}
	past, tried := allPastLimits(t), 0
	// The long ones take most of the time, and few limits need them.
	slices.SortFunc(past, func(a, b conformance.Case) int { return len(a.Answer.Body) - len(b.Answer.Body) })
	limit := regexp.MustCompile(`^(min|max)|^(pattern|multipleOf|uniqueItems)$`)
	var descend func(at string, full, part map[string]any)
	descend = func(at string, full, part map[string]any) {
		for name, value := range full {
			inner, isObject := value.(map[string]any)
			if partInner, ok := part[name].(map[string]any); ok && isObject {
				descend(at+"/"+name, inner, partInner)
			}
			if isObject || part[name] != nil || !limit.MatchString(name) {
				continue
			}
			tried++
			part[name] = value
			document, err := json.Marshal(form)
			delete(part, name)
			if err != nil {
				t.Fatal(err)
			}
			validate := validator(t, document)
			if !slices.ContainsFunc(past, func(c conformance.Case) bool { return validate(c.Answer) != nil }) {
				t.Errorf("no case passes %s/%s", at, name)
			}
		}
	}
	descend("", full, form)
	if tried == 0 {
		t.Error("the client form lacks no limit")
	}
}

// TestListen_PlaysAllCases asks for one that only this server has, and for one of the sandbox's.
func TestListen_PlaysAllCases(t *testing.T) {
	past := allPastLimits(t)
	server, url, err := listen(past)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	for _, c := range []conformance.Case{past[len(past)-1], allCases(t)[0]} {
		request, err := http.NewRequest(http.MethodGet, url+sandbox.ListPath(c.Request.TeamID, c.Request.ConnectorID), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+c.Request.Credential)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if diff, compareErr := compare(c.Answer, fmt.Appendf(nil, `{"status":%d,"body":%s,"retry_after_seconds":null,"rate_limit":null}`, response.StatusCode, body)); err != nil || compareErr != nil || diff != "" {
			t.Errorf("%s: %v, %v (-want +got):\n%s", c.Name, err, compareErr, diff)
		}
	}
}
