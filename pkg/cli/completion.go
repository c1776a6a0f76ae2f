package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletionCommand adds cobra's completion command, which writes to the output that is set when it is added. Unchanged,
// it would print its help and return 0 for an unknown shell, and repeat an argument that may be a credential.
func addCompletionCommand(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() != "completion" {
			continue
		}
		command.Args, command.RunE = noArguments, func(command *cobra.Command, _ []string) error { return command.Help() }
		for _, shell := range command.Commands() {
			shell.Args = noArguments
		}
	}
}

// isCompletion reports whether a shell requests completions.
func isCompletion(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
}

// plainUsage removes the back-ticks from the flags' texts, because shells show them. In the help they mark the value's name.
func plainUsage(command *cobra.Command) {
	command.Flags().VisitAll(func(flag *pflag.Flag) { flag.Usage = strings.ReplaceAll(flag.Usage, "`", "") })
	for _, sub := range command.Commands() {
		plainUsage(sub)
	}
}

// newHelpCommand is cobra's help command, except that an unknown topic is an error.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		ValidArgsFunction: func(command *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if about, _, err := command.Root().Find(args); err == nil {
				for _, sub := range about.Commands() {
					if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
						names = append(names, sub.Name()+"\t"+sub.Short)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(command *cobra.Command, args []string) error {
			about, rest, err := command.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError(unknownCommand(command.Root(), args[0]))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
