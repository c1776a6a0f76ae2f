//go:build gate

package lint_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// edited writes a copy of the document in which one text is replaced, and returns its name.
func edited(t *testing.T, from, to string) string {
	t.Helper()
	document, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), from) {
		t.Fatalf("api/openapi.yaml has no %q any more: give this edit another place, or remove it", from)
	}
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(string(document), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// run runs make in the root of the repository, and fails the test unless make succeeds or fails as it should, with a text.
func run(t *testing.T, want string, fails bool, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "make", arguments...)
	command.Dir = "../.."
	output, err := command.CombinedOutput()
	if (err != nil) != fails || !strings.Contains(string(output), want) {
		t.Errorf("make %s: %v, want a failure: %t, and %q in\n%s", arguments, err, fails, want, output)
	}
}

const date = `          example: client_id
        created_at:
          type: string
          format: date-time
          description: When the secret was registered.
          example: '2026-01-02T03:04:05Z'
`

// TestLint_FindsDefects plants a defect in the document. One of the two linters must name it.
func TestLint_FindsDefects(t *testing.T) {
	run(t, "accepted", false, "lint-spec") // and installs the linters
	tests := []struct{ name, from, to, want string }{
		{"a date needs no length", "          example: client_id\n", date, ""},
		{"an example breaks its pattern", "example: T3S70", "example: T3/S70", "oas3-valid-media-example"},
		{"a text without a limit", "          maxLength: 255\n", "", "owasp:api4:2023-string-limit"},
		{"an operation without security", "      security:\n        - BearerAuth: []\n        - ApiKeyAuth: []\n", "", "security-defined"},
		{"a closed object", "      description: A secret of the store", "      additionalProperties: false\n      description: A secret of the store", "rule/open-objects"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == "" {
				want = "accepted"
			}
			run(t, want, test.want != "", "lint-spec", "SPEC="+edited(t, test.from, test.to))
		})
	}
}

// TestBreaking_FindsBreaks changes the document. The check of oasdiff that is named must refuse the change.
func TestBreaking_FindsBreaks(t *testing.T) {
	tests := []struct{ name, from, to, want string }{
		{"an optional property more", "          example: client_id\n", date, ""},
		{"a property that may be missing", "        - secret_name\n", "", "response-property-became-optional"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == "" {
				want = "no breaking change"
			}
			run(t, want, test.want != "", "breaking", "BASE=HEAD", "SPEC="+edited(t, test.from, test.to))
		})
	}
	run(t, "BASE=no-such-ref is no commit in this clone", true, "breaking", "BASE=no-such-ref")
}
