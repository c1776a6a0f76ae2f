package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// requestsOnly returns the file of cases without the responses, so that a consumer can get them only through its client.
func requestsOnly(cases []conformance.Case) ([]byte, error) {
	type entry struct {
		Name    string              `json:"name"`
		Request conformance.Request `json:"request"`
	}
	entries := make([]entry, len(cases))
	for i, c := range cases {
		entries[i] = entry{c.Name, c.Request}
	}
	return json.MarshalIndent(map[string]any{"cases": entries}, "", "  ")
}

// verdict has the number of cases that a consumer passed, and the problems with the others.
type verdict struct {
	passed   int
	problems []string
}

// judge compares the lines that a consumer printed with the responses of the cases. A case passes if exactly one line has
// its name, and that line has the expected value in each field of an outcome and no other field.
func judge(cases []conformance.Case, output []byte) verdict {
	var result verdict
	outcomes, err := readLines(output)
	if err != nil {
		result.problems = append(result.problems, err.Error())
	}
	for _, c := range cases {
		printed := outcomes[c.Name]
		delete(outcomes, c.Name)
		if len(printed) != 1 {
			result.problems = append(result.problems, fmt.Sprintf("%s: %d lines, want 1", c.Name, len(printed)))
			continue
		}
		if diff, err := compare(c.Answer, printed[0]); err != nil {
			result.problems = append(result.problems, fmt.Sprintf("%s: %v", c.Name, err))
		} else if diff != "" {
			result.problems = append(result.problems, fmt.Sprintf("%s (-want +got):\n%s", c.Name, diff))
		} else {
			result.passed++
		}
	}
	for name := range outcomes {
		result.problems = append(result.problems, fmt.Sprintf("%q is not the name of a case", name))
	}
	return result
}

// readLines returns the outcomes by the names of their cases. If a line can't be read, it returns those before it.
func readLines(output []byte) (map[string][]json.RawMessage, error) {
	outcomes := map[string][]json.RawMessage{}
	lines := json.NewDecoder(bytes.NewReader(output))
	for {
		var line struct {
			Name    string          `json:"name"`
			Outcome json.RawMessage `json:"outcome"`
		}
		switch err := lines.Decode(&line); {
		case errors.Is(err, io.EOF):
			return outcomes, nil
		case err != nil:
			return outcomes, fmt.Errorf("line %d of the output: %w", len(outcomes)+1, err)
		}
		outcomes[line.Name] = append(outcomes[line.Name], line.Outcome)
	}
}

// compare returns the difference between the expected outcome of a response and the printed one.
func compare(answer conformance.Answer, printed []byte) (diff string, err error) {
	documented, err := responses()
	if err != nil {
		return "", err
	}
	response := documented[answer.Status]
	if response == nil {
		return "", fmt.Errorf("the document has no body for status %d", answer.Status)
	}
	body := bodySchema(response)
	wanted, err := json.Marshal(expected(answer))
	if err != nil {
		return "", err
	}
	wantFields, err := normalize(wanted, body)
	if err != nil {
		return "", err
	}
	gotFields, err := normalize(printed, body)
	return cmp.Diff(wantFields, gotFields), err
}
