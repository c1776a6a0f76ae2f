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
	Secrets           []secret   `json:"secrets"`
	Code              *string    `json:"code"`
	Message           *string    `json:"message"`
	Description       *string    `json:"description"`
	RequestID         *string    `json:"request_id"`
	RetryAfterSeconds *int32     `json:"retry_after_seconds"`
	RateLimit         *rateLimit `json:"rate_limit"`
}

// secret is not the generated type, which can gain fields.
type secret struct {
	Placeholder string `json:"secret_placeholder"`
	Name        string `json:"secret_name"`
}

type rateLimit struct {
	Limit     int32 `json:"limit"`
	Remaining int32 `json:"remaining"`
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
	if len(file.Cases) == 0 {
		return fmt.Errorf("%s: it has no cases", casesFile)
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
	// The client has a field for each documented status, and no error for any other, nor for a body that is not JSON.
	switch status := response.StatusCode(); {
	case response.JSON200 != nil:
		return success(status, response.JSON200)
	case response.JSON401 != nil:
		header := response.Headers401
		return failure(status, response.JSON401, header.XRateLimitLimit, header.XRateLimitRemaining), nil
	case response.JSON403 != nil:
		header := response.Headers403
		return failure(status, response.JSON403, header.XRateLimitLimit, header.XRateLimitRemaining), nil
	case response.JSON404 != nil:
		header := response.Headers404
		return failure(status, response.JSON404, header.XRateLimitLimit, header.XRateLimitRemaining), nil
	case response.JSON429 != nil:
		header := response.Headers429
		result := failure(status, response.JSON429, header.XRateLimitLimit, header.XRateLimitRemaining)
		result.RetryAfterSeconds = header.RetryAfter
		return result, nil
	case response.JSON500 != nil:
		return failure(status, response.JSON500, nil, nil), nil
	default:
		return nil, errors.New("no answer that the document has: status " + response.Status())
	}
}

func success(status int, list *ConnectorSecretList) (*outcome, error) {
	if list.Secrets == nil || len(list.Secrets) != int(list.Count) {
		return nil, errors.New("the answer has no list, or one that is not as long as its count")
	}
	secrets := make([]secret, len(list.Secrets))
	for i, s := range list.Secrets {
		secrets[i] = secret{s.SecretPlaceholder, s.SecretName}
	}
	return &outcome{Status: status, Secrets: secrets}, nil
}

func failure(status int, envelope *ErrorEnvelope, limit, remaining *int32) *outcome {
	result := &outcome{
		Status:      status,
		Code:        &envelope.Error.Code,
		Message:     &envelope.Error.Message,
		Description: envelope.Error.Description,
		RequestID:   &envelope.Meta.RequestId,
	}
	if limit != nil && remaining != nil {
		result.RateLimit = &rateLimit{Limit: *limit, Remaining: *remaining}
	}
	return result
}
