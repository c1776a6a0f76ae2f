// Command go-connectorsecrets calls the API once for each conformance case, through this project's own client, and prints the
// client's results.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-connectorsecrets BASE_URL CASES_FILE")
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
	Scheme      string `json:"scheme"`
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
	credential := connectorsecrets.APIKey(request.Credential)
	if request.Scheme == "BearerAuth" {
		credential = connectorsecrets.BearerToken(request.Credential)
	}
	client, err := connectorsecrets.New(credential, connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry())
	if err != nil {
		return nil, err
	}
	list, err := client.List(ctx, request.TeamID, request.ConnectorID)
	if err == nil {
		return &outcome{Status: list.Response.StatusCode, Body: list}, nil
	}
	var apiError *connectorsecrets.APIError
	if !errors.As(err, &apiError) {
		return nil, err
	}
	result := &outcome{Status: apiError.Response.StatusCode, Body: apiError.Envelope}
	if apiError.Response.RetryAfter > 0 {
		result.RetryAfterSeconds = new(int(apiError.Response.RetryAfter / time.Second))
	}
	if limit := apiError.Response.RateLimit; limit.Limit > 0 {
		result.RateLimit = &rateLimit{limit.Limit, limit.Remaining}
	}
	return result, nil
}
