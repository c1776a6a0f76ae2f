package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// flagError says what is wrong with a flag. It does not repeat the value, which may be a credential in the wrong place.
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
		dashes := "--"
		if missing.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return fmt.Errorf("%s%s needs a value; %s", dashes, missing.GetSpecifiedName(), help)
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s takes a %s; %s", invalid.GetFlag().Name, valueForm(invalid.GetFlag()), help)
	default:
		return fmt.Errorf("a flag can't be read; %s", help)
	}
}

// refuseEmpty returns an error if one of the flags is given with an empty value. To ignore the flag would check less than the
// user asked for.
func refuseEmpty(command *cobra.Command, flags ...string) error {
	for _, name := range flags {
		if flag := command.Flags().Lookup(name); flag.Changed && flag.Value.String() == "" {
			return usagef("--%s must not be empty; is a shell variable not set?", name)
		}
	}
	return nil
}

// unknownFlag suggests a similar flag if there is one. It repeats at most a single letter of what was typed.
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
	// cobra suggests commands only, so make a command of each flag.
	flags := &cobra.Command{SuggestionsMinimumDistance: 2}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		flags.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
	})
	if suggestions := flags.SuggestionsFor(name); len(suggestions) > 0 {
		return fmt.Errorf("unknown flag; did you mean --%s?", strings.Join(suggestions, " or --"))
	}
	return fmt.Errorf("unknown flag; %s", help)
}

// valueForm describes the values of a flag, for "--flag takes a ...".
func valueForm(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "duration":
		return "duration with its unit, such as 30s or 2m"
	case "int", "int64":
		return "whole number"
	case "float64":
		return "number"
	case "bool":
		return "value that is true or false"
	default:
		return flag.Value.Type()
	}
}
