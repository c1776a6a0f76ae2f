package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestRun_PassesEveryCase runs on every machine; `make interop` does the same for the other clients.
func TestRun_PassesEveryCase(t *testing.T) {
	cases, err := conformance.Cases()
	if err != nil {
		t.Fatal(err)
	}
	server := sandbox.Start(t)
	var output bytes.Buffer
	if err := run(context.Background(), server.URL, filepath.Join("..", "..", "conformance", "cases.json"), &output); err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(&output)
	for _, c := range cases {
		var line struct {
			Name    string
			Outcome conformance.Outcome
		}
		if err := lines.Decode(&line); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if line.Name != c.Name {
			t.Fatalf("%s in the place of %s", line.Name, c.Name)
		}
		if diff := cmp.Diff(c.Expect, line.Outcome); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.Name, diff)
		}
	}
	if lines.More() {
		t.Error("more lines than cases")
	}
}
