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
	command, _, _ := root.Find([]string{"completion"}) // it is there
	command.Args, command.RunE = noArguments, func(command *cobra.Command, _ []string) error { return command.Help() }
	for _, shell := range command.Commands() {
		shell.Args = noArguments
	}
	command.Long = `Generate the script with which a shell completes commands and flags. Each installs it with one line, for new shells:

  bash        ` + name + ` completion bash > /etc/bash_completion.d/` + name + `
  zsh         ` + name + ` completion zsh > "${fpath[1]}/_` + name + `"
  fish        ` + name + ` completion fish > ~/.config/fish/completions/` + name + `.fish
  PowerShell  ` + name + ` completion powershell >> $PROFILE`
}

// plainUsage removes the back-ticks from the flags' texts, because shells show them. In the help they mark the value's name.
func plainUsage(command *cobra.Command) {
	command.Flags().VisitAll(func(flag *pflag.Flag) { flag.Usage = strings.ReplaceAll(flag.Usage, "`", "") })
	for _, sub := range command.Commands() {
		plainUsage(sub)
	}
}

// addHelpCommand adds cobra's help command. Unchanged, it would repeat an unknown topic and return 0.
func addHelpCommand(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"}) // it is there
	help.Args = func(_ *cobra.Command, args []string) error {
		if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
			return unknownCommand(root, args[0])
		}
		return nil
	}
}
