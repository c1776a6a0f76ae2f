package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// DefaultRateLimit is the number of requests an hour for each credential, unless [WithRateLimit] is given.
const DefaultRateLimit = 5000

// Sandbox is the stand-in, an [http.Handler] that is safe for concurrent use. Make one with [New].
type Sandbox struct {
	spec      *spec
	cases     playedCases
	store     *store
	rateLimit *rateLimit
	log       requestLog
	// docs returns the reference. It is made once.
	docs func() ([]byte, error)
	// hints are added to the 404 of a path that is not in the API.
	hints map[string]string

	bareAPIKeys bool
	hosts       hosts

	apiKey, bearerToken string
}

type settings struct {
	seed        Seed
	rateLimit   int
	bareAPIKeys bool
	hosts       []string
	log         func(Request)
	scripts     []scripted
}

// scripted are responses of a connector.
type scripted struct {
	teamID      int64
	connectorID string
	responses   []Response
}

// maxBodyBytes is the most that is read of a request's body.
const maxBodyBytes = 1 << 20

// Option configures a [Sandbox].
type Option func(*settings)

// WithSeed fills the sandbox with teams, connectors, secrets and credentials. The default is [DefaultSeed].
func WithSeed(seed Seed) Option { return func(s *settings) { s.seed = seed } }

// WithRateLimit sets the number of requests an hour for each credential. The specification of the header field
// X-RateLimit-Limit must allow it. 0 means no limit and no rate-limit header fields. The default is [DefaultRateLimit].
func WithRateLimit(perHour int) Option { return func(s *settings) { s.rateLimit = perHour } }

// WithBareAPIKeys also accepts an API key without the word Bearer. By default, such a request gets a 401 that says how to
// send the key, because nothing promises that the API accepts the bare form.
func WithBareAPIKeys() Option { return func(s *settings) { s.bareAPIKeys = true } }

// WithHosts adds host names to accept, such as "sandbox" in a network of containers, or "*" for any. By default, a server of
// [Listen] or [Start] accepts only loopback names and its own address. Any other name could belong to a web page that makes
// it resolve to this machine (DNS rebinding). A handler of [New] accepts any host by default.
func WithHosts(names ...string) Option {
	return func(s *settings) { s.hosts = append(s.hosts, names...) }
}

// WithLog calls log with each request when the sandbox responds to it, one call at a time. Nil, the default, means no calls.
// See also [Server.Requests].
func WithLog(log func(Request)) Option { return func(s *settings) { s.log = log } }

// WithResponses scripts the responses of a connector in the seed. After them, it responds with its secrets. They replace the
// seed's responses of that connector.
func WithResponses(teamID int64, connectorID string, responses ...Response) Option {
	return func(s *settings) { s.scripts = append(s.scripts, scripted{teamID, connectorID, responses}) }
}

// New returns a sandbox. The error says what in the seed or the options breaks the API's specification.
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
		log:       requestLog{notify: s.log},
		docs:      sync.OnceValues(docsPage(s.seed, spec.reserved)),
		hints:     map[string]string{"/": s.seed.hint()},
	}
	for _, script := range s.scripts {
		if err := sandbox.play(script); err != nil {
			return nil, fmt.Errorf("team %d: connector %s: %w", script.teamID, script.connectorID, err)
		}
	}
	if len(s.hosts) > 0 {
		if sandbox.hosts, err = newHosts(s.hosts); err != nil {
			return nil, err
		}
	}
	sandbox.apiKey, sandbox.bearerToken = s.seed.firstCredentials()
	return sandbox, nil
}

// play gives a connector its script.
func (s *Sandbox) play(script scripted) error {
	connector := s.store.teams[strconv.FormatInt(script.teamID, 10)][script.connectorID]
	if connector == nil {
		return errors.New("is not in the seed, so it can't have responses")
	}
	connector.script = newScript(script.responses)
	return s.spec.operations[secretsapi.ListConnectorSecretsID].validateResponses(script.responses)
}

// ReservedConnectors returns the identifiers of the connectors that always respond with an error, and its status. Every team
// has one for each error in the API's specification, so that a client in any language can test every documented error.
func ReservedConnectors() map[string]int {
	spec, err := embeddedSpec()
	if err != nil {
		return nil // New returns the error.
	}
	return maps.Clone(spec.reserved)
}

// APIKey returns a valid API key: the first of the seed, or "" if it has none.
func (s *Sandbox) APIKey() string { return s.apiKey }

// BearerToken returns a valid OAuth token: the first of the seed, or "" if it has none.
func (s *Sandbox) BearerToken() string { return s.bearerToken }

// ServeHTTP responds to a request as the package's documentation says.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, operation, path, err := s.spec.find(r)
	limit := s.rateLimit.limit
	c := &call{request: r, operation: operation, path: path, quota: quota{limit: limit, remaining: limit}}
	file, isFile := s.file(r.URL.Path)
	if !file.unlogged {
		logged := s.logged(w, c)
		defer logged.done(0)
		w = logged
	}
	switch isGet := r.Method == http.MethodGet || r.Method == http.MethodHead; {
	case !s.hosts.answers(r):
		c.send(w, failure(http.StatusMisdirectedRequest, "The sandbox does not accept the host %.100q. If it should, "+
			"start it with --allow-host and that name (in Go: WithHosts).", hostName(r.Host)))
	case isGet && r.URL.Path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html"):
		w.Header().Set("Location", "docs") // Relative: the sandbox may be mounted below a path.
		w.WriteHeader(http.StatusFound)
	case isFile && !isGet:
		c.methodNotAllowed(w, "GET, HEAD")
	case !isFile && errors.Is(err, routers.ErrMethodNotAllowed):
		c.methodNotAllowed(w, s.spec.allowed(r))
	case !isFile && err != nil:
		c.send(w, failure(http.StatusNotFound, "There is no such path in the API: its reference is at /docs.%s", s.hints[r.URL.Path]))
	case r.ContentLength != 0 && (isFile || !operation.takesBody):
		c.send(w, failure(http.StatusRequestEntityTooLarge, "This request must not have a body."))
	case isFile:
		file.serve(w, c)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		if answer, ok := s.findCase(c); ok {
			play(w, answer)
			return
		}
		c.send(w, s.answer(c, route))
	}
}

// methodNotAllowed responds to a method that the specification does not have.
func (c *call) methodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	c.send(w, failure(http.StatusMethodNotAllowed, "Use %s.", allowed))
}
