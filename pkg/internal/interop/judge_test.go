package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

func allCases(t *testing.T) []conformance.Case {
	t.Helper()
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// rightOutput returns what a correct program prints.
func rightOutput(t *testing.T, cases []conformance.Case) string {
	t.Helper()
	var lines strings.Builder
	for _, c := range cases {
		if err := json.NewEncoder(&lines).Encode(map[string]any{"name": c.Name, "outcome": expected(c.Answer)}); err != nil {
			t.Fatal(err)
		}
	}
	return lines.String()
}

func TestJudge(t *testing.T) {
	cases := allCases(t)
	right := rightOutput(t, cases)
	lines := strings.SplitAfter(right, "\n")
	replace := func(from, to string) string {
		t.Helper()
		if !strings.Contains(right, from) {
			t.Fatalf("no %s in the output", from)
		}
		return strings.Replace(right, from, to, 1)
	}
	tests := []struct {
		name, output string
		// lost is the number of cases that do not pass.
		lost int
		want string
	}{
		{"right", right, 0, ""},
		{"another status", replace(`"status":429`, `"status":500`), 1, "too-many-requests "},
		{"a secret's name trimmed", replace(`" led by a space"`, `"led by a space"`), 1, "names-with-spaces"},
		{"null for an empty list", replace(`"secrets":[]`, `"secrets":null`), 1, "no-secrets"},
		{"no unknown properties", replace(`"unknown_null":null,`, ``), 0, ""},
		{"null for an optional property", replace(`{"code":"NOT_FOUND"`, `{"description":null,"code":"NOT_FOUND"`), 0, ""},
		{"an optional property lost", replace(`"description":"The API key lacks`, `"unknown":"The API key lacks`), 1, "forbidden "},
		{"a number as text", replace(`"count":1`, `"count":"1"`), 1, "one-secret-with-an-api-key"},
		{"no body", replace(`"body":{"count":0,"secrets":[]}`, `"body":null`), 1, "no-secrets"},
		{"a rate limit too many", replace(`"rate_limit":null`, `"rate_limit":{"limit":1,"remaining":1}`), 1, "one-secret-with-an-api-key"},
		{"a delay left out", replace(`"retry_after_seconds":86400`, `"retry_after_seconds":null`), 1, "too-many-requests-for-a-day"},
		{"a line left out", strings.Join(lines[1:], ""), 1, "0 lines, want 1"},
		{"a line twice", right + lines[0], 1, "2 lines, want 1"},
		{"text between the lines", "Hello\n" + right, 0, `it printed "Hello\n"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			passed, problems := judge(cases, []byte(test.output))
			if passed != len(cases)-test.lost {
				t.Errorf("%d of %d passed, want %d", passed, len(cases), len(cases)-test.lost)
			}
			all := strings.Join(problems, "\n")
			if (test.want == "") != (all == "") || !strings.Contains(all, test.want) {
				t.Errorf("problems %q, want %q", all, test.want)
			}
		})
	}
}
