package sandbox

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

const (
	mediaType = "application/json"
	// The path parameters. A seed file has the same names for teams and connectors.
	teamParameter      = "team_id"
	connectorParameter = "connector_identifier"
)

// spec is the API's document, prepared for serving one operation: the list of a connector's secrets. It is the sandbox's only
// source of facts about the API.
type spec struct {
	router routers.Router
	list   *openapi3.Operation
	// reserved has the connectors that always respond with an error, and its status.
	reserved map[string]int
}

var embeddedSpec = sync.OnceValues(func() (*spec, error) { return readSpec(api.Spec) })

func readSpec(document []byte) (*spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("load the specification: %w", err)
	}
	s := &spec{reserved: map[string]int{}}
	doc.Servers = nil // The router must accept any host. Type hosts checks it.
	for _, item := range doc.Paths.Map() {
		item.Servers = nil
		for method, operation := range item.Operations() {
			if operation.OperationID != secretsapi.ListConnectorSecretsID {
				item.SetOperation(method, nil)
				continue
			}
			s.list = operation
			operation.Parameters = slices.Concat(operation.Parameters, item.Parameters)
		}
	}
	if s.list == nil || s.example(http.StatusOK) == nil || s.example(http.StatusNotFound) == nil {
		return nil, fmt.Errorf("the specification has no operation %s with examples of a 200 and a 404", secretsapi.ListConnectorSecretsID)
	}
	for key := range s.list.Responses.Map() {
		if status, err := strconv.Atoi(key); err == nil && status >= 400 && status < 600 {
			s.reserved["error-"+key] = status
		}
	}
	s.router, err = gorillamux.NewRouter(doc)
	return s, err
}

// example returns a copy of the documented example of a status, or nil.
func (s *spec) example(status int) (example map[string]any) {
	response := s.list.Responses.Status(status)
	if response == nil || response.Value.Content.Get(mediaType) == nil {
		return nil
	}
	content := response.Value.Content.Get(mediaType)
	data, _ := json.Marshal(firstExample(content.Example, content.Examples, content.Schema))
	_ = json.Unmarshal(data, &example) // nil if it is not an object
	return example
}

// firstExample returns the example, or the first of the examples by name, or that of the schema, or nil.
func firstExample(example any, examples openapi3.Examples, schema *openapi3.SchemaRef) any {
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		if example == nil {
			example = examples[name].Value.Value
		}
	}
	if example == nil && schema != nil {
		example = schema.Value.Example
	}
	return example
}

// errorBody returns the documented example of an error, with a new request ID and a description of what happened. An error
// without an example has that of the 404, with the code and the message of its status, such as METHOD_NOT_ALLOWED.
func (s *spec) errorBody(status int, description string) []byte {
	envelope := s.example(status)
	set := func(part, property, value string) {
		if properties, ok := envelope[part].(map[string]any); ok && value != "" {
			properties[property] = value
		}
	}
	if envelope == nil {
		envelope = s.example(http.StatusNotFound)
		message := cmp.Or(http.StatusText(status), "Status "+strconv.Itoa(status))
		set("error", "code", strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_", "'", "").Replace(message)))
		set("error", "message", message)
	}
	set("meta", "request_id", rand.Text())
	set("error", "description", description)
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // People read it in a terminal.
	_ = encoder.Encode(envelope) // can't fail: the value was decoded from JSON
	return body.Bytes()
}

func (s *spec) checkParameter(name string, value any) error {
	return meets(s.list.Parameters.GetByInAndName(openapi3.ParameterInPath, name).Schema, value)
}

// checkHeader returns an error if a number breaks the schema of a header field that the document has for a status.
func (s *spec) checkHeader(status int, name string, value int) error {
	if header := s.headers(status)[name]; header != nil {
		return meets(header.Value.Schema, float64(value))
	}
	return nil
}

func (s *spec) headers(status int) openapi3.Headers {
	if response := s.list.Responses.Status(status); response != nil {
		return response.Value.Headers
	}
	return nil
}

// listBody returns the body of a list, or how it breaks the document's schema. Properties that the sandbox does not know have
// the values of the document's example.
func (s *spec) listBody(secrets []secretsapi.Secret) ([]byte, error) {
	var list secretsapi.SecretList
	example, _ := json.Marshal(s.example(http.StatusOK)) // can't fail: the value was decoded from JSON
	if err := json.Unmarshal(example, &list); err != nil {
		return nil, err
	}
	list.Count, list.Secrets = 0, append([]secretsapi.Secret{}, secrets...) // never null
	for range secrets {
		list.Count++ // without a conversion: the document sets the integer type
	}
	body, err := json.Marshal(list)
	var plain any
	if err := errors.Join(err, json.Unmarshal(body, &plain)); err != nil {
		return nil, err
	}
	return append(body, '\n'), meets(s.list.Responses.Status(http.StatusOK).Value.Content.Get(mediaType).Schema, plain)
}

// meets returns an error of one line if a value breaks a schema.
func meets(schema *openapi3.SchemaRef, value any) error {
	err := schema.Value.VisitJSON(value, openapi3.VisitAsResponse())
	if broken, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		return errors.New(strings.TrimPrefix(strings.Join(broken.JSONPointer(), "/")+": "+broken.Reason, ": "))
	}
	return err
}
