package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// apiKeyScheme is what the cases call the scheme whose credentials are taken in two forms.
const apiKeyScheme = "ApiKeyAuth" //nolint:gosec // A name, not a credential.

// caseRequest is a conformance case's request as it arrives.
type caseRequest struct {
	teamID, connectorID, authorization string
}

// playedCases are the answers of the conformance cases.
type playedCases map[caseRequest]conformance.Answer

// loadCases returns the answers by the requests that they are for, which all sandboxes share. An API key is taken in both
// forms, as everywhere.
var loadCases = sync.OnceValues(func() (playedCases, error) {
	cases, err := conformance.Cases()
	if err != nil {
		return nil, err
	}
	played := playedCases{}
	for _, c := range cases {
		// As written, escapes included, without the file's indentation.
		var body bytes.Buffer
		if err := json.Compact(&body, c.Answer.Body); err != nil {
			return nil, fmt.Errorf("conformance case %s: %w", c.Name, err)
		}
		c.Answer.Body = body.Bytes()
		request := caseRequest{strconv.FormatInt(c.Request.TeamID, 10), c.Request.ConnectorID, "Bearer " + c.Request.Credential}
		played[request] = c.Answer
		if c.Request.Scheme == apiKeyScheme {
			request.authorization = c.Request.Credential
			played[request] = c.Answer
		}
	}
	return played, nil
})

// find returns the answer to a request that is exactly that of a case. Scheme names have no case.
func (p playedCases) find(pathParams map[string]string, authorization string) (conformance.Answer, bool) {
	authorization = strings.TrimSpace(authorization)
	if token, isBearer := cutBearer(authorization); isBearer {
		authorization = "Bearer " + token
	}
	answer, ok := p[caseRequest{pathParams["team_id"], pathParams["connector_identifier"], authorization}]
	return answer, ok
}

// reserved reports whether a credential is one of the cases'.
func (p playedCases) reserved(credential string) bool {
	for request := range p {
		if request.authorization == "Bearer "+credential {
			return true
		}
	}
	return false
}

// play writes a case's answer.
func play(w http.ResponseWriter, answer conformance.Answer) {
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}
