package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
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
	item := spec.Paths.Value(secretsapi.ListConnectorSecretsPath)
	request := &openapi3filter.RequestValidationInput{
		Request: httptest.NewRequest(http.MethodGet, "/", nil),
		Route:   &routers.Route{Spec: spec, PathItem: item, Method: http.MethodGet, Operation: item.Get},
	}
	return func(answer conformance.Answer) error {
		header := http.Header{"Content-Type": {"application/json"}}
		for name, value := range answer.Headers {
			header.Set(name, value)
		}
		return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: request, Status: answer.Status, Header: header, Body: io.NopCloser(bytes.NewReader(answer.Body)),
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
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
	var full, form map[string]any
	for into, document := range map[*map[string]any]func() ([]byte, error){&full: api.SpecJSON, &form: api.ClientSpecJSON} {
		text, err := document()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
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
