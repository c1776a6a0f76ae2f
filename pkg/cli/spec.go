package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

func newSpecCommand() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:   "spec",
		Short: "Print the OpenAPI document",
		Long:  "Print the OpenAPI document of the API, which clients in any language can be generated from.",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			format, err := checkFormat(output, formatYAML, formatYAML, formatJSON)
			if err != nil {
				return err
			}
			document := api.Spec
			if format == formatJSON {
				if document, err = api.SpecJSON(); err != nil {
					return err
				}
			}
			if _, err := command.OutOrStdout().Write(document); err != nil {
				return fmt.Errorf("write the document: %w", err)
			}
			return nil
		},
	}
	command.Flags().StringVar(&output, "output", "", "`format`: yaml or json (default: yaml)")
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]string{formatYAML, formatJSON}, cobra.ShellCompDirectiveNoFileComp))
	return command
}
