// Package conformance has the conformance cases: requests to the API and the server's responses, to test clients in any
// language. The sandbox responds to all of them. README.md says what a client must report for each response.
package conformance

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// JSON is the file with the cases, cases.json, byte for byte.
//
//go:embed cases.json
var JSON []byte

// Schema is the JSON Schema of the file, cases.schema.json, byte for byte. It explains every field.
//
//go:embed cases.schema.json
var Schema []byte

// Case is one case.
type Case struct {
	Name    string  `json:"name"`
	Why     string  `json:"why"`
	Request Request `json:"request"`
	Answer  Answer  `json:"answer"`
}

// Request has the arguments for the client. Every case has a different request.
type Request struct {
	TeamID      int64  `json:"team_id,string"`
	ConnectorID string `json:"connector_identifier"`
	// Scheme is BearerAuth or ApiKeyAuth, the names of the document's security schemes.
	Scheme string `json:"scheme"`
	// Credential is sent after the word Bearer, for both schemes.
	Credential string `json:"credential"`
}

// Answer is the server's response to the request.
type Answer struct {
	Status int `json:"status"`
	// Headers has the header fields except Content-Type.
	Headers map[string]string `json:"headers,omitempty"`
	// Body is the JSON body. Its escapes are sent as written here.
	Body json.RawMessage `json:"body"`
}

// Cases returns the cases in the order of the file.
func Cases() ([]Case, error) {
	var file struct {
		Cases []Case `json:"cases"`
	}
	if err := json.Unmarshal(JSON, &file); err != nil {
		return nil, fmt.Errorf("read the conformance cases: %w", err)
	}
	return file.Cases, nil
}
