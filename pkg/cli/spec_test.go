package cli_test

import (
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

// TestSpec prints each form in each format. The full form is the default.
func TestSpec(t *testing.T) {
	forms := []struct {
		args   []string
		asYAML func() ([]byte, error)
		asJSON func() ([]byte, error)
	}{
		{[]string{"spec"}, func() ([]byte, error) { return api.Spec, nil }, api.SpecJSON},
		{[]string{"spec", "--form", "full"}, func() ([]byte, error) { return api.Spec, nil }, api.SpecJSON},
		{[]string{"spec", "--form", "client"}, api.ClientSpec, api.ClientSpecJSON},
	}
	for _, form := range forms {
		asYAML, err := form.asYAML()
		if err != nil {
			t.Fatal(err)
		}
		asJSON, err := form.asJSON()
		if err != nil {
			t.Fatal(err)
		}
		asHTML, err := reference.Page(asJSON, reference.Options{Notice: "To try the API out, start connector-secrets sandbox, and open /docs there."})
		if err != nil {
			t.Fatal(err)
		}
		for format, want := range map[string][]byte{"": asYAML, "yaml": asYAML, "json": asJSON, "html": asHTML} {
			if got := run(append(form.args, "--output", format)...); got.code != 0 || got.stdout != string(want) {
				t.Errorf("%v, %q: exit code %d, stderr %q, %d bytes, want %d", form.args, format, got.code, got.stderr, len(got.stdout), len(want))
			}
		}
	}
	checkFailure(t, run("spec", "--form", "short"), 64, "--form", "full or client")
	checkFailure(t, run("spec", "--form", ""), 64, "--form", "full or client")
}
