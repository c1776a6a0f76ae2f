package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletionCommand adds cobra's own, which takes the output as it is set by then. Left as it is, it would answer a
// shell that it does not know with its help and exit code 0, and repeat an argument that may be a credential.
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

// isCompletion reports whether a shell asks for what could be typed next.
func isCompletion(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// plainUsage takes the back-ticks out of the flags' texts, which name the value in the help, for shells to show.
func plainUsage(command *cobra.Command) {
	command.Flags().VisitAll(func(flag *pflag.Flag) { flag.Usage = strings.ReplaceAll(flag.Usage, "`", "") })
	for _, sub := range command.Commands() {
		plainUsage(sub)
	}
}

// newHelpCommand is cobra's, but for a topic that does not exist, which is a mistake.
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
