package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// The tests in this file change a copy of the document. The sandbox must follow without a change of code.

type object = map[string]any

// document is a copy of the API's document that a test can change.
type document struct {
	root, path, get, responses, components object
}

func copyOfSpec(t *testing.T) document {
	t.Helper()
	data, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(data, &d.root); err != nil {
		t.Fatal(err)
	}
	d.path = d.root["paths"].(object)[template].(object)
	d.get = d.path["get"].(object)
	d.responses = d.get["responses"].(object)
	d.components = d.root["components"].(object)
	return d
}

func (d document) sandbox(t *testing.T, options ...sandbox.Option) (*sandbox.Sandbox, error) {
	t.Helper()
	data, err := json.Marshal(d.root)
	if err != nil {
		t.Fatal(err)
	}
	return sandbox.NewFromSpec(data, options...)
}

// ask sends a request with the default key.
func (d document) ask(t *testing.T, path string, options ...sandbox.Option) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := d.sandbox(t, options...)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest("GET", path, nil)
	request.Header.Set("Authorization", bearer+sandbox.DefaultAPIKey)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func envelope(code, message string) object {
	return object{"meta": object{"request_id": "0123456789abcdef"}, "error": object{"code": code, "message": message}}
}

func jsonContent(more object) object {
	content := object{"schema": object{"$ref": "#/components/schemas/ErrorEnvelope"}}
	maps.Copy(content, more)
	return object{"application/json": content}
}

// response returns a documented error. The tests put its example in different places.
func response(more object) object { return object{"description": "x", "content": jsonContent(more)} }

func TestSpec_NewStatusIsPlayed(t *testing.T) {
	example := envelope("CONFLICT_ERROR", "A conflict.")
	example["error"].(object)["hint"] = "a property that no Go code knows"
	inline := object{"type": "object", "required": []string{"error"}, "properties": object{"error": object{"type": "object"}}, "example": example}
	shows := example["error"].(object)
	lent := object{"code": "CONFLICT", "message": "Conflict"}
	tests := []struct {
		name     string
		response object
		want     object
	}{
		{"examples", response(object{"examples": object{"b": object{"value": envelope("B", "B")}, "a": object{"value": example}, "0": object{"externalValue": "https://example.com"}}}), shows},
		{"example", response(object{"example": example}), shows},
		{"example of an inline schema", response(object{"schema": inline}), shows},
		{"no example", response(nil), lent},
		{"another media type", object{"description": "x", "content": object{"application/problem+json": response(object{"example": example})["content"].(object)["application/json"]}}, shows},
		{"no schema", object{"description": "x", "content": object{"application/json": object{"example": example}}}, shows},
		{"no body", object{"description": "x"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := copyOfSpec(t)
			d.responses["409"] = test.response
			got := d.ask(t, secretsPath("936506", "error-409"))
			if got.Code != 409 {
				t.Fatalf("status %d: %s", got.Code, got.Body)
			}
			if test.want == nil {
				if got.Body.Len() > 0 || got.Header().Get("Content-Type") != "" {
					t.Errorf("%s %s, want no body", got.Header(), got.Body)
				}
				return
			}
			for mediaType := range test.response["content"].(object) {
				if got.Header().Get("Content-Type") != mediaType {
					t.Errorf("Content-Type %q, want %s", got.Header().Get("Content-Type"), mediaType)
				}
			}
			var body struct {
				Meta struct {
					RequestID string `json:"request_id"`
				}
				Error object
			}
			if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			if len(body.Meta.RequestID) < 8 || body.Meta.RequestID == "0123456789abcdef" {
				t.Errorf("request ID %q is not fresh", body.Meta.RequestID)
			}
			if description, _ := body.Error["description"].(string); !strings.Contains(description, "always responds with 409") {
				t.Errorf("description %q", description)
			}
			for name, want := range test.want {
				if body.Error[name] != want {
					t.Errorf("%s: %v, want %v", name, body.Error[name], want)
				}
			}
		})
	}
}

func TestSpec_MalformedParametersAre400OnceThatIsDocumented(t *testing.T) {
	for _, path := range []string{secretsPath("mine", "T3S70"), secretsPath("01", "T3S70"), secretsPath("936506", "T3S70") + "?page=x"} {
		d := copyOfSpec(t)
		delete(d.responses, "400")
		d.get["parameters"] = append(d.get["parameters"].([]any),
			object{"name": "page", "in": "query", "schema": object{"type": "integer"}})
		if got := d.ask(t, path); got.Code != 404 {
			t.Errorf("%s: status %d before, want 404", path, got.Code)
		}
		d.responses["400"] = response(object{"example": envelope("BAD_REQUEST", "Malformed.")})
		got := d.ask(t, path)
		if got.Code != 400 || !strings.Contains(got.Body.String(), `"BAD_REQUEST"`) || !strings.Contains(got.Body.String(), "The parameter ") {
			t.Errorf("%s: status %d: %s, want the documented 400", path, got.Code, got.Body)
		}
		if got := d.ask(t, secretsPath("936506", "T3S70")+"?page=2"); got.Code != 200 {
			t.Errorf("status %d for a good request", got.Code)
		}
		d.path["parameters"] = d.get["parameters"]
		delete(d.get, "parameters")
		if got := d.ask(t, path); got.Code != 400 {
			t.Errorf("%s: status %d where the parameters are the path's, want 400", path, got.Code)
		}
		if _, err := d.sandbox(t, sandbox.WithSeed(sandbox.Seed{Teams: []sandbox.Team{{ID: -1}}})); err == nil {
			t.Error("no error for a seed that breaks a parameter of the path's")
		}
	}
}

func TestSpec_Headers(t *testing.T) {
	d := copyOfSpec(t)
	d.responses["200"].(object)["headers"] = object{
		"x-ratelimit-remaining": object{"schema": object{"type": "integer"}},
		"X-Examples":            object{"schema": object{"type": "string"}, "examples": object{"a": object{"value": "one"}}},
		"X-Schema":              object{"schema": object{"type": "integer", "example": 12345678}},
		"X-Default":             object{"schema": object{"type": "boolean", "default": true}},
		"X-Enum":                object{"schema": object{"type": "string", "enum": []string{"first", "second"}}},
		"X-Made-Up":             object{"schema": object{"type": "integer", "minimum": 7}},
		"X-Boolean":             object{"schema": object{"type": "boolean"}},
		"Connection":            object{"schema": object{"type": "string"}, "example": "upgrade"}, // the server's own
		"X-Impossible":          object{"schema": object{"type": "string", "pattern": "^[0-9]{3}$"}},
		"X-Nothing":             object{},
		"Retry-After":           object{"schema": object{"type": "integer"}, "example": 60},
	}
	got := d.ask(t, secretsPath("936506", "T3S70"), sandbox.WithRateLimit(10)).Header()
	for name, want := range map[string]string{
		"X-RateLimit-Remaining": "9", "X-RateLimit-Limit": "", "X-Examples": "one", "X-Schema": "12345678", "X-Default": "true",
		"X-Enum": "first", "X-Made-Up": "7", "X-Boolean": "false", "Connection": "", "X-Impossible": "", "X-Nothing": "", "Retry-After": "60",
	} {
		if values := got.Values(name); strings.Join(values, ", ") != want || want == "" && len(values) > 0 {
			t.Errorf("%s: %q, want %q", name, values, want)
		}
	}
}

// TestSpec_EditsThatChangeNothing: edits that describe the same API do not change the sandbox.
func TestSpec_EditsThatChangeNothing(t *testing.T) {
	for name, edit := range map[string]func(document){
		"parameters of the path": func(d document) {
			d.path["parameters"] = d.get["parameters"]
			delete(d.get, "parameters")
		},
		"parameters inline": func(d document) {
			d.get["parameters"] = []any{d.components["parameters"].(object)["TeamId"], d.components["parameters"].(object)["ConnectorIdentifier"]}
		},
		"response of another name": func(d document) {
			responses := d.components["responses"].(object)
			responses["Renamed"] = responses["NotFound"]
			responses["NotFound"] = object{"description": "another one"}
			d.responses["404"] = object{"$ref": "#/components/responses/Renamed"}
		},
		"response inline": func(d document) { d.responses["404"] = d.components["responses"].(object)["NotFound"] },
		"security schemes of other names": func(d document) {
			schemes := d.components["securitySchemes"].(object)
			d.components["securitySchemes"] = object{"A": schemes["BearerAuth"], "B": schemes["ApiKeyAuth"]}
			d.get["security"] = []any{object{"A": []any{}}, object{"B": []any{}}}
		},
		"servers of the path": func(d document) { d.path["servers"] = d.root["servers"] },
		"no example of the list": func(d document) {
			delete(d.responses["200"].(object)["content"].(object)["application/json"].(object), "examples")
			delete(d.components["schemas"].(object)["ConnectorSecretList"].(object), "example")
		},
		"a property": func(d document) {
			d.components["schemas"].(object)["ConnectorSecret"].(object)["properties"].(object)["note"] = object{"type": "string"}
		},
		"a longer identifier": func(d document) {
			schema := d.components["parameters"].(object)["ConnectorIdentifier"].(object)["schema"].(object)
			schema["maxLength"], schema["pattern"] = 200, `^[A-Za-z0-9_.-]+$`
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := copyOfSpec(t)
			delete(d.responses, "400")
			edit(d)
			for path, want := range map[string]int{
				secretsPath("936506", "T3S70"): 200, secretsPath("936506", "error-404"): 404, secretsPath("0936506", "T3S70"): 404,
				secretsPath("936508", "T3S70"): 403, secretsPath("936506", "error-500"): 500,
			} {
				if got := d.ask(t, path); got.Code != want {
					t.Errorf("%s: status %d, want %d: %s", path, got.Code, want, got.Body)
				}
			}
		})
	}
}

// TestSpec_APIKeyInAHeaderOfItsOwn: only in Authorization does the word Bearer come before a key.
func TestSpec_APIKeyInAHeaderOfItsOwn(t *testing.T) {
	d := copyOfSpec(t)
	d.components["securitySchemes"].(object)["ApiKeyAuth"].(object)["name"] = "x-api-key"
	handler, err := d.sandbox(t)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest("GET", secretsPath("936506", "T3S70"), nil)
	request.Header.Set("X-API-Key", sandbox.DefaultAPIKey)
	recorder := httptest.NewRecorder()
	if handler.ServeHTTP(recorder, request); recorder.Code != 200 {
		t.Errorf("status %d: %s", recorder.Code, recorder.Body)
	}
}

func TestSpec_NewRequiredPropertyIsEnforced(t *testing.T) {
	d := copyOfSpec(t)
	d.root["paths"] = object{template: d.path} // the example of another operation may have a secret, too
	secret := d.components["schemas"].(object)["ConnectorSecret"].(object)
	secret["required"] = append(secret["required"].([]any), "note")
	secret["properties"].(object)["note"] = object{"type": "string"}
	if _, err := d.sandbox(t); err == nil || !strings.Contains(err.Error(), `team 936506: connector T3S70: secrets/0/note: property "note" is missing`) {
		t.Errorf("error %v", err)
	}
}

// TestSpec_NewRequiredPropertyOfTheListIsTheExamples: the value of an unknown property comes from the example.
func TestSpec_NewRequiredPropertyOfTheListIsTheExamples(t *testing.T) {
	d := copyOfSpec(t)
	list := d.components["schemas"].(object)["ConnectorSecretList"].(object)
	list["required"] = append(list["required"].([]any), "as_of")
	list["properties"].(object)["as_of"] = object{"type": "string"}
	content := d.responses["200"].(object)["content"].(object)["application/json"].(object)
	delete(content, "examples")
	content["example"] = object{"count": 0, "secrets": []any{}, "as_of": "now"}
	got := d.ask(t, secretsPath("936506", "T3S70"))
	if want := `{"as_of":"now","count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26","secret_name":"client_id"}]}`; strings.TrimSpace(got.Body.String()) != want {
		t.Errorf("%s, want %s", got.Body, want)
	}
}

// TestSpec_JSONIsTheFirstOfItsKind: of several JSON media types, the sandbox sends the first.
func TestSpec_JSONIsTheFirstOfItsKind(t *testing.T) {
	d := copyOfSpec(t)
	content := jsonContent(object{"example": envelope("CONFLICT_ERROR", "A conflict.")})
	content["application/atom+xml"], content["application/vnd.more+json"] = object{}, jsonContent(nil)["application/json"]
	d.responses["409"] = object{"description": "x", "content": content}
	if got := d.ask(t, secretsPath("936506", "error-409")); got.Header().Get("Content-Type") != "application/json" {
		t.Errorf("Content-Type %q", got.Header().Get("Content-Type"))
	}
}

// TestSpec_RenamedParametersAreNoPanic: the seed's names then differ from the document's.
func TestSpec_RenamedParametersAreNoPanic(t *testing.T) {
	d := copyOfSpec(t)
	d.components["parameters"].(object)["TeamId"].(object)["name"] = "group_id"
	d.root["paths"] = object{strings.Replace(template, "team_id", "group_id", 1): d.path}
	if got := d.ask(t, secretsPath("936506", "T3S70")); got.Code != 404 {
		t.Errorf("status %d: %s", got.Code, got.Body)
	}
}

// TestSpec_ErrorsAreLent: operations without examples of errors use those of the operation with the most.
func TestSpec_ErrorsAreLent(t *testing.T) {
	d := copyOfSpec(t)
	example := envelope("BAD_REQUEST", "Malformed.")
	example["error"].(object)["hint"] = "its own"
	page := []any{object{"name": "page", "in": "query", "schema": object{"type": "integer"}}}
	many, one := object{"default": response(object{"example": example})}, object{"200": object{"description": "x"}, "400": response(object{"example": example})}
	for status := range 9 { // more responses than the list has, but no example of an error
		many[strconv.Itoa(200+status)] = response(object{"example": envelope("OK", "Fine.")})
		many[strconv.Itoa(410+status)] = object{"description": "x"}
	}
	many["299"] = object{"description": "x", "content": object{"application/json": object{"schema": object{"$ref": "#/components/schemas/ConnectorSecret"}}}}
	many["400"] = response(nil)
	paths := d.root["paths"].(object)
	paths["/a"] = object{"get": object{"operationId": "many", "responses": many, "parameters": page}}
	paths["/z"] = object{"get": object{"operationId": "one", "responses": one}}
	for path, want := range map[string]string{
		"/a": `"NOT_IMPLEMENTED"`, "/a?page=x": `"BAD_REQUEST"`, "/z": `"its own"`, "/nowhere": `"NOT_FOUND"`,
	} {
		if got := d.ask(t, path); !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: status %d: %s, want %s in it", path, got.Code, got.Body, want)
		}
	}
}

// TestSpec_RequestBodies: a body is read, up to a limit, if the operation has one.
func TestSpec_RequestBodies(t *testing.T) {
	d := copyOfSpec(t)
	responses := maps.Clone(d.responses)
	responses["400"] = response(object{"example": envelope("BAD_REQUEST", "Malformed.")})
	d.root["paths"].(object)["/a"] = object{"post": object{
		"operationId": "create", "responses": responses,
		"requestBody": object{"required": true, "content": object{"application/json": object{"schema": object{"type": "string"}}}},
	}}
	handler, err := d.sandbox(t)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{`"fine"`: 501, `5`: 400, `"` + strings.Repeat("x", 1<<20) + `"`: 400} {
		request := httptest.NewRequest("POST", "/a", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != want || want == 400 && !strings.Contains(recorder.Body.String(), "The request does not meet the specification.") {
			t.Errorf("%.10s: status %d: %s, want %d", body, recorder.Code, recorder.Body, want)
		}
	}
}

func TestSpec_OtherOperations(t *testing.T) {
	d := copyOfSpec(t)
	d.path["delete"] = object{"operationId": "deleteAll", "responses": d.responses, "parameters": d.get["parameters"], "security": d.get["security"]}
	d.root["paths"].(object)[template+"/{secret_placeholder}"] = object{"get": object{
		"operationId": "getOne", "responses": d.responses, "security": d.get["security"],
		"parameters": append([]any{object{"name": "secret_placeholder", "in": "path", "required": true, "schema": object{"type": "string"}}},
			d.get["parameters"].([]any)...),
	}}
	if got := d.ask(t, secretsPath("936506", "T3S70")); got.Code != 200 {
		t.Errorf("status %d for the list, want 200", got.Code)
	}
	handler, err := d.sandbox(t)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest("GET", secretsPath("936506", "ONE")+"/sec_1", nil)
	request.Header.Set("Authorization", "Bearer conformance-api-key")
	recorder := httptest.NewRecorder()
	if handler.ServeHTTP(recorder, request); recorder.Code != 401 {
		t.Errorf("status %d for a conformance case of another operation: %s", recorder.Code, recorder.Body)
	}
	if got := d.ask(t, secretsPath("936506", "T3S70")+"/sec_1"); got.Code != 501 || !strings.Contains(got.Body.String(), "getOne") {
		t.Errorf("status %d for what is not played: %s", got.Code, got.Body)
	}
	recorder = httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest("PUT", secretsPath("936506", "T3S70"), nil))
	if recorder.Code != 405 || recorder.Header().Get("Allow") != "GET, DELETE" {
		t.Errorf("status %d, Allow %q, want the documented methods", recorder.Code, recorder.Header().Get("Allow"))
	}
}

func TestSpec_Contradictions(t *testing.T) {
	tests := []struct {
		name string
		edit func(document)
		want string
	}{
		{"example", func(d document) { d.responses["409"] = response(object{"example": envelope("not a code", "x")}) },
			"status 409: the example: error/code: string doesn't match"},
		{"example without a part", func(d document) { d.responses["409"] = response(object{"example": object{"error": object{}}}) },
			"status 409: the example: "},
		{"header", func(d document) {
			d.responses["200"].(object)["headers"] = object{"X-New": object{"schema": object{"type": "integer"}, "example": "many"}}
		}, "status 200: the example of the header X-New: value must be an integer"},
		{"no example possible", func(d document) {
			d.responses["409"] = response(object{"schema": object{"type": "string", "pattern": "^[0-9]{3}$"}})
		}, "status 409: there is no example, and the example of another error breaks its schema: "},
		{"another operation", func(d document) { d.get["operationId"] = "listAll" }, "the specification has no operation listConnectorSecrets"},
		{"not a document", func(d document) { d.root["paths"] = 5 }, "load the specification: "},
		{"no operation", func(d document) { d.root["paths"] = object{} }, "the specification has no operation"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := copyOfSpec(t)
			test.edit(d)
			if _, err := d.sandbox(t); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestSpec_Empty(t *testing.T) {
	_, err := sandbox.NewFromSpec([]byte(`{"openapi": "3.0.3", "info": {"title": "Nothing", "version": "1"}, "paths": {}}`))
	if err == nil || err.Error() != "the specification has no operation" {
		t.Errorf("error %v", err)
	}
}

// TestSpec_ErrorsAreFrom400To599: each of them has a reserved connector.
func TestSpec_ErrorsAreFrom400To599(t *testing.T) {
	for status, want := range map[string]int{"200": 404, "399": 404, "400": 400, "599": 599, "600": 404} {
		d := copyOfSpec(t)
		if d.responses[status] == nil {
			d.responses[status] = response(object{"example": envelope("CONFLICT_ERROR", "A conflict.")})
		}
		if got := d.ask(t, secretsPath("936506", "error-"+status)); got.Code != want {
			t.Errorf("%s: status %d, want %d", status, got.Code, want)
		}
	}
}

// TestSpec_TheListIsTheLowestSuccess: the list is sent with the lowest documented 2xx status.
func TestSpec_TheListIsTheLowestSuccess(t *testing.T) {
	for want, statuses := range map[int][]string{200: {"102", "200", "203"}, 201: {"201", "203"}, 299: {"299"}} {
		d := copyOfSpec(t)
		list := d.responses["200"]
		delete(d.responses, "200")
		for _, status := range statuses {
			d.responses[status] = list
		}
		if got := d.ask(t, secretsPath("936506", "T3S70")); got.Code != want {
			t.Errorf("%v: status %d, want %d", statuses, got.Code, want)
		}
	}
}

// TestSpec_LimitsAreTheDocuments: the sandbox follows changed limits.
func TestSpec_LimitsAreTheDocuments(t *testing.T) {
	d := copyOfSpec(t)
	limit := d.components["headers"].(object)["X-RateLimit-Limit"].(object)["schema"].(object)
	limit["maximum"] = 20000
	if _, err := d.sandbox(t, sandbox.WithRateLimit(20000)); err != nil {
		t.Error(err)
	}
	if _, err := d.sandbox(t, sandbox.WithRateLimit(20001)); err == nil || !strings.Contains(err.Error(), "X-RateLimit-Limit: number must be at most 20000") {
		t.Errorf("error %v", err)
	}
	retryAfter := d.components["headers"].(object)["Retry-After"].(object)
	retryAfter["schema"].(object)["maximum"], retryAfter["example"] = 60, 30
	if got := d.ask(t, secretsPath("936506", "error-429")); got.Header().Get("Retry-After") != "30" {
		t.Errorf("Retry-After %q, want the example where the real one is forbidden", got.Header().Get("Retry-After"))
	}
	d.components["schemas"].(object)["ErrorDetail"].(object)["properties"].(object)["description"].(object)["maxLength"] = 5
	if got := d.ask(t, secretsPath("936506", "error-404")); strings.Contains(got.Body.String(), "description") {
		t.Errorf("%s, want no description where the real one is forbidden", got.Body)
	}
	secrets := d.components["schemas"].(object)["ConnectorSecretList"].(object)["properties"].(object)["secrets"].(object)
	for most, want := range map[int]bool{1: false, 1000: true} {
		secrets["maxItems"] = most
		seed := sandbox.Seed{Teams: []sandbox.Team{{ID: 1, Connectors: []sandbox.Connector{
			{Identifier: "A", Secrets: []secretsapi.Secret{{Placeholder: "p", Name: "n"}, {Placeholder: "q", Name: "n"}}},
		}}}}
		if _, err := d.sandbox(t, sandbox.WithSeed(seed)); (err == nil) != want {
			t.Errorf("at most %d secrets, 2 seeded: error %v", most, err)
		}
	}
}

// TestSandbox_PlaysEveryDocumentedError takes the errors from the document as it is.
func TestSandbox_PlaysEveryDocumentedError(t *testing.T) {
	server := sandbox.Start(t)
	want := map[string]int{}
	for key, documented := range loadSpec(t).Paths.Value(template).Get.Responses.Map() {
		status, err := strconv.Atoi(key)
		if err != nil || status < 400 {
			continue
		}
		want["error-"+key] = status
		for _, team := range []string{"936506", "936507"} {
			got := do(t, server, "GET", secretsPath(team, "error-"+key), bearer+server.APIKey)
			if got.status != status || !strings.Contains(got.error.Description, "always responds with "+key) {
				t.Errorf("status %d, %+v, want %s", got.status, got.error, key)
			}
			if code := exampleCode(documented.Value); code != "" && code != got.error.Code {
				t.Errorf("%s: code %s, want the example's %s", key, got.error.Code, code)
			}
		}
	}
	if len(want) == 0 {
		t.Error("the specification has no error")
	}
	got := sandbox.ReservedConnectors()
	for identifier, status := range want {
		if got[identifier] != status {
			t.Errorf("%s is reserved for %d, want %d", identifier, got[identifier], status)
		}
	}
	for identifier := range want {
		seed := sandbox.Seed{Teams: []sandbox.Team{{ID: 1, Connectors: []sandbox.Connector{{Identifier: identifier}}}}}
		if _, err := sandbox.New(sandbox.WithSeed(seed)); err == nil || !strings.Contains(err.Error(), identifier+" is reserved") {
			t.Errorf("a seed with %s: error %v", identifier, err)
		}
	}
}

// exampleCode returns the code in the only example of an error, or "".
func exampleCode(documented *openapi3.Response) string {
	var examples openapi3.Examples
	for _, content := range documented.Content {
		examples = content.Examples
	}
	for _, example := range examples {
		if shown, ok := example.Value.Value.(object); ok && len(examples) == 1 {
			return shown["error"].(object)["code"].(string)
		}
	}
	return ""
}
