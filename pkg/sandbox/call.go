package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

type call struct {
	sandbox *Sandbox
	w       http.ResponseWriter
	request *http.Request
	// path has the values of the path parameters, by name. The team's ID is 0 if that is not a plain number.
	path        map[string]string
	teamID      int64
	connectorID string
	// credential is that of the request once it has been authenticated.
	credential *credential
	// remaining is what the credential may still ask in this hour. If that was nothing, retryAfter is the rest of the hour.
	remaining  int
	retryAfter time.Duration
	script     Response
	arrived    time.Time
	isLogged   bool
}

// credential is one of the seed's, with its window of the rate limit. A window is an hour that begins with its first request.
type credential struct {
	Credential

	windowEnd time.Time
	used      int
}

func (c *call) answer(route *routers.Route) {
	if c.playCase() {
		return
	}
	err := openapi3filter.ValidateRequest(c.request.Context(), &openapi3filter.RequestValidationInput{
		Request: c.request, PathParams: c.path, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: c.authenticate},
	})
	if _, ok := errors.AsType[*openapi3filter.SecurityRequirementsError](err); ok {
		c.fail(http.StatusUnauthorized, "%s", c.credentialProblem())
		return
	}
	c.count()
	switch {
	case c.retryAfter > 0:
		c.fail(http.StatusTooManyRequests, "")
	case err != nil && c.sandbox.spec.reserved["error-400"] != 0: // It is documented.
		c.fail(http.StatusBadRequest, "%s", requestProblem(err))
	case err != nil:
		c.fail(http.StatusNotFound, "%s", requestProblem(err))
	default:
		c.serveConnector()
	}
}

// serveConnector responds with the secrets of a connector, or with the next one of its scripted responses.
func (c *call) serveConnector() {
	team := c.sandbox.teams[c.teamID]
	found := team[c.connectorID]
	switch status := c.sandbox.spec.reserved[c.connectorID]; {
	case team == nil:
		c.fail(http.StatusNotFound, "There is no team %s.", c.path[teamParameter])
	case !c.credential.mayRead(c.teamID):
		c.fail(http.StatusForbidden, "The credential is not one of team %d.", c.teamID)
	case status != 0:
		c.fail(status, "The sandbox always responds with %d for this connector.", status)
	case found == nil:
		c.fail(http.StatusNotFound, "Team %d has no connector with the identifier %s.", c.teamID, c.connectorID)
	default:
		c.script = c.sandbox.next(found)
		if c.script.Status == 0 {
			c.write(http.StatusOK, found.list)
			return
		}
		c.fail(c.script.Status, "This response is scripted.")
	}
}

// fail responds with an error. The description gives details, or is empty.
func (c *call) fail(status int, format string, args ...any) {
	c.write(status, c.sandbox.spec.errorBody(status, fmt.Sprintf(format, args...)))
}

// write writes a response with all header fields that the document has for its status.
func (c *call) write(status int, body []byte) {
	if !c.script.wait(c.request.Context(), c.w) {
		panic(http.ErrAbortHandler) // net/http closes the connection.
	}
	c.setHeaders(status)
	c.w.Header().Set("Content-Type", mediaType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.respond(status)
	if c.script.Cut == CutWithin {
		_, _ = c.w.Write(body[:len(body)/2])
		_ = http.NewResponseController(c.w).Flush() // If this fails, the response is cut before its body.
		panic(http.ErrAbortHandler)
	}
	// An error here means that the client has gone.
	_, _ = c.w.Write(body)
}

// setHeaders sets the header fields that the document has for a status: those of the rate limit to their current values, which
// are nothing if there is no limit, and the others to the values of their examples.
func (c *call) setHeaders(status int) {
	live := map[string]any{"X-Ratelimit-Limit": nil, "X-Ratelimit-Remaining": nil}
	if status == http.StatusTooManyRequests {
		c.remaining = 0
	}
	if c.sandbox.rateLimit > 0 {
		live["X-Ratelimit-Limit"], live["X-Ratelimit-Remaining"] = c.sandbox.rateLimit, c.remaining
	}
	if c.retryAfter > 0 {
		// Rounded up, so that the window has ended when a client has waited that long.
		live["Retry-After"] = int((c.retryAfter + time.Second - 1) / time.Second)
	}
	for name, header := range c.sandbox.spec.headers(status) {
		value, isLive := live[http.CanonicalHeaderKey(name)]
		if !isLive {
			value = firstExample(header.Value.Example, header.Value.Examples, header.Value.Schema)
		}
		if text, ok := value.(string); ok {
			c.w.Header().Set(name, text)
		} else if value != nil {
			data, _ := json.Marshal(value) // can't fail: the value was decoded from JSON
			c.w.Header().Set(name, string(data))
		}
	}
	if value := c.script.retryAfter(); value != "" {
		c.w.Header().Set("Retry-After", value)
	}
}

// authenticate looks for the request's credential. An API key needs the word Bearer as well: the vendor documents it, although
// clients that are generated from the scheme send the key alone.
func (c *call) authenticate(context.Context, *openapi3filter.AuthenticationInput) error {
	value, isBearer := cutBearer(c.request.Header.Get("Authorization"))
	found := c.sandbox.credentials[value]
	if found == nil || !isBearer && !(c.sandbox.bareAPIKeys && found.APIKey != "") {
		return errors.New("no known credential")
	}
	c.credential = found
	return nil
}

// count counts a request against the rate limit of its credential. Once the limit is used up, requests are refused until the
// window ends.
func (c *call) count() {
	now, limit, credential := time.Now(), c.sandbox.rateLimit, c.credential
	c.sandbox.mu.Lock()
	defer c.sandbox.mu.Unlock()
	if !now.Before(credential.windowEnd) {
		credential.windowEnd, credential.used = now.Add(time.Hour), 0
	}
	credential.used++
	c.remaining = max(limit-credential.used, 0)
	if limit > 0 && credential.used > limit {
		c.retryAfter = credential.windowEnd.Sub(now)
	}
}

// cutBearer returns the token of "Bearer <token>", or the value unchanged. Case does not matter in "Bearer".
func cutBearer(value string) (token string, isBearer bool) {
	scheme, token, found := strings.Cut(value, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return value, false
	}
	return strings.TrimSpace(token), true
}

// credentialProblem says what is wrong with the header field Authorization. It does not repeat the value.
func (c *call) credentialProblem() string {
	token, isBearer := cutBearer(c.request.Header.Get("Authorization"))
	_, twice := cutBearer(token)
	switch {
	case token == "" || strings.EqualFold(token, "Bearer"):
		return "There is no credential in the Authorization header."
	case !isBearer && !c.sandbox.bareAPIKeys:
		return `The word Bearer is missing: send "Authorization: Bearer <credential>", for API keys as well.`
	case isBearer && twice:
		return "The Authorization header has the word Bearer twice."
	case strings.HasPrefix(token, "conformance-"): // as those of all cases do
		return "The credential belongs to conformance cases, but no case uses it with this team and connector."
	default:
		return "The credential is not one that the sandbox knows."
	}
}

// requestProblem says which parameter breaks the specification. It does not repeat the value.
func requestProblem(err error) string {
	problem := "The request does not meet the specification"
	if broken, ok := errors.AsType[*openapi3filter.RequestError](err); ok && broken.Parameter != nil {
		problem = "The parameter " + broken.Parameter.Name + " does not meet the specification"
	}
	if broken, ok := errors.AsType[*openapi3.SchemaError](err); ok && broken.Reason != "" {
		problem += ": " + strings.TrimSuffix(broken.Reason, ".")
	}
	return problem + "."
}
