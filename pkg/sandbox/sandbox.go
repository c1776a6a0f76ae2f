package sandbox

import (
	"errors"
	"maps"
	"net/http"

	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// DefaultRateLimit is the number of requests that a credential has in an hour unless [WithRateLimit] says otherwise.
const DefaultRateLimit = 5000

// Sandbox is the stand-in, an [http.Handler] that is safe for concurrent use. Make one with [New].
type Sandbox struct {
	spec      *spec
	cases     playedCases
	store     *store
	rateLimit *rateLimit

	bareAPIKeys bool

	apiKey, bearerToken string
}

type settings struct {
	seed        Seed
	rateLimit   int
	bareAPIKeys bool
}

// Option sets something of a [Sandbox].
type Option func(*settings)

// WithSeed fills the sandbox with teams, connectors, secrets and credentials. The default is [DefaultSeed].
func WithSeed(seed Seed) Option { return func(s *settings) { s.seed = seed } }

// WithRateLimit allows every credential that many requests an hour, at most as many as the API's specification allows in
// the header that tells it; 0 means no limit, and no rate-limit headers. The default is [DefaultRateLimit].
func WithRateLimit(perHour int) Option { return func(s *settings) { s.rateLimit = perHour } }

// WithBareAPIKeys takes an API key without the word Bearer before it, too. Without it, such a request gets a 401 that says
// how to send the key: nothing promises that the API takes the bare form.
func WithBareAPIKeys() Option { return func(s *settings) { s.bareAPIKeys = true } }

// New returns a sandbox, or an error that says what in the seed or the options breaks the API's specification.
func New(options ...Option) (*Sandbox, error) {
	spec, err := embeddedSpec()
	if err != nil {
		return nil, err
	}
	return newFromSpec(spec, options...)
}

func newFromSpec(spec *spec, options ...Option) (*Sandbox, error) {
	s := settings{seed: DefaultSeed(), rateLimit: DefaultRateLimit}
	for _, option := range options {
		if option != nil {
			option(&s)
		}
	}
	if err := spec.checkRateLimit(s.rateLimit); err != nil {
		return nil, err
	}
	cases, err := loadCases()
	if err != nil {
		return nil, err
	}
	if err := s.seed.validate(spec, cases); err != nil {
		return nil, err
	}
	sandbox := &Sandbox{
		spec: spec, cases: cases, store: newStore(s.seed), bareAPIKeys: s.bareAPIKeys,
		rateLimit: &rateLimit{limit: s.rateLimit, open: map[*principal]*window{}},
	}
	sandbox.apiKey, sandbox.bearerToken = s.seed.firstCredentials()
	return sandbox, nil
}

// ReservedConnectors returns the identifiers of the connectors that are in every team and always answer with an error,
// and that error's status: one for each error that the API's specification has. A client in any language can meet every
// documented answer through them.
func ReservedConnectors() map[string]int {
	spec, err := embeddedSpec()
	if err != nil {
		return nil // New says why.
	}
	return maps.Clone(spec.reserved)
}

// APIKey returns an API key that works: the first of the seed, or "" if it has none.
func (s *Sandbox) APIKey() string { return s.apiKey }

// BearerToken returns an OAuth token that works: the first of the seed, or "" if it has none.
func (s *Sandbox) BearerToken() string { return s.bearerToken }

// ServeHTTP answers a request as the package's documentation says.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, operation, path, err := s.spec.find(r)
	limit := s.rateLimit.limit
	c := &call{request: r, operation: operation, path: path, quota: quota{limit: limit, remaining: limit}}
	file, isFile := files[r.URL.Path]
	switch {
	case isFile && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		file.serve(w, c)
		return
	case isFile:
		c.methodNotAllowed(w, "GET, HEAD")
		return
	case errors.Is(err, routers.ErrMethodNotAllowed):
		c.methodNotAllowed(w, s.spec.allowed(r))
		return
	case err != nil:
		c.send(w, failure(http.StatusNotFound, "There is no such path in the API: its reference is at /docs."))
		return
	}
	if operation.id == secretsapi.ListConnectorSecretsID {
		if answer, ok := s.findCase(c); ok {
			play(w, answer)
			return
		}
	}
	c.send(w, s.answer(c, route))
}

// methodNotAllowed answers what the specification has no answer for.
func (c *call) methodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	c.send(w, failure(http.StatusMethodNotAllowed, "Use %s.", allowed))
}
