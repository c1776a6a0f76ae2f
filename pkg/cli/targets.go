package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// The default team and connector in a sandbox: the example of the API's specification.
const (
	sandboxTeamID      = "936506"
	sandboxConnectorID = "T3S70"
)

// sandboxEnv replaces the environment, whose variables are for the real API. Every credential is the sandbox's.
func sandboxEnv(name string) (string, bool) {
	if name == audit.EnvTeamID {
		return sandboxTeamID, true
	}
	return sandbox.DefaultAPIKey, true
}

// targetFlags name connectors, in addition to the command's arguments.
type targetFlags struct {
	teamID       string
	connectorIDs []string
	from         string
}

func (f *targetFlags) register(command *cobra.Command) {
	set := command.Flags()
	set.StringVarP(&f.teamID, "team-id", "t", "", "`ID` of the team, a number (default: $"+audit.EnvTeamID+")")
	set.StringArrayVar(&f.connectorIDs, "connector-identifier", nil, "`identifier` of a connector, like an argument; repeat it for more")
	set.StringVarP(&f.from, "connectors-from", "f", "", "`file` with one connector per line, as identifier or team/identifier; - for stdin, # for comments")
}

// given reports whether a connector is named.
func (f *targetFlags) given(args []string) bool {
	return len(args) > 0 || len(f.connectorIDs) > 0 || f.from != ""
}

// many reports whether the output names the connector of each secret.
func (f *targetFlags) many(args []string) bool {
	return len(args)+len(f.connectorIDs) > 1 || f.from != ""
}

// connectors returns the connectors in the order given, without repetition. For a sandbox it ignores the environment, which
// is for the real API.
func (f *targetFlags) connectors(args []string, in *input, inSandbox bool) ([]connectorsecrets.Connector, error) {
	team := audit.Team{Text: f.teamID, Source: "--team-id"}
	if team.Text == "" && inSandbox {
		team.Text = sandboxTeamID
	}
	if team.Text == "" {
		team.Text, team.Source = os.Getenv(audit.EnvTeamID), audit.EnvTeamID
	}
	// An invalid team is an error even if every connector names a team.
	if _, err := team.ID(); err != nil && !errors.Is(err, audit.ErrNoTeam) {
		return nil, usageError(err)
	}
	if !f.given(args) {
		if !inSandbox {
			return nil, usagef("which connector? Give its identifier as an argument, such as T3S70 or 936506/T3S70, or with --connector-identifier")
		}
		args = []string{sandboxConnectorID}
	}
	connectors, err := f.named(args, team)
	if err == nil && f.from != "" {
		connectors, err = f.listed(connectors, in, team)
	}
	if errors.Is(err, audit.ErrNoTeam) {
		err = fmt.Errorf("%w Give --team-id (-t), or set %s", err, audit.EnvTeamID)
	}
	if err != nil {
		return nil, usageError(err)
	}
	seen := map[connectorsecrets.Connector]bool{}
	return slices.DeleteFunc(connectors, func(connector connectorsecrets.Connector) bool {
		isTwice := seen[connector]
		seen[connector] = true
		return isTwice
	}), nil
}

// named returns the connectors of the arguments and of --connector-identifier. If there are several, an error gives the
// position of the wrong one. It does not repeat the text, which may be a credential.
func (f *targetFlags) named(args []string, team audit.Team) ([]connectorsecrets.Connector, error) {
	var connectors []connectorsecrets.Connector
	all := len(args) + len(f.connectorIDs)
	for i, text := range slices.Concat(args, f.connectorIDs) {
		connector, err := team.Connector(text)
		if i >= len(args) && strings.Contains(text, "/") {
			err = connectorsecrets.CheckConnector(1, text) // the flag takes an identifier alone
		}
		if err != nil && all > 1 {
			err = fmt.Errorf("%s connector: %w", ordinal(i+1), err)
		}
		if err != nil {
			return nil, err
		}
		connectors = append(connectors, connector)
	}
	return connectors, nil
}

// listed adds the connectors of --connectors-from.
func (f *targetFlags) listed(connectors []connectorsecrets.Connector, in *input, team audit.Team) ([]connectorsecrets.Connector, error) {
	data, err := in.readFile(f.from)
	if err != nil {
		return nil, fmt.Errorf("--connectors-from: %w", err)
	}
	more, err := team.Connectors(data, label(f.from))
	return append(connectors, more...), err
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%10 == 1 && n%100 != 11:
		suffix = "st"
	case n%10 == 2 && n%100 != 12:
		suffix = "nd"
	case n%10 == 3 && n%100 != 13:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
