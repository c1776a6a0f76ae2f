package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

func cases(t *testing.T) []conformance.Case {
	t.Helper()
	all, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func casesSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(conformance.Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("cases.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("cases.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func TestCases_MeetTheirSchema(t *testing.T) {
	file, err := jsonschema.UnmarshalJSON(bytes.NewReader(conformance.JSON))
	if err != nil {
		t.Fatal(err)
	}
	if err := casesSchema(t).Validate(file); err != nil {
		t.Error(err)
	}
}

// TestCases_SchemaRefusesMistakes edits one case, which the schema takes as it is.
func TestCases_SchemaRefusesMistakes(t *testing.T) {
	const right = `{"cases": [{
		"name": "a-case", "why": "It shows something.",
		"request": {"team_id": "1", "connector_identifier": "A", "scheme": "BearerAuth", "credential": "conformance-a"},
		"answer": {"status": 429, "headers": {}, "body": {"meta": {"request_id": "aaaaaaaa"}, "error": {"code": "A", "message": "m"}}},
		"expect": {"status": 429, "secrets": null, "code": "A", "message": "m", "description": null, "request_id": "aaaaaaaa",
			"retry_after_seconds": 1, "rate_limit": {"limit": 1, "remaining": 0}}
	}]}`
	schema := casesSchema(t)
	validate := func(text string) error {
		file, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(file)
	}
	if err := validate(right); err != nil {
		t.Fatal(err)
	}
	for _, edit := range [][2]string{
		{`"a-case"`, `"a case"`},
		{`"why": "It shows something."`, `"why": ""`},
		{`"team_id": "1"`, `"team_id": 1`},
		{`"team_id": "1"`, `"team_id": "01"`},
		{`"BearerAuth"`, `"Basic"`},
		{`"conformance-a"`, `"real-key"`},
		{`"answer": {"status": 429`, `"answer": {"status": 400`},
		{`"answer": {"status": 429`, `"answer": {"status": 200`},
		{`"body": {"meta": {"request_id": "aaaaaaaa"}, "error"`, `"body": {"error"`},
		{`"expect": {"status": 429`, `"expect": {"status": 200`},
		{`"secrets": null`, `"secrets": []`},
		{`"code": "A", "message": "m", "description"`, `"code": "a", "message": "m", "description"`},
		{`"message": "m", "description"`, `"message": "", "description"`},
		{`"description": null`, `"description": 1`},
		{`"description": null, `, ``},
		{`"request_id": "aaaaaaaa",`, `"request_id": "a",`},
		{`"retry_after_seconds": 1`, `"retry_after_seconds": 86401`},
		{`"limit": 1`, `"limit": 10001`},
		{`"remaining": 0`, `"remaining": -1`},
		{`"remaining": 0`, `"remaining": 0, "reset": 0`},
	} {
		if strings.Count(right, edit[0]) != 1 {
			t.Fatalf("the case does not have %s once", edit[0])
		}
		if validate(strings.Replace(right, edit[0], edit[1], 1)) == nil {
			t.Errorf("the schema takes %s in place of %s", edit[1], edit[0])
		}
	}
}

func TestCases_AreOneForEachNameAndRequest(t *testing.T) {
	names, requests := map[string]bool{}, map[conformance.Request]string{}
	for _, c := range cases(t) {
		if names[c.Name] {
			t.Errorf("two cases with the name %s", c.Name)
		}
		names[c.Name] = true
		if other, ok := requests[c.Request]; ok {
			t.Errorf("%s has the request of %s", c.Name, other)
		}
		requests[c.Request] = c.Name
	}
}

// TestCases_MeetTheSpecification validates every request and every answer.
func TestCases_MeetTheSpecification(t *testing.T) {
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			if spec.Components.SecuritySchemes[c.Request.Scheme] == nil {
				t.Errorf("no security scheme %s", c.Request.Scheme)
			}
			request, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/v1/teams/%d/connector_builder/connectors/%s/secrets",
				spec.Servers[0].URL, c.Request.TeamID, c.Request.ConnectorID), nil)
			if err != nil {
				t.Fatal(err)
			}
			route, parameters, err := router.FindRoute(request)
			if err != nil {
				t.Fatal(err)
			}
			options := &openapi3filter.Options{
				AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
				IncludeResponseStatus: true,
				MultiError:            true,
			}
			input := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route, Options: options}
			if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
				t.Error(err)
			}
			header := http.Header{"Content-Type": {"application/json"}}
			for name, value := range c.Answer.Headers {
				header.Set(name, value)
			}
			if err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: input,
				Status:                 c.Answer.Status,
				Header:                 header,
				Body:                   io.NopCloser(bytes.NewReader(c.Answer.Body)),
				Options:                options,
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCases_ExpectWhatIsAnswered reads each answer without any client.
func TestCases_ExpectWhatIsAnswered(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			var body struct {
				Secrets []conformance.Secret `json:"secrets"`
				Meta    struct {
					RequestID *string `json:"request_id"`
				} `json:"meta"`
				Error struct {
					Code, Message, Description *string
				} `json:"error"`
			}
			if err := json.Unmarshal(c.Answer.Body, &body); err != nil {
				t.Fatal(err)
			}
			want := conformance.Outcome{Status: c.Answer.Status, Secrets: body.Secrets}
			if c.Answer.Status != http.StatusOK {
				want.Code, want.Message, want.Description = body.Error.Code, body.Error.Message, body.Error.Description
				want.RequestID = body.Meta.RequestID
				want.RetryAfterSeconds = number(t, c.Answer.Headers["Retry-After"])
				limit, remaining := number(t, c.Answer.Headers["X-RateLimit-Limit"]), number(t, c.Answer.Headers["X-RateLimit-Remaining"])
				if limit != nil && remaining != nil {
					want.RateLimit = &conformance.RateLimit{Limit: *limit, Remaining: *remaining}
				}
			}
			if diff := cmp.Diff(want, c.Expect); diff != "" {
				t.Errorf("(-answered +expected):\n%s", diff)
			}
		})
	}
}

func number(t *testing.T, text string) *int {
	t.Helper()
	if text == "" {
		return nil
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// TestCases_Cover counts what must not go missing.
func TestCases_Cover(t *testing.T) {
	all := cases(t)
	if len(all) < 20 {
		t.Errorf("%d cases, want at least 20", len(all))
	}
	known := []string{"BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT_ERROR", "PERMISSION_ERROR", "UNPROCESSABLE_ENTITY",
		"UNPROCESSABLE_CONTENT", "TOO_MANY_REQUESTS", "INTERNAL_SERVER_ERROR", "DUPLICATION_FAILED", "SERVICE_UNAVAILABLE"}
	named := func(match func(string) bool) func(conformance.Case) bool {
		return func(c conformance.Case) bool {
			return slices.ContainsFunc(c.Expect.Secrets, func(s conformance.Secret) bool { return match(s.Name) })
		}
	}
	status := func(status int) func(conformance.Case) bool {
		return func(c conformance.Case) bool { return c.Expect.Status == status }
	}
	failed := func(c conformance.Case) bool { return c.Expect.Status != http.StatusOK }
	for name, covered := range map[string]func(conformance.Case) bool{
		"an API key":        func(c conformance.Case) bool { return c.Request.Scheme == "ApiKeyAuth" && !failed(c) },
		"a bearer token":    func(c conformance.Case) bool { return c.Request.Scheme == "BearerAuth" && !failed(c) },
		"no secrets":        func(c conformance.Case) bool { return !failed(c) && len(c.Expect.Secrets) == 0 },
		"several secrets":   func(c conformance.Case) bool { return len(c.Expect.Secrets) > 1 },
		"a hundred secrets": func(c conformance.Case) bool { return len(c.Expect.Secrets) == 100 },
		"status 401":        status(http.StatusUnauthorized),
		"status 403":        status(http.StatusForbidden),
		"status 404":        status(http.StatusNotFound),
		"status 429":        status(http.StatusTooManyRequests),
		"status 500":        status(http.StatusInternalServerError),
		"an unknown code":   func(c conformance.Case) bool { return failed(c) && !slices.Contains(known, *c.Expect.Code) },
		"no description":    func(c conformance.Case) bool { return failed(c) && c.Expect.Description == nil },
		"a description":     func(c conformance.Case) bool { return c.Expect.Description != nil },
		"a rate limit":      func(c conformance.Case) bool { return c.Expect.RateLimit != nil },
		"no rate limit":     func(c conformance.Case) bool { return c.Expect.Status == 404 && c.Expect.RateLimit == nil },
		"a delay":           func(c conformance.Case) bool { return c.Expect.RetryAfterSeconds != nil },
		"no delay":          func(c conformance.Case) bool { return c.Expect.Status == 429 && c.Expect.RetryAfterSeconds == nil },
		"the first team":    func(c conformance.Case) bool { return c.Request.TeamID == 1 },
		"the last team":     func(c conformance.Case) bool { return c.Request.TeamID == 1<<63-1 },
		"a short connector": func(c conformance.Case) bool { return len(c.Request.ConnectorID) == 1 },
		"a long connector":  func(c conformance.Case) bool { return len(c.Request.ConnectorID) == 100 },
		"an extra field": func(c conformance.Case) bool {
			return !failed(c) && strings.Contains(string(c.Answer.Body), `"unknown_list"`)
		},
		"an extra field in an error": func(c conformance.Case) bool {
			return failed(c) && strings.Contains(string(c.Answer.Body), `"unknown_list"`)
		},
		"a name with a space":      named(func(name string) bool { return strings.Contains(name, " ") }),
		"a name with quotes":       named(func(name string) bool { return strings.Contains(name, `"`) }),
		"a name with an emoji":     named(func(name string) bool { return strings.Contains(name, "\U0001f511") }),
		"a name of 255 characters": named(func(name string) bool { return utf8.RuneCountInString(name) == 255 }),
		"a name of 255 emoji":      named(func(name string) bool { return len(name) == 4*255 }),
	} {
		if !slices.ContainsFunc(all, covered) {
			t.Errorf("no case has %s", name)
		}
	}
}

// TestCases_AreReadWhole writes what was read again, and compares with the file.
func TestCases_AreReadWhole(t *testing.T) {
	written, err := json.Marshal(map[string]any{"$schema": "cases.schema.json", "cases": cases(t)})
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(conformance.JSON, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-file +read):\n%s", diff)
	}
}
