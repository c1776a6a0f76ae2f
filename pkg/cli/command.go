package cli

import "github.com/spf13/cobra"

// Command returns the whole command line, for what is made from it: man pages and completions.
func Command() *cobra.Command {
	root := newRootCommand()
	addCompletionCommand(root)
	return root
}
