package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// caseRequest identifies a conformance case's request. The credential is without the word Bearer.
type caseRequest struct {
	teamID, connectorID, credential string
}

// playedCase is a case's response and its security scheme.
type playedCase struct {
	scheme string
	answer conformance.Answer
}

// playedCases has the conformance cases by request.
type playedCases map[caseRequest]playedCase

// loadCases returns the cases. All sandboxes share them.
var loadCases = sync.OnceValues(func() (playedCases, error) {
	cases, err := conformance.Cases()
	if err != nil {
		return nil, err
	}
	played := playedCases{}
	for _, c := range cases {
		// Compact removes the file's indentation and keeps the escapes as written.
		var body bytes.Buffer
		if err := json.Compact(&body, c.Answer.Body); err != nil {
			return nil, fmt.Errorf("conformance case %s: %w", c.Name, err)
		}
		c.Answer.Body = body.Bytes()
		request := caseRequest{strconv.FormatInt(c.Request.TeamID, 10), c.Request.ConnectorID, c.Request.Credential}
		played[request] = playedCase{c.Request.Scheme, c.Answer}
	}
	return played, nil
})

// findCase returns the response of the case with exactly this request.
func (s *Sandbox) findCase(c *call) (conformance.Answer, bool) {
	token, isBearer := cutBearer(c.request.Header.Get("Authorization"))
	found, ok := s.cases[caseRequest{c.path[teamParameter], c.path[connectorParameter], token}]
	isCase := ok && c.operation.id == secretsapi.ListConnectorSecretsID
	return found.answer, isCase && (isBearer || s.bareAPIKeys && s.spec.apiKeySchemes[found.scheme])
}

// reserved reports whether a case uses the credential.
func (p playedCases) reserved(credential string) bool {
	for request := range p {
		if request.credential == credential {
			return true
		}
	}
	return false
}

// play writes a case's response.
func play(w http.ResponseWriter, answer conformance.Answer) {
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}
