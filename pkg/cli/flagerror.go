package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// flagError says what is wrong with a flag without repeating its value, which may be a credential in the wrong place.
func flagError(command *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	help := fmt.Sprintf("see %q", command.CommandPath()+" --help")
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(command, unknown, help)
	case errors.As(err, &missing):
		return fmt.Errorf("--%s needs a value; %s", missing.GetSpecifiedName(), help)
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s takes a %s; %s", invalid.GetFlag().Name, valueForm(invalid.GetFlag()), help)
	default:
		return fmt.Errorf("a flag can't be read; %s", help)
	}
}

// unknownFlag says which flag was meant, if that can be told. What was typed is not repeated but for a single letter.
func unknownFlag(command *cobra.Command, unknown *pflag.NotExistError, help string) error {
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf("unknown flag -%s; %s", name, help)
	}
	switch name {
	case "api-key", "token", "bearer-token", "key":
		return fmt.Errorf("no flag takes a credential, because other processes could see it: set %s or %s instead",
			connectorsecrets.EnvAPIKey, connectorsecrets.EnvBearerToken)
	}
	// Flags are suggested as commands are.
	flags := &cobra.Command{SuggestionsMinimumDistance: 2}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		flags.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
	})
	if suggestions := flags.SuggestionsFor(name); len(suggestions) > 0 {
		return fmt.Errorf("unknown flag; did you mean --%s?", strings.Join(suggestions, " or --"))
	}
	return fmt.Errorf("unknown flag; %s", help)
}

// valueForm describes what a flag takes.
func valueForm(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "duration":
		return "duration with its unit, such as 30s or 2m"
	case "int", "int64":
		return "whole number"
	case "float64":
		return "number"
	case "bool":
		return "yes or no as true or false"
	default:
		return flag.Value.Type()
	}
}
