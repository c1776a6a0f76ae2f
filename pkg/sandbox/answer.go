package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// examples are the documented errors by status.
type examples map[int]secretsapi.ErrorDetail

// documentedErrors reads the code and message of every error answer from the examples in the specification.
func documentedErrors(spec *openapi3.T) (examples, error) {
	found := examples{}
	for _, item := range spec.Paths.Map() {
		for _, operation := range item.Operations() {
			for key, response := range operation.Responses.Map() {
				status, err := strconv.Atoi(key)
				if err != nil || status < 400 {
					continue
				}
				for _, example := range response.Value.Content.Get("application/json").Examples {
					var envelope secretsapi.ErrorEnvelope
					data, err := json.Marshal(example.Value.Value)
					if err == nil {
						err = json.Unmarshal(data, &envelope)
					}
					if err != nil {
						return nil, fmt.Errorf("read the specification's example for status %d: %w", status, err)
					}
					found[status] = envelope.Error
				}
			}
		}
	}
	for identifier, status := range reserved {
		if _, ok := found[status]; !ok {
			return nil, fmt.Errorf("the specification has no example for status %d, which connector %s answers", status, identifier)
		}
	}
	return found, nil
}

// newRequestID returns 32 characters that the specification allows in a request ID.
func newRequestID() string {
	var id [24]byte
	_, _ = rand.Read(id[:]) // never fails, as documented
	return base64.RawURLEncoding.EncodeToString(id[:])
}

func (s *Sandbox) envelope(status int, description string) secretsapi.ErrorEnvelope {
	envelope := secretsapi.ErrorEnvelope{
		Meta:  secretsapi.ErrorMeta{RequestID: newRequestID()},
		Error: s.examples[status],
	}
	if description != "" {
		envelope.Error.Description = description
	}
	return envelope
}

// answer makes the documented answer of a status with all its headers. A nil session is one without a credential.
func (s *Sandbox) answer(status int, session *session, description string) secretsapi.ListConnectorSecretsResponseObject {
	body, anyOrigin := s.envelope(status, description), new("*")
	quota := s.windows.untouched()
	if session != nil {
		quota = session.quota
	}
	if status == http.StatusTooManyRequests {
		quota.remaining = 0
	}
	limit, remaining := quota.headers()
	switch status {
	case http.StatusUnauthorized:
		return secretsapi.ListConnectorSecrets401JSONResponse{UnauthorizedJSONResponse: secretsapi.UnauthorizedJSONResponse{
			Body: body,
			Headers: secretsapi.UnauthorizedResponseHeaders{
				AccessControlAllowOrigin: anyOrigin, XRateLimitLimit: limit, XRateLimitRemaining: remaining,
				WWWAuthenticate: new(`Bearer realm="sandbox"`),
			},
		}}
	case http.StatusForbidden:
		return secretsapi.ListConnectorSecrets403JSONResponse{ForbiddenJSONResponse: secretsapi.ForbiddenJSONResponse{
			Body: body,
			Headers: secretsapi.ForbiddenResponseHeaders{
				AccessControlAllowOrigin: anyOrigin, XRateLimitLimit: limit, XRateLimitRemaining: remaining,
			},
		}}
	case http.StatusNotFound:
		return secretsapi.ListConnectorSecrets404JSONResponse{NotFoundJSONResponse: secretsapi.NotFoundJSONResponse{
			Body: body,
			Headers: secretsapi.NotFoundResponseHeaders{
				AccessControlAllowOrigin: anyOrigin, XRateLimitLimit: limit, XRateLimitRemaining: remaining,
			},
		}}
	case http.StatusTooManyRequests:
		return secretsapi.ListConnectorSecrets429JSONResponse{TooManyRequestsJSONResponse: secretsapi.TooManyRequestsJSONResponse{
			Body: body,
			Headers: secretsapi.TooManyRequestsResponseHeaders{
				AccessControlAllowOrigin: anyOrigin, XRateLimitLimit: limit, XRateLimitRemaining: remaining,
				RetryAfter: new(quota.retryAfterSeconds()),
			},
		}}
	default:
		return secretsapi.ListConnectorSecrets500JSONResponse{InternalServerErrorJSONResponse: secretsapi.InternalServerErrorJSONResponse{
			Body:    s.envelope(http.StatusInternalServerError, description),
			Headers: secretsapi.InternalServerErrorResponseHeaders{AccessControlAllowOrigin: anyOrigin},
		}}
	}
}

// fail writes a documented error from outside of the operation.
func (s *Sandbox) fail(w http.ResponseWriter, status int, session *session, description string) {
	// An error here means that the client has gone.
	_ = s.answer(status, session, description).VisitListConnectorSecretsResponse(w)
}

// methodNotAllowed answers what the specification has no answer for in the form that it has for all errors.
func (s *Sandbox) methodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusMethodNotAllowed)
	_ = json.NewEncoder(w).Encode(secretsapi.ErrorEnvelope{
		Meta:  secretsapi.ErrorMeta{RequestID: newRequestID()},
		Error: secretsapi.ErrorDetail{Code: "METHOD_NOT_ALLOWED", Message: "The method is not allowed here. Use GET."},
	})
}

// requestProblem says which parameter broke the specification, without repeating its value.
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

// checkIntegers refuses what the validator takes for an integer and JSON does not: leading zeros and a plus sign.
func checkIntegers(parameters openapi3.Parameters, values map[string]string) error {
	for _, parameter := range parameters {
		value, ok := values[parameter.Value.Name]
		if !ok || !parameter.Value.Schema.Value.Type.Is(openapi3.TypeInteger) {
			continue
		}
		if number, err := strconv.ParseInt(value, 10, 64); err != nil || strconv.FormatInt(number, 10) != value {
			return &openapi3filter.RequestError{Parameter: parameter.Value, Reason: "not an integer"}
		}
	}
	return nil
}

// unescape decodes path parameters, which the router hands on as they were sent.
func unescape(pathParams map[string]string) map[string]string {
	for name, value := range pathParams {
		if decoded, err := url.PathUnescape(value); err == nil {
			pathParams[name] = decoded
		}
	}
	return pathParams
}
