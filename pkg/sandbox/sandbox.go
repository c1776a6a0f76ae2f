package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/routers"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// DefaultRateLimit is the number of requests an hour for each credential, unless [WithRateLimit] is given.
const DefaultRateLimit = 5000

// Sandbox is the stand-in, an [http.Handler] that is safe for concurrent use. Make one with [New].
type Sandbox struct {
	spec  *spec
	cases map[conformance.Request]conformance.Case

	// The options set these.
	seed        Seed
	rateLimit   int
	bareAPIKeys bool
	hosts       hosts
	notify      func(Request)
	scripts     []scripted

	// teams has the connectors by team and identifier, credentials has the credentials by value.
	teams       map[int64]map[string]*connector
	credentials map[string]*credential
	files       map[string]file

	// mu guards what requests change: the scripts of connectors, the windows of credentials, and the log.
	mu        sync.Mutex
	requests  []Request
	notifying sync.Mutex // held while notify is called
}

type scripted struct {
	teamID      int64
	connectorID string
	responses   []Response
}

// Option configures a [Sandbox].
type Option func(*Sandbox)

// WithSeed fills the sandbox with teams, connectors, secrets and credentials. The default is [DefaultSeed].
func WithSeed(seed Seed) Option { return func(s *Sandbox) { s.seed = seed } }

// WithRateLimit sets the number of requests an hour for each credential. The specification of the header field
// X-RateLimit-Limit must allow it. 0 means no limit and no rate-limit header fields. The default is [DefaultRateLimit].
func WithRateLimit(perHour int) Option { return func(s *Sandbox) { s.rateLimit = perHour } }

// WithBareAPIKeys also accepts an API key without the word Bearer. By default, such a request gets a 401 that says how to
// send the key, because nothing promises that the API accepts the bare form.
func WithBareAPIKeys() Option { return func(s *Sandbox) { s.bareAPIKeys = true } }

// WithHosts adds host names to accept, such as "sandbox" in a network of containers, or "*" for any. By default, a server of
// [Listen] or [Start] accepts only loopback names and its own address. Any other name could belong to a web page that makes
// it resolve to this machine (DNS rebinding). A handler of [New] accepts any host by default.
func WithHosts(names ...string) Option {
	return func(s *Sandbox) { s.hosts = append(s.hosts, names...) }
}

// WithLog calls log with each request when the sandbox responds to it, one call at a time. Nil, the default, means no calls.
// See also [Server.Requests].
func WithLog(log func(Request)) Option { return func(s *Sandbox) { s.notify = log } }

// WithResponses scripts the responses of a connector in the seed. After them, it responds with its secrets. They replace the
// seed's responses of that connector.
func WithResponses(teamID int64, connectorID string, responses ...Response) Option {
	return func(s *Sandbox) { s.scripts = append(s.scripts, scripted{teamID, connectorID, responses}) }
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
	s := &Sandbox{spec: spec, seed: DefaultSeed(), rateLimit: DefaultRateLimit, credentials: map[string]*credential{}}
	for _, option := range options {
		option(s)
	}
	err := spec.checkHeader(http.StatusNotFound, "X-RateLimit-Limit", s.rateLimit)
	if err != nil && s.rateLimit != 0 {
		return nil, fmt.Errorf("rate limit %d: must be 0 (none) or more, and meet the header X-RateLimit-Limit: %w", s.rateLimit, err)
	}
	for _, name := range s.hosts {
		if hostName(name) == "" || strings.ContainsAny(name, "/@, ") {
			return nil, fmt.Errorf("host %q: give a name or an address, such as sandbox, or * for all", name)
		}
	}
	if s.cases, err = loadCases(); err != nil {
		return nil, err
	}
	if s.teams, err = spec.plant(s.seed); err != nil {
		return nil, err
	}
	for _, script := range s.scripts {
		found := s.teams[script.teamID][script.connectorID]
		err := spec.checkResponses(script.responses)
		if found == nil {
			err = errors.New("is not in the seed, so it can't have responses")
		}
		if err != nil {
			return nil, fmt.Errorf("team %d: connector %s: %w", script.teamID, script.connectorID, err)
		}
		found.script = slices.Clone(script.responses)
	}
	for _, c := range s.seed.credentials() {
		s.credentials[c.value()] = &credential{Credential: c}
	}
	s.files = s.newFiles()
	return s, nil
}

// APIKey returns a valid API key: the first of the seed, or "" if it has none.
func (s *Sandbox) APIKey() string { return s.seed.first().APIKey }

// BearerToken returns a valid OAuth token: the first of the seed, or "" if it has none.
func (s *Sandbox) BearerToken() string { return s.seed.first().BearerToken }

type file struct {
	contentType string
	body        func() ([]byte, error)
}

// requestsPath is that of the request log. Requests for it are not logged, and pages of other origins can't read it.
const requestsPath = "/_sandbox/requests"

func (s *Sandbox) newFiles() map[string]file {
	constant := func(body []byte) func() ([]byte, error) { return func() ([]byte, error) { return body, nil } }
	trial := newTrial(s.seed, s.spec.reserved)
	docs := file{"text/html; charset=utf-8", sync.OnceValues(func() ([]byte, error) { return docsPage(trial) })}
	return map[string]file{
		"/docs":                          docs,
		"/docs/":                         docs,
		"/openapi.yaml":                  {"application/yaml", constant(api.Spec)},
		"/openapi.json":                  {mediaType, api.SpecJSON},
		"/openapi.client.yaml":           {"application/yaml", api.ClientSpec},
		"/openapi.client.json":           {mediaType, api.ClientSpecJSON},
		"/conformance/cases.json":        {mediaType, constant(conformance.JSON)},
		"/conformance/cases.schema.json": {"application/schema+json", constant(conformance.Schema)},
		requestsPath:                     {mediaType, func() ([]byte, error) { return json.Marshal(s.Requests()) }},
	}
}

// ServeHTTP responds to a request as the package's documentation says.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, path, err := s.spec.router.FindRoute(r)
	for name, value := range path {
		if decoded, err := url.PathUnescape(value); err == nil { // The router does not decode the values.
			path[name] = decoded
		}
	}
	c := &call{
		sandbox: s, w: w, request: r, arrived: time.Now(), path: path, connectorID: path[connectorParameter],
		credential: &credential{}, remaining: s.rateLimit,
	}
	defer c.log(0)
	if id, err := strconv.ParseInt(path[teamParameter], 10, 64); err == nil && strconv.FormatInt(id, 10) == path[teamParameter] {
		c.teamID = id
	}
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close") // Otherwise net/http waits for the body before it sends the response.
	}
	file, isFile := s.files[r.URL.Path]
	isGet := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case !s.hosts.answers(r):
		c.fail(http.StatusMisdirectedRequest, "The sandbox does not accept the host %.100q. If it should, "+
			"start it with --allow-host and that name (in Go: WithHosts).", hostName(r.Host))
	case isFile && !isGet || errors.Is(err, routers.ErrMethodNotAllowed):
		allowed := secretsapi.ListConnectorSecretsMethod
		if isFile {
			allowed = "GET, HEAD"
		}
		w.Header().Set("Allow", allowed)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		c.fail(http.StatusMethodNotAllowed, "Use %s.", allowed)
	case isGet && r.URL.Path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html"):
		w.Header().Set("Location", "docs") // Relative: the sandbox may be mounted below a path.
		c.respond(http.StatusFound)
	case !isFile && err != nil:
		c.fail(http.StatusNotFound, "There is no such path in the API: its reference is at /docs.")
	case r.ContentLength != 0:
		c.fail(http.StatusRequestEntityTooLarge, "This request must not have a body.")
	case isFile:
		c.serve(file)
	default:
		c.answer(route)
	}
}

func (c *call) serve(file file) {
	body, err := file.body()
	if err != nil {
		c.fail(http.StatusInternalServerError, "%v", err)
		return
	}
	c.w.Header().Set("Content-Type", file.contentType)
	if c.request.URL.Path != requestsPath {
		c.w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	c.respond(http.StatusOK)
	_, _ = c.w.Write(body)
}

// ListPath returns the path, below the base URL, that lists the secrets of a connector.
func ListPath(teamID int64, connectorID string) string {
	values := strings.NewReplacer("{"+teamParameter+"}", strconv.FormatInt(teamID, 10), "{"+connectorParameter+"}", connectorID)
	return values.Replace(secretsapi.ListConnectorSecretsPath)
}
