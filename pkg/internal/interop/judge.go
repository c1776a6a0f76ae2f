package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// outcome is what a program reports about a response. A field is nil if the response does not have it.
type outcome struct {
	Status            int             `json:"status"`
	Body              json.RawMessage `json:"body"`
	RetryAfterSeconds *int            `json:"retry_after_seconds"`
	RateLimit         map[string]int  `json:"rate_limit"`
}

// judge compares the lines that a program printed with the responses of the cases. A case passes if exactly one line has its
// name, and the line has the expected outcome.
func judge(cases []conformance.Case, output []byte) (passed int, problems []string) {
	printed := map[string][]outcome{}
	for line := range bytes.Lines(output) {
		var one struct {
			Name    string  `json:"name"`
			Outcome outcome `json:"outcome"`
		}
		if err := json.Unmarshal(line, &one); err != nil {
			problems = append(problems, fmt.Sprintf("it printed %q: %v", line, err))
		}
		printed[one.Name] = append(printed[one.Name], one.Outcome)
	}
	for _, c := range cases {
		if got := printed[c.Name]; len(got) != 1 {
			problems = append(problems, fmt.Sprintf("%s: %d lines, want 1", c.Name, len(got)))
		} else if diff := compare(expected(c.Answer), got[0]); diff != "" {
			problems = append(problems, fmt.Sprintf("%s (-want +got):\n%s", c.Name, diff))
		} else {
			passed++
		}
	}
	return passed, problems
}

// expected returns the outcome for a response. Its header fields matter for errors only.
func expected(answer conformance.Answer) outcome {
	want := outcome{Status: answer.Status, Body: answer.Body}
	if answer.Status < http.StatusBadRequest {
		return want
	}
	number := func(name string) *int {
		if value, err := strconv.Atoi(answer.Headers[name]); err == nil {
			return &value
		}
		return nil
	}
	want.RetryAfterSeconds = number("Retry-After")
	if limit, remaining := number("X-RateLimit-Limit"), number("X-RateLimit-Remaining"); limit != nil && remaining != nil {
		want.RateLimit = map[string]int{"limit": *limit, "remaining": *remaining}
	}
	return want
}

// compare returns the difference between two outcomes. It compares the bodies as models that are generated from the document.
// So it ignores undocumented properties, and what languages write in different ways: null or nothing for an absent optional
// property, and the forms of a time.
func compare(want, got outcome) string {
	var wantBody, gotBody any = new(secretsapi.SecretList), new(secretsapi.SecretList)
	if want.Status >= http.StatusBadRequest {
		wantBody, gotBody = new(secretsapi.ErrorEnvelope), new(secretsapi.ErrorEnvelope)
	}
	if err := errors.Join(json.Unmarshal(want.Body, wantBody), json.Unmarshal(got.Body, gotBody)); err != nil {
		return fmt.Sprintf("the body %s: %v", got.Body, err)
	}
	want.Body, got.Body = nil, nil
	return cmp.Diff(want, got) + cmp.Diff(wantBody, gotBody)
}
