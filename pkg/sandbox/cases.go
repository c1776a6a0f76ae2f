package sandbox

import (
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// loadCases returns the conformance cases by their request without the scheme, because all credentials are sent in one way. All
// sandboxes share them.
var loadCases = sync.OnceValues(func() (map[conformance.Request]conformance.Case, error) {
	cases, err := conformance.Cases()
	played := map[conformance.Request]conformance.Case{}
	for _, c := range cases {
		request := c.Request
		request.Scheme = ""
		played[request] = c
	}
	return played, err
})

// playCase responds as the case with exactly this request. Without one, it returns false.
func (c *call) playCase() bool {
	token, isBearer := cutBearer(c.request.Header.Get("Authorization"))
	found, ok := c.sandbox.cases[conformance.Request{TeamID: c.teamID, ConnectorID: c.connectorID, Credential: token}]
	if !ok || !isBearer && !(c.sandbox.bareAPIKeys && found.Request.Scheme == "ApiKeyAuth") {
		return false
	}
	for name, value := range found.Answer.Headers {
		c.w.Header().Set(name, value)
	}
	c.w.Header().Set("Content-Type", mediaType)
	c.respond(found.Answer.Status)
	_, _ = c.w.Write(found.Answer.Body)
	return true
}
