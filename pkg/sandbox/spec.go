package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

// spec is the API's document, prepared for serving. It is the sandbox's only source of facts about the API.
type spec struct {
	router     routers.Router
	operations map[string]*operation // by ID
	// fallback is the operation with the most examples of errors. Requests without an operation get its errors, and other
	// operations borrow its examples.
	fallback *operation
	// reserved has the connectors that always respond with an error, and its status.
	reserved map[string]int
	// apiKeySchemes are the names of the security schemes for API keys.
	apiKeySchemes map[string]bool
}

// operation is one operation of the document.
type operation struct {
	id        string
	takesBody bool
	// parameters has the operation's own parameters before those of its path.
	parameters []*openapi3.Parameter
	// success is the lowest documented status from 200 to 299.
	success   int
	responses map[int]*response
	// fallback lends examples of errors to an operation that has none.
	fallback *operation
}

// embeddedSpec returns the API's document, read once for all sandboxes.
var embeddedSpec = sync.OnceValues(func() (*spec, error) { return readSpec(api.Spec) })

func readSpec(document []byte) (*spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("load the specification: %w", err)
	}
	s := &spec{operations: map[string]*operation{}, reserved: map[string]int{}, apiKeySchemes: map[string]bool{}}
	if doc.Components != nil {
		for name, scheme := range doc.Components.SecuritySchemes {
			s.apiKeySchemes[name] = scheme.Value.Type == "apiKey"
		}
	}
	// The router must accept any host. Type hosts checks it.
	doc.Servers = nil
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		item.Servers = nil
		for method, documented := range sorted(item.Operations()) {
			operation, err := readOperation(item.Parameters, documented)
			if err != nil {
				return nil, fmt.Errorf("the specification of %s %s: %w", method, path, err)
			}
			if s.fallback == nil || operation.examples() > s.fallback.examples() {
				s.fallback = operation
			}
			s.operations[operation.id] = operation
			for status := range operation.responses {
				if status >= 400 && status < 600 {
					s.reserved["error-"+strconv.Itoa(status)] = status
				}
			}
		}
	}
	if s.fallback == nil {
		return nil, errors.New("the specification has no operation")
	}
	for id, operation := range sorted(s.operations) {
		operation.fallback = s.fallback
		if err := operation.lendExamples(); err != nil {
			return nil, fmt.Errorf("the specification of %s: %w", id, err)
		}
	}
	if s.router, err = gorillamux.NewRouter(doc); err != nil {
		return nil, fmt.Errorf("route by the specification: %w", err)
	}
	return s, nil
}

func readOperation(shared openapi3.Parameters, documented *openapi3.Operation) (*operation, error) {
	o := &operation{id: documented.OperationID, takesBody: documented.RequestBody != nil, success: http.StatusOK, responses: map[int]*response{}}
	for _, parameter := range slices.Concat(documented.Parameters, shared) {
		o.parameters = append(o.parameters, parameter.Value)
	}
	for key, documented := range sorted(documented.Responses.Map()) {
		status, err := strconv.Atoi(key)
		if err != nil {
			continue // a range of statuses, or the default
		}
		if o.responses[status], err = readResponse(documented.Value); err != nil {
			return nil, fmt.Errorf("status %d: %w", status, err)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(o.responses)) {
		if status >= 200 && status < 300 {
			o.success = status
			break
		}
	}
	return o, nil
}

// find returns the route and operation of a request, and the values in its path. The error is one of package routers.
func (s *spec) find(r *http.Request) (*routers.Route, *operation, map[string]string, error) {
	route, values, err := s.router.FindRoute(r)
	if err != nil {
		return nil, s.fallback, nil, err
	}
	for name, value := range values {
		// The router does not decode the values.
		if decoded, err := url.PathUnescape(value); err == nil {
			values[name] = decoded
		}
	}
	return route, s.operations[route.Operation.OperationID], values, nil
}

// allowed returns the documented methods for the path of a request, in the form of the header field Allow.
func (s *spec) allowed(r *http.Request) string {
	var methods []string
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"} {
		r := r.WithContext(r.Context())
		r.Method = method
		if _, _, err := s.router.FindRoute(r); err == nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

// parameter returns the path parameter with a name, or nil.
func (o *operation) parameter(name string) *openapi3.Parameter {
	for _, parameter := range o.parameters {
		if parameter.In == openapi3.ParameterInPath && parameter.Name == name {
			return parameter
		}
	}
	return nil
}

// sorted iterates over a map in the order of its keys.
func sorted[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
