package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestClient_PassesTheCases judges the project's own client like the programs in other languages.
func TestClient_PassesTheCases(t *testing.T) {
	url, cases := sandbox.Start(t).URL, allCases(t)
	var output strings.Builder
	for _, c := range cases {
		line := map[string]any{"name": c.Name, "outcome": call(t, url, c.Request)}
		if err := json.NewEncoder(&output).Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	if _, problems := judge(cases, []byte(output.String())); len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
}

func call(t *testing.T, url string, request conformance.Request) map[string]any {
	t.Helper()
	credential := connectorsecrets.APIKey(request.Credential)
	if request.Scheme == "BearerAuth" {
		credential = connectorsecrets.BearerToken(request.Credential)
	}
	client, err := connectorsecrets.New(credential, connectorsecrets.WithBaseURL(url), connectorsecrets.WithoutRetry())
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.List(t.Context(), request.TeamID, request.ConnectorID)
	if err == nil {
		return map[string]any{"status": list.Response.StatusCode, "body": list}
	}
	var apiError *connectorsecrets.APIError
	if !errors.As(err, &apiError) {
		t.Fatal(err)
	}
	outcome := map[string]any{"status": apiError.Response.StatusCode, "body": apiError.Envelope}
	if delay := apiError.Response.RetryAfter; delay > 0 {
		outcome["retry_after_seconds"] = int(delay / time.Second)
	}
	if limit := apiError.Response.RateLimit; limit.Limit > 0 {
		outcome["rate_limit"] = map[string]int{"limit": limit.Limit, "remaining": limit.Remaining}
	}
	return outcome
}
