package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// flagError says what is wrong with a flag. It does not repeat the value, which may be a credential in the wrong place.
func flagError(command *cobra.Command, err error) error {
	unknown, isUnknown := errors.AsType[*pflag.NotExistError](err)
	missing, isMissing := errors.AsType[*pflag.ValueRequiredError](err)
	invalid, isInvalid := errors.AsType[*pflag.InvalidValueError](err)
	help := fmt.Sprintf("see %q", command.CommandPath()+" --help")
	switch args := command.Flags().Args(); {
	case isUnknown && command.HasSubCommands() && len(args) > 0:
		return unknownCommand(command, args[0])
	case isUnknown:
		return unknownFlag(command, unknown, help)
	case isMissing:
		dashes := "--"
		if missing.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return fmt.Errorf("%s%s needs a value; %s", dashes, missing.GetSpecifiedName(), help)
	case isInvalid:
		return fmt.Errorf("--%s takes a %s; %s", invalid.GetFlag().Name, valueForms[invalid.GetFlag().Value.Type()], help)
	default:
		return fmt.Errorf("a flag can't be read; %s", help)
	}
}

// refuseEmpty returns an error if a flag is given with an empty value. To ignore the flag would check less than the user asked
// for. Only the format has a default.
func refuseEmpty(command *cobra.Command) (err error) {
	command.Flags().Visit(func(flag *pflag.Flag) {
		if flag.Name != "output" && flag.Value.String() == "" {
			err = usagef("--%s must not be empty; is a shell variable not set?", flag.Name)
		}
	})
	return err
}

// meant has what people type for a flag whose name is not similar.
var meant = map[string][]string{"output": {"format"}, "addr": {"port", "host"}, "team-id": {"id"}, "require": {"name", "secret"}, "rate": {"pace"}}

// forCredentials matches the names of flags with which other tools take a credential, such as -H of curl.
var forCredentials = regexp.MustCompile(`(?i)key|token|auth|secret|header|^H$`)

// unknownFlag suggests a similar flag if there is one. It repeats at most a single letter of what was typed.
func unknownFlag(command *cobra.Command, unknown *pflag.NotExistError, help string) error {
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" && name != "H" {
		return fmt.Errorf("unknown flag -%s; %s", name, help)
	}
	if output := command.Flags().Lookup("output"); output != nil {
		formats := output.Annotations[formatsOfOutput]
		if i := slices.Index(formats, name); i >= 0 {
			return fmt.Errorf("unknown flag; did you mean --output %s (-o %[1]s)?", formats[i])
		}
	}
	// cobra suggests commands only, so make a command of each flag.
	flags := &cobra.Command{SuggestionsMinimumDistance: 2}
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		flags.AddCommand(&cobra.Command{Use: flag.Name, SuggestFor: meant[flag.Name], Run: func(*cobra.Command, []string) {}})
	})
	if suggestions := flags.SuggestionsFor(name); len(suggestions) > 0 && name != "H" {
		return fmt.Errorf("unknown flag; did you mean --%s?", strings.Join(suggestions, " or --"))
	}
	if forCredentials.MatchString(name) {
		return fmt.Errorf("no flag takes a credential, because other processes could see it: set %s or %s instead",
			connectorsecrets.EnvAPIKey, connectorsecrets.EnvBearerToken)
	}
	return fmt.Errorf("unknown flag; %s", help)
}

// valueForms describes the values of flags by their type, for "--flag takes a ...".
var valueForms = map[string]string{
	"duration": "duration with its unit, such as 30s or 2m",
	"int":      "whole number",
	"float64":  "number",
	"bool":     "value that is true or false",
}
