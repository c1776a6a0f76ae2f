// Command go-ogen calls the API once for each conformance case, through a client that ogen makes from the client form of the
// document, and prints the client's results.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"example.com/go-ogen/client"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-ogen BASE_URL CASES_FILE")
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

// bearer is a credential. An API key and an OAuth token are sent in the same form.
type bearer string

// BearerAuth returns the credential to the client.
func (b bearer) BearerAuth(context.Context, client.OperationName) (client.BearerAuth, error) {
	return client.BearerAuth{Token: string(b)}, nil
}

// recorder keeps the last response, because the client's types do not have the status.
type recorder struct {
	http *http.Client
	last *http.Response
}

// Do sends a request for the client.
func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	response, err := r.http.Do(request)
	r.last = response
	return response, err
}

func call(ctx context.Context, baseURL string, request request) (*outcome, error) {
	recorder := &recorder{http: &http.Client{Timeout: 30 * time.Second}} // none by default
	api, err := client.NewClient(baseURL, bearer(request.Credential), client.WithClient(recorder))
	if err != nil {
		return nil, err
	}
	response, err := api.ListConnectorSecrets(ctx, client.ListConnectorSecretsParams{TeamID: request.TeamID, ConnectorIdentifier: request.ConnectorID})
	if err != nil {
		return nil, err
	}
	// All types of errors have this method, which returns the envelope.
	failed, ok := response.(interface{ GetResponse() client.ErrorEnvelope })
	if !ok {
		return &outcome{Status: recorder.last.StatusCode, Body: response}, nil
	}
	envelope := failed.GetResponse()
	header := recorder.last.Header
	result := &outcome{Status: recorder.last.StatusCode, Body: &envelope, RetryAfterSeconds: number(header, "Retry-After")}
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
