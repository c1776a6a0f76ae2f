package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// DefaultRateLimit is the number of requests that a credential has in an hour unless [WithRateLimit] says otherwise.
const DefaultRateLimit = 5000

// MaxRateLimit is the highest rate limit that the API's specification can express.
const MaxRateLimit = 10000

// Sandbox is the stand-in, an [http.Handler] that is safe for concurrent use. Make one with [New].
type Sandbox struct {
	router    routers.Router
	validate  *openapi3filter.Options
	operation http.Handler
	cases     playedCases
	store     *store
	windows   *windows
	examples  examples

	apiKey, bearerToken string
}

type settings struct {
	seed      Seed
	rateLimit int
}

// Option sets something of a [Sandbox].
type Option func(*settings)

// WithSeed fills the sandbox with teams, connectors, secrets and credentials. The default is [DefaultSeed].
func WithSeed(seed Seed) Option { return func(s *settings) { s.seed = seed } }

// WithRateLimit allows every credential that many requests an hour, at most [MaxRateLimit]; 0 means no limit, and no
// rate-limit headers. The default is [DefaultRateLimit].
func WithRateLimit(perHour int) Option { return func(s *settings) { s.rateLimit = perHour } }

// New returns a sandbox, or an error that says what in the seed or the options breaks the API's specification.
func New(options ...Option) (*Sandbox, error) {
	s := settings{seed: DefaultSeed(), rateLimit: DefaultRateLimit}
	for _, option := range options {
		if option != nil {
			option(&s)
		}
	}
	if s.rateLimit < 0 || s.rateLimit > MaxRateLimit {
		return nil, fmt.Errorf("rate limit %d: must be from 0 (none) to %d requests an hour", s.rateLimit, MaxRateLimit)
	}
	spec, err := loadSpec()
	if err != nil {
		return nil, err
	}
	cases, err := loadCases()
	if err != nil {
		return nil, err
	}
	if err := s.seed.validate(spec, cases); err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		return nil, fmt.Errorf("route by the specification: %w", err)
	}
	examples, err := documentedErrors(spec)
	if err != nil {
		return nil, err
	}
	sandbox := &Sandbox{
		router:   router,
		cases:    cases,
		store:    newStore(s.seed),
		windows:  newWindows(s.rateLimit),
		examples: examples,
	}
	sandbox.apiKey, sandbox.bearerToken = s.seed.firstCredentials()
	sandbox.validate = &openapi3filter.Options{AuthenticationFunc: sandbox.authenticate}
	sandbox.operation = sandbox.newOperation()
	return sandbox, nil
}

// loadSpec returns a copy of the document to route and validate by. Its servers are removed, because the sandbox answers
// under whatever host it is reached by.
func loadSpec() (*openapi3.T, error) {
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		return nil, fmt.Errorf("load the specification: %w", err)
	}
	spec.Servers = nil
	return spec, nil
}

// APIKey returns an API key that works: the first of the seed, or "" if it has none.
func (s *Sandbox) APIKey() string { return s.apiKey }

// BearerToken returns an OAuth token that works: the first of the seed, or "" if it has none.
func (s *Sandbox) BearerToken() string { return s.bearerToken }

// ServeHTTP answers a request as the package's documentation says.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if document, ok := documents[r.URL.Path]; ok {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.methodNotAllowed(w, "GET, HEAD")
			return
		}
		s.serveDocument(w, document)
		return
	}
	route, pathParams, err := s.router.FindRoute(r)
	switch {
	case errors.Is(err, routers.ErrMethodNotAllowed):
		s.methodNotAllowed(w, http.MethodGet)
		return
	case err != nil:
		s.fail(w, http.StatusNotFound, nil, "There is no such path in the API: its reference is at /docs.")
		return
	}

	pathParams = unescape(pathParams)
	if answer, ok := s.cases.find(pathParams, r.Header.Get("Authorization")); ok {
		play(w, answer)
		return
	}
	session := &session{}
	ctx := context.WithValue(r.Context(), sessionKey{}, session)
	err = openapi3filter.ValidateRequest(ctx, &openapi3filter.RequestValidationInput{
		Request:    r,
		PathParams: pathParams,
		Route:      route,
		Options:    s.validate,
	})
	if err == nil {
		err = checkIntegers(route.Operation.Parameters, pathParams)
	}
	if session.principal == nil {
		s.fail(w, http.StatusUnauthorized, nil, s.credentialProblem(r))
		return
	}
	session.quota = s.windows.take(session.principal)
	switch {
	case session.quota.exceeded():
		s.fail(w, http.StatusTooManyRequests, session, "")
	case err != nil:
		s.fail(w, http.StatusNotFound, session, requestProblem(err))
	default:
		s.operation.ServeHTTP(w, r.WithContext(ctx))
	}
}

// newOperation puts the generated server in front of [Sandbox.ListConnectorSecrets].
func (s *Sandbox) newOperation() http.Handler {
	internal := func(w http.ResponseWriter, _ *http.Request, err error) {
		s.fail(w, http.StatusInternalServerError, nil, err.Error())
	}
	strict := secretsapi.NewStrictHandlerWithOptions(s, nil, secretsapi.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  internal,
		ResponseErrorHandlerFunc: internal,
	})
	return secretsapi.HandlerWithOptions(strict, secretsapi.StdHTTPServerOptions{ErrorHandlerFunc: internal})
}

var _ secretsapi.StrictServerInterface = (*Sandbox)(nil)

// ListConnectorSecrets implements the generated strict server. Requests reach it through [Sandbox.ServeHTTP], which has
// authenticated and validated them.
func (s *Sandbox) ListConnectorSecrets(ctx context.Context, request secretsapi.ListConnectorSecretsRequestObject) (secretsapi.ListConnectorSecretsResponseObject, error) {
	session, ok := ctx.Value(sessionKey{}).(*session)
	if !ok || session.principal == nil {
		return s.answer(http.StatusUnauthorized, nil, ""), nil
	}
	team, ok := s.store.teams[request.TeamID]
	if !ok {
		return s.answer(http.StatusNotFound, session, fmt.Sprintf("There is no team %d.", request.TeamID)), nil
	}
	if !session.principal.mayRead(request.TeamID) {
		return s.answer(http.StatusForbidden, session, fmt.Sprintf("The credential is not one of team %d.", request.TeamID)), nil
	}
	if status, ok := reserved[request.ConnectorIdentifier]; ok {
		return s.answer(status, session, fmt.Sprintf("The sandbox always answers %d for this connector.", status)), nil
	}
	secrets, ok := team[request.ConnectorIdentifier]
	if !ok {
		return s.answer(http.StatusNotFound, session,
			fmt.Sprintf("Team %d has no connector with the identifier %s.", request.TeamID, request.ConnectorIdentifier)), nil
	}
	return secretsapi.ListConnectorSecrets200JSONResponse{Count: len(secrets), Secrets: secrets}, nil //nolint:gosec // The seed holds at most 100.
}
