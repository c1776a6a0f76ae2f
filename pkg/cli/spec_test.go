package cli_test

import (
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

func TestSpec_ClientForm(t *testing.T) {
	asYAML, err := api.ClientSpec()
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := api.ClientSpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	asHTML, err := reference.Page(asJSON, reference.Options{Notice: "To try the API out, start connector-secrets sandbox, and open /docs there."})
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string][]byte{"": asYAML, "yaml": asYAML, "json": asJSON, "html": asHTML} {
		if got := run("spec", "--form", "client", "--output", format); got.code != 0 || got.stdout != string(want) {
			t.Errorf("%q: exit code %d, stderr %q, %d bytes, want %d", format, got.code, got.stderr, len(got.stdout), len(want))
		}
	}
	if got := run("spec", "--form", "full"); got.code != 0 || got.stdout != string(api.Spec) {
		t.Errorf("--form full: exit code %d, stderr %q, %d bytes", got.code, got.stderr, len(got.stdout))
	}
	checkFailure(t, run("spec", "--form", "short"), 64, "--form", "full or client")
	checkFailure(t, run("spec", "--form", ""), 64, "--form", "full or client")
}

func TestRun_Spec(t *testing.T) {
	asJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	asHTML, err := reference.Page(asJSON, reference.Options{Notice: "To try the API out, start connector-secrets sandbox, and open /docs there."})
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string][]byte{"": api.Spec, "yaml": api.Spec, "json": asJSON, "html": asHTML} {
		if got := run("spec", "--output", format); got.code != 0 || got.stdout != string(want) {
			t.Errorf("%q: exit code %d, stderr %q, %d bytes, want %d", format, got.code, got.stderr, len(got.stdout), len(want))
		}
	}
}
