// Command go-oapi-codegen calls the API once for each conformance case, through a client that oapi-codegen makes from the
// document, and prints what came of it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-oapi-codegen BASE_URL CASES_FILE")
		os.Exit(64)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type request struct {
	TeamID      int64  `json:"team_id,string"`
	ConnectorID string `json:"connector_identifier"`
	Credential  string `json:"credential"`
}

type outcome struct {
	Status            int        `json:"status"`
	Body              any        `json:"body"`
	RetryAfterSeconds *int       `json:"retry_after_seconds"`
	RateLimit         *rateLimit `json:"rate_limit"`
}

type rateLimit struct {
	Limit     int `json:"limit"`
	Remaining int `json:"remaining"`
}

// run prints a line of JSON for each case.
func run(ctx context.Context, baseURL, casesFile string) error {
	content, err := os.ReadFile(casesFile)
	if err != nil {
		return err
	}
	var file struct {
		Cases []struct {
			Name    string
			Request request
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return fmt.Errorf("%s: %w", casesFile, err)
	}
	lines := json.NewEncoder(os.Stdout)
	for _, c := range file.Cases {
		outcome, err := call(ctx, baseURL, c.Request)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		if err := lines.Encode(map[string]any{"name": c.Name, "outcome": outcome}); err != nil {
			return err
		}
	}
	return nil
}

func call(ctx context.Context, baseURL string, request request) (*outcome, error) {
	// An API key and an OAuth token go on the wire in the same form.
	authorize := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+request.Credential)
		return nil
	}
	client, err := NewClientWithResponses(baseURL, WithRequestEditorFn(authorize),
		WithHTTPClient(&http.Client{Timeout: 30 * time.Second})) // none by default
	if err != nil {
		return nil, err
	}
	response, err := client.ListConnectorSecretsWithResponse(ctx, request.TeamID, request.ConnectorID)
	if err != nil {
		return nil, err
	}
	if response.JSON200 != nil {
		return &outcome{Status: response.StatusCode(), Body: response.JSON200}, nil
	}
	// The client has a field for each documented status. All of them are the same envelope, and so is one that is new.
	var envelope ErrorEnvelope
	if err := json.Unmarshal(response.Body, &envelope); err != nil || response.StatusCode() < 400 {
		return nil, errors.New("no answer that the document has: status " + response.Status())
	}
	result := &outcome{Status: response.StatusCode(), Body: envelope}
	// Typed headers, such as Headers429, are another type for each status.
	header := response.HTTPResponse.Header
	result.RetryAfterSeconds = number(header, "Retry-After")
	limit, remaining := number(header, "X-RateLimit-Limit"), number(header, "X-RateLimit-Remaining")
	if limit != nil && remaining != nil {
		result.RateLimit = &rateLimit{Limit: *limit, Remaining: *remaining}
	}
	return result, nil
}

func number(header http.Header, name string) *int {
	value, err := strconv.Atoi(header.Get(name))
	if err != nil {
		return nil
	}
	return &value
}
