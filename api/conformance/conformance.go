// Package conformance holds the language-neutral conformance cases: what a client of the API is asked for, what the
// server answers, and what the client must make of it. The sandbox plays them all; see README.md.
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
	Expect  Outcome `json:"expect"`
}

// Request is what the client is called with. No two cases have the same.
type Request struct {
	TeamID      int64  `json:"team_id,string"`
	ConnectorID string `json:"connector_identifier"`
	// Scheme is BearerAuth or ApiKeyAuth, the names of the document's security schemes.
	Scheme string `json:"scheme"`
	// Credential is sent after the word Bearer, for both schemes.
	Credential string `json:"credential"`
}

// Answer is what the server answers to this request.
type Answer struct {
	Status int `json:"status"`
	// Headers besides Content-Type.
	Headers map[string]string `json:"headers"`
	// Body is JSON, as it goes over the wire.
	Body json.RawMessage `json:"body"`
}

// Outcome is what the client must make of the answer. Nil stands for what the answer does not have.
type Outcome struct {
	Status int `json:"status"`
	// Secrets in the order of the answer; nil unless the status is 200.
	Secrets           []Secret   `json:"secrets"`
	Code              *string    `json:"code"`
	Message           *string    `json:"message"`
	Description       *string    `json:"description"`
	RequestID         *string    `json:"request_id"`
	RetryAfterSeconds *int       `json:"retry_after_seconds"`
	RateLimit         *RateLimit `json:"rate_limit"`
}

// Secret is one of a list.
type Secret struct {
	Placeholder string `json:"secret_placeholder"`
	Name        string `json:"secret_name"`
}

// RateLimit is where the caller stands in the hourly limit.
type RateLimit struct {
	Limit     int `json:"limit"`
	Remaining int `json:"remaining"`
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
