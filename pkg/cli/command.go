package cli

import "github.com/spf13/cobra"

// Command returns the whole command line, to generate man pages and completions from it.
func Command() *cobra.Command {
	root := newRootCommand()
	addCompletionCommand(root)
	return root
}
