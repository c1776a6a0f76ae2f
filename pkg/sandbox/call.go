package sandbox

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// handlers respond to valid calls, by operation ID. Each handler has its own file, which adds it here.
var handlers = map[string]func(*Sandbox, *call) *answer{}

// call is a request with its state.
type call struct {
	request   *http.Request
	operation *operation
	// path has the values of the path parameters, by name.
	path map[string]string
	// principal is nil until the request has been authenticated.
	principal *principal
	quota     quota
	// scripted is the connector's scripted response, if it has one.
	scripted Response
}

// answer validates a call and returns the response to it.
func (s *Sandbox) answer(c *call, route *routers.Route) *answer {
	err := openapi3filter.ValidateRequest(c.request.Context(), &openapi3filter.RequestValidationInput{
		Request:    c.request,
		PathParams: c.path,
		Route:      route,
		Options: &openapi3filter.Options{AuthenticationFunc: func(_ context.Context, input *openapi3filter.AuthenticationInput) error {
			return s.authenticate(c, input.SecurityScheme)
		}},
	})
	if _, ok := errors.AsType[*openapi3filter.SecurityRequirementsError](err); ok {
		return failure(http.StatusUnauthorized, "%s", s.credentialProblem(c.request))
	}
	if err == nil {
		err = c.checkIntegers()
	}
	c.quota = s.rateLimit.take(c.principal)
	handle, isPlayed := handlers[c.operation.id]
	switch {
	case c.quota.retryAfter > 0:
		return failure(http.StatusTooManyRequests, "")
	case err != nil && c.operation.responses[http.StatusBadRequest] != nil:
		return failure(http.StatusBadRequest, "%s", requestProblem(err))
	case err != nil:
		return failure(http.StatusNotFound, "%s", requestProblem(err))
	case !isPlayed:
		return failure(http.StatusNotImplemented, "The sandbox does not play the operation %s.", c.operation.id)
	default:
		return handle(s, c)
	}
}

// connector returns the secrets of a call's connector. If the call may not read them or a response is scripted, it returns
// the error to respond with.
func (s *Sandbox) connector(c *call) ([]secretsapi.Secret, *answer) {
	teamID, identifier := c.path[teamParameter], c.path[connectorParameter]
	team, ok := s.store.teams[teamID]
	if !ok {
		return nil, failure(http.StatusNotFound, "There is no team %s.", teamID)
	}
	if !c.principal.mayRead(teamID) {
		return nil, failure(http.StatusForbidden, "The credential is not one of team %s.", teamID)
	}
	if status := s.spec.reserved[identifier]; c.operation.responses[status] != nil {
		return nil, failure(status, "The sandbox always responds with %d for this connector.", status)
	}
	found, ok := team[identifier]
	if !ok {
		return nil, failure(http.StatusNotFound, "Team %s has no connector with the identifier %s.", teamID, identifier)
	}
	c.scripted = found.script.next()
	if status := c.scripted.Status; status != 0 {
		return nil, failure(status, "This response is scripted.")
	}
	return found.secrets, nil
}

// requestProblem says which parameter breaks the specification. It does not repeat the value.
func requestProblem(err error) string {
	var requestError *openapi3filter.RequestError
	if !errors.As(err, &requestError) || requestError.Parameter == nil {
		return "The request does not meet the specification."
	}
	problem := "The parameter " + requestError.Parameter.Name + " does not meet the specification"
	var schemaError *openapi3.SchemaError
	if errors.As(err, &schemaError) && schemaError.Reason != "" {
		problem += ": " + schemaError.Reason
	}
	return strings.TrimSuffix(problem, ".") + "."
}

// checkIntegers refuses leading zeros and a plus sign. The validator accepts them, but JSON does not.
func (c *call) checkIntegers() error {
	for name, value := range c.path {
		parameter := c.operation.parameter(name)
		if parameter == nil || parameter.Schema == nil || !parameter.Schema.Value.Type.Is(openapi3.TypeInteger) {
			continue
		}
		if number, err := strconv.ParseInt(value, 10, 64); err != nil || strconv.FormatInt(number, 10) != value {
			return &openapi3filter.RequestError{Parameter: parameter, Reason: "not an integer"}
		}
	}
	return nil
}
