package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

func newSpecCommand() *cobra.Command {
	var form, output string
	command := &cobra.Command{
		Use:   "spec",
		Short: "Print the OpenAPI document",
		Long: `Print the OpenAPI document of the API, from which clients in any language can be generated.

With --form client, print the form for generators whose clients check responses. It has one security scheme, and no limits
on the values in responses: otherwise a client loses a whole response when one value exceeds a limit.

With --output html, print the reference for people: one page that loads nothing from any other host.`,
		Example: `  connector-secrets spec > openapi.yaml
  connector-secrets spec --form client > openapi.client.yaml
  connector-secrets spec --output html > reference.html`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			format, err := checkFormat(output, specFormats)
			if err != nil {
				return err
			}
			if !slices.Contains(specForms, form) {
				return usagef("unknown --form: use %s", strings.Join(specForms, " or "))
			}
			document, err := documents[form][format]()
			if err != nil {
				return err
			}
			return write(command, document)
		},
	}
	outputFlag(command, &output, specFormats)
	command.Flags().StringVar(&form, "form", formFull, "`form`: full or client")
	_ = command.RegisterFlagCompletionFunc("form", cobra.FixedCompletions(specForms, cobra.ShellCompDirectiveNoFileComp))
	return command
}

var specFormats = []string{formatYAML, formatJSON, formatHTML}

// The forms of the document.
const (
	formFull   = "full"
	formClient = "client"
)

var specForms = []string{formFull, formClient}

// documents has the document in each form and format.
var documents = map[string]map[string]func() ([]byte, error){
	formFull:   {formatYAML: func() ([]byte, error) { return api.Spec, nil }, formatJSON: api.SpecJSON, formatHTML: page(api.SpecJSON)},
	formClient: {formatYAML: api.ClientSpec, formatJSON: api.ClientSpecJSON, formatHTML: page(api.ClientSpecJSON)},
}

// page returns the reference for people.
func page(asJSON func() ([]byte, error)) func() ([]byte, error) {
	return func() ([]byte, error) {
		document, err := asJSON()
		if err != nil {
			return nil, err
		}
		return reference.Page(document, reference.Options{Notice: "To try the API out, start connector-secrets sandbox, and open /docs there."})
	}
}
