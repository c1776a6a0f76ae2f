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

// DefaultRateLimit is the number of requests that a credential has in an hour unless [WithRateLimit] says otherwise.
const DefaultRateLimit = 5000

// Sandbox is the stand-in, an [http.Handler] that is safe for concurrent use. Make one with [New].
type Sandbox struct {
	spec      *spec
	cases     playedCases
	store     *store
	rateLimit *rateLimit
	log       requestLog
	// docs makes the reference, once.
	docs func() ([]byte, error)
	// hints say more of a path that the API does not have.
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

// maxBodyBytes is what is read of the body of a request that may have one.
const maxBodyBytes = 1 << 20

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

// WithHosts names further hosts under which clients reach the sandbox, such as "sandbox" in a network of containers, or "*"
// for any. By default, a server of [Listen] or [Start] answers only to loopback names and to its own address: any other
// could be a web page that has its name resolve to this machine. A handler of [New] answers to any host by default.
func WithHosts(names ...string) Option {
	return func(s *settings) { s.hosts = append(s.hosts, names...) }
}

// WithLog calls log with each request when the sandbox responds to it, one call at a time; nil is for none, the default. See
// also [Server.Requests].
func WithLog(log func(Request)) Option { return func(s *settings) { s.log = log } }

// WithResponses has a connector of the seed respond in this way before it responds with its secrets. It takes the place of
// what the seed has as its responses.
func WithResponses(teamID int64, connectorID string, responses ...Response) Option {
	return func(s *settings) { s.scripts = append(s.scripts, scripted{teamID, connectorID, responses}) }
}

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
		return errors.New("is not in the seed, and so can have no responses")
	}
	connector.script = newScript(script.responses)
	return s.spec.operations[secretsapi.ListConnectorSecretsID].validateResponses(script.responses)
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
	file, isFile := s.file(r.URL.Path)
	if !file.unlogged {
		logged := s.logged(w, c)
		defer logged.done(0)
		w = logged
	}
	switch isGet := r.Method == http.MethodGet || r.Method == http.MethodHead; {
	case !s.hosts.answers(r):
		c.send(w, failure(http.StatusMisdirectedRequest, "The sandbox does not answer to the host %.100q. If it should, "+
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
		c.send(w, failure(http.StatusRequestEntityTooLarge, "This request has no body in the API: send none."))
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

// methodNotAllowed answers what the specification has no answer for.
func (c *call) methodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	c.send(w, failure(http.StatusMethodNotAllowed, "Use %s.", allowed))
}
