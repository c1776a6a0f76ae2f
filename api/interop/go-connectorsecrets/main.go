// Command go-connectorsecrets calls the API once for each conformance case, through this project's own client, and prints
// what the client made of the answers.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go-connectorsecrets BASE_URL CASES_FILE")
		os.Exit(64)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints a line of JSON for each case.
func run(ctx context.Context, baseURL, casesFile string, w io.Writer) error {
	content, err := os.ReadFile(casesFile)
	if err != nil {
		return err
	}
	var file struct {
		Cases []conformance.Case `json:"cases"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return fmt.Errorf("%s: %w", casesFile, err)
	}
	if len(file.Cases) == 0 {
		return fmt.Errorf("%s: it has no cases", casesFile)
	}
	lines := json.NewEncoder(w)
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

func call(ctx context.Context, baseURL string, request conformance.Request) (conformance.Outcome, error) {
	credential := connectorsecrets.APIKey(request.Credential)
	if request.Scheme == "BearerAuth" {
		credential = connectorsecrets.BearerToken(request.Credential)
	}
	client, err := connectorsecrets.New(credential, connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithoutRetry())
	if err != nil {
		return conformance.Outcome{}, err
	}
	list, err := client.List(ctx, request.TeamID, request.ConnectorID)
	var apiError *connectorsecrets.APIError
	switch {
	case errors.As(err, &apiError):
		return failure(apiError), nil
	case err != nil:
		return conformance.Outcome{}, err
	}
	secrets := make([]conformance.Secret, len(list.Secrets))
	for i, secret := range list.Secrets {
		secrets[i] = conformance.Secret{Placeholder: secret.Placeholder, Name: secret.Name}
	}
	return conformance.Outcome{Status: list.Response.StatusCode, Secrets: secrets}, nil
}

func failure(err *connectorsecrets.APIError) conformance.Outcome {
	outcome := conformance.Outcome{
		Status:    err.StatusCode,
		Code:      new(string(err.Code)),
		Message:   &err.Message,
		RequestID: &err.RequestID,
	}
	if err.Description != "" {
		outcome.Description = &err.Description
	}
	if err.RetryAfter > 0 {
		outcome.RetryAfterSeconds = new(int(err.RetryAfter / time.Second))
	}
	if err.RateLimit.Limit > 0 {
		outcome.RateLimit = &conformance.RateLimit{Limit: err.RateLimit.Limit, Remaining: err.RateLimit.Remaining}
	}
	return outcome
}
