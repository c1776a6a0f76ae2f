package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/api"
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
func (d document) ask(t *testing.T, method, path string, options ...sandbox.Option) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := d.sandbox(t, options...)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(method, path, nil)
	request.Header.Set("Authorization", bearer+sandbox.DefaultAPIKey)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func envelope(code, message string) object {
	return object{"meta": object{"request_id": "0123456789abcdef"}, "error": object{"code": code, "message": message}}
}

// response returns a documented error. The tests put its example in different places.
func response(more object) object {
	content := object{"schema": object{"$ref": "#/components/schemas/ErrorEnvelope"}}
	maps.Copy(content, more)
	return object{"description": "x", "content": object{"application/json": content}}
}

func TestSpec_NewStatusIsPlayed(t *testing.T) {
	example := envelope("CONFLICT_ERROR", "A conflict.")
	example["error"].(object)["hint"] = "a property that no Go code knows"
	inline := object{"type": "object", "required": []string{"error"}, "properties": object{"error": object{"type": "object"}}, "example": example}
	shown := []string{`"CONFLICT_ERROR"`, `"A conflict."`, `"a property that no Go code knows"`}
	for name, test := range map[string]struct {
		response object
		want     []string
	}{
		"examples":                    {response(object{"examples": object{"b": object{"value": envelope("B", "B")}, "a": object{"value": example}, "0": object{"externalValue": "https://example.com"}}}), shown},
		"example":                     {response(object{"example": example}), shown},
		"example of an inline schema": {response(object{"schema": inline}), shown},
		"no example":                  {response(nil), []string{`"CONFLICT"`, `"Conflict"`}},
	} {
		d := copyOfSpec(t)
		d.responses["409"] = test.response
		got := d.ask(t, "GET", secretsPath("936506", "error-409"))
		if got.Code != 409 || got.Header().Get("Content-Type") != "application/json" || strings.Contains(got.Body.String(), "0123456789abcdef") {
			t.Errorf("%s: status %d, %v, or no fresh request ID: %s", name, got.Code, got.Header(), got.Body)
		}
		for _, part := range append(test.want, `"request_id"`, `always responds with 409`) {
			if !strings.Contains(got.Body.String(), part) {
				t.Errorf("%s: no %s in %s", name, part, got.Body)
			}
		}
	}
}

func TestSpec_MalformedParametersAre400OnceThatIsDocumented(t *testing.T) {
	d := copyOfSpec(t)
	delete(d.responses, "400")
	d.get["parameters"] = append(d.get["parameters"].([]any), object{"name": "page", "in": "query", "schema": object{"type": "integer"}})
	for _, want := range []int{404, 400} {
		for _, path := range []string{secretsPath("mine", "T3S70"), secretsPath("936506", "T3S70") + "?page=x"} {
			if got := d.ask(t, "GET", path); got.Code != want || !strings.Contains(got.Body.String(), "The parameter ") {
				t.Errorf("%s: status %d, want %d: %s", path, got.Code, want, got.Body)
			}
		}
		d.responses["400"] = response(object{"example": envelope("BAD_REQUEST", "Malformed.")})
	}
	if got := d.ask(t, "GET", secretsPath("936506", "T3S70")+"?page=2"); got.Code != 200 {
		t.Errorf("status %d for a good request", got.Code)
	}
}

func TestSpec_Headers(t *testing.T) {
	d := copyOfSpec(t)
	d.responses["200"].(object)["headers"] = object{
		"x-ratelimit-remaining": object{"schema": object{"type": "integer"}},
		"X-Examples":            object{"schema": object{"type": "string"}, "examples": object{"a": object{"value": `one "quoted"`}}},
		"X-Schema":              object{"schema": object{"type": "integer", "example": 12345678}},
		"X-Nothing":             object{},
		"Content-Length":        object{"schema": object{"type": "integer"}, "example": 12}, // the server's own
	}
	recorder := d.ask(t, "GET", secretsPath("936506", "T3S70"), sandbox.WithRateLimit(10))
	for name, want := range map[string]string{
		"X-RateLimit-Remaining": "9", "X-RateLimit-Limit": "", "X-Examples": `one "quoted"`, "X-Schema": "12345678", "X-Nothing": "",
	} {
		if values := recorder.Header().Values(name); strings.Join(values, ", ") != want || want == "" && len(values) > 0 {
			t.Errorf("%s: %q, want %q", name, values, want)
		}
	}
	if recorder.Header().Get("Content-Length") == "12" {
		t.Error("the length is the example's")
	}
}

// TestSpec_EditsThatChangeNothing: edits that describe the same API do not change the sandbox.
func TestSpec_EditsThatChangeNothing(t *testing.T) {
	for name, edit := range map[string]func(document){
		"parameters of the path": func(d document) {
			d.path["parameters"] = d.get["parameters"]
			delete(d.get, "parameters")
		},
		"servers of the path": func(d document) { d.path["servers"] = d.root["servers"] },
		"another operation of the path": func(d document) {
			d.path["delete"] = object{"operationId": "deleteAll", "responses": d.responses, "parameters": d.get["parameters"], "security": d.get["security"]}
		},
		"a longer identifier": func(d document) {
			schema := d.components["parameters"].(object)["ConnectorIdentifier"].(object)["schema"].(object)
			schema["maxLength"], schema["pattern"] = 200, `^[A-Za-z0-9_.-]+$`
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := copyOfSpec(t)
			edit(d)
			for path, want := range map[string]int{
				secretsPath("936506", "T3S70"): 200, secretsPath("936506", "error-404"): 404,
				secretsPath("936508", "T3S70"): 403, secretsPath("936506", "error-500"): 500,
			} {
				if got := d.ask(t, "GET", path); got.Code != want {
					t.Errorf("%s: status %d, want %d: %s", path, got.Code, want, got.Body)
				}
			}
			if got := d.ask(t, "DELETE", secretsPath("936506", "T3S70")); got.Code != 405 || got.Header().Get("Allow") != "GET" {
				t.Errorf("DELETE: status %d, Allow %q", got.Code, got.Header().Get("Allow"))
			}
		})
	}
}

// TestSpec_Refused changes the document so that the default seed, a limit or a script breaks it.
func TestSpec_Refused(t *testing.T) {
	schema := func(d document, kind, name string) object { return d.components[kind].(object)[name].(object) }
	for _, test := range []struct {
		name string
		edit func(document)
		want string
	}{
		{"new required property", func(d document) {
			secret := schema(d, "schemas", "ConnectorSecret")
			secret["required"] = append(secret["required"].([]any), "note")
			secret["properties"].(object)["note"] = object{"type": "string"}
		}, `team 936506: connector T3S70: secrets/0/note: property "note" is missing`},
		{"shorter list", func(d document) {
			schema(d, "schemas", "ConnectorSecretList")["properties"].(object)["secrets"].(object)["maxItems"] = 3
		}, "connector SEVERAL: secrets: maximum number of items is 3"},
		{"lower limit", func(d document) { schema(d, "headers", "X-RateLimit-Limit")["schema"].(object)["maximum"] = 4999 },
			"rate limit 5000: must be 0 (none) or more, and meet the header X-RateLimit-Limit: number must be at most 4999"},
		{"shorter wait", func(d document) { schema(d, "headers", "Retry-After")["schema"].(object)["maximum"] = 6 },
			"responses[0]: retry_after_seconds 7: the specification of status 429: number must be at most 6"},
		{"parameter of the path", func(d document) {
			d.path["parameters"] = []any{schema(d, "parameters", "TeamId"), schema(d, "parameters", "ConnectorIdentifier")}
			schema(d, "parameters", "TeamId")["schema"].(object)["minimum"] = 936508
			delete(d.get, "parameters")
		}, "teams[0]: team_id 936506: number must be at least 936508"},
		{"another operation", func(d document) { d.get["operationId"] = "listAll" }, "the specification has no operation listConnectorSecrets"},
		{"not a document", func(d document) { d.root["paths"] = 5 }, "load the specification: "},
	} {
		d := copyOfSpec(t)
		script := sandbox.WithResponses(936506, "T3S70", sandbox.Response{Status: 429, RetryAfterSeconds: 7})
		if _, err := d.sandbox(t, script); err != nil {
			t.Fatal(err)
		}
		test.edit(d)
		if _, err := d.sandbox(t, script); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
