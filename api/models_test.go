package api_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// TestExamples_FitTheModels decodes every example into the generated model and encodes it back.
func TestExamples_FitTheModels(t *testing.T) {
	seen := 0
	for status, response := range operation(t).Responses.Map() {
		for name, example := range response.Value.Content.Get("application/json").Examples {
			seen++
			t.Run(status+"/"+name, func(t *testing.T) {
				var model any = &secretsapi.ErrorEnvelope{}
				if status == "200" {
					model = &secretsapi.SecretList{}
				}
				want, err := json.Marshal(example.Value.Value)
				if err != nil {
					t.Fatal(err)
				}
				decoder := json.NewDecoder(bytes.NewReader(want))
				decoder.DisallowUnknownFields()
				if err := decoder.Decode(model); err != nil {
					t.Fatal(err)
				}
				encoded, err := json.Marshal(model)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(normal(t, want), normal(t, encoded)); diff != "" {
					t.Errorf("(-example +model):\n%s", diff)
				}
			})
		}
	}
	if seen < 8 {
		t.Errorf("%d examples, want at least 8: three of a list and one of each error", seen)
	}
}

func normal(t *testing.T, document []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
