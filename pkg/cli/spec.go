package cli

import (
	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

func newSpecCommand() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "spec",
		Short: "Print the OpenAPI document",
		Long: `Print the OpenAPI document of the API, which clients in any language can be generated from.

As html, it is the reference for people: one page that holds all it needs and asks no other host.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			format, err := checkFormat(output, formatYAML, specFormats)
			if err != nil {
				return err
			}
			document, err := specAs(format)
			if err != nil {
				return err
			}
			return write(command, document)
		},
	}
	outputFlag(command, &output, formatYAML, specFormats)
	return command
}

var specFormats = []string{formatYAML, formatJSON, formatHTML}

// specAs returns the document in a format that checkFormat has let through.
func specAs(format string) ([]byte, error) {
	if format == formatYAML {
		return api.Spec, nil
	}
	asJSON, err := api.SpecJSON()
	if err != nil || format == formatJSON {
		return asJSON, err
	}
	return reference.Page(asJSON, reference.Options{Notice: "To try the API out, start connector-secrets sandbox, and open /docs there."})
}
