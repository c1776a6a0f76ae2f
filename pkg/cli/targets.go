package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

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

// connectors returns the connectors in the order given, without repetition. Without any, it is that of a sandbox, if there is
// one.
func (f *targetFlags) connectors(args []string, in *input, client *clientFlags) ([]connectorsecrets.Connector, error) {
	team := audit.Team{Text: f.teamID, Source: "--team-id"}
	if team.Text == "" {
		team.Text, _ = client.lookupEnv(audit.EnvTeamID)
		team.Source = audit.EnvTeamID
	}
	// An invalid team is an error even if every connector names a team.
	if _, err := team.ID(); err != nil && !errors.Is(err, audit.ErrNoTeam) {
		return nil, err
	}
	if !f.given(args) {
		if client.example.ID == "" {
			return nil, errors.New("which connector? Give its identifier as an argument, such as T3S70 or 936506/T3S70, or with --connector-identifier")
		}
		args = []string{client.example.ID}
	}
	connectors, err := f.named(args, team)
	if err == nil && f.from != "" {
		var data []byte
		if data, err = in.readFile(f.from); err != nil {
			return nil, fmt.Errorf("--connectors-from: %w", err)
		}
		var listed []connectorsecrets.Connector
		listed, err = team.Connectors(data, label(f.from))
		connectors = append(connectors, listed...)
	}
	if errors.Is(err, audit.ErrNoTeam) {
		err = fmt.Errorf("%w Give --team-id (-t), or set %s", err, audit.EnvTeamID)
	}
	seen := map[connectorsecrets.Connector]bool{}
	return slices.DeleteFunc(connectors, func(connector connectorsecrets.Connector) bool {
		isTwice := seen[connector]
		seen[connector] = true
		return isTwice
	}), err
}

// named returns the connectors of the arguments and of --connector-identifier. If there are several, an error gives the
// position of the wrong one. It does not repeat the text, which may be a credential.
func (f *targetFlags) named(args []string, team audit.Team) ([]connectorsecrets.Connector, error) {
	var connectors []connectorsecrets.Connector
	all := len(args) + len(f.connectorIDs)
	for i, text := range slices.Concat(args, f.connectorIDs) {
		connector, err := team.Connector(text)
		if i >= len(args) && strings.Contains(text, "/") {
			err = errors.New("--connector-identifier takes an identifier alone: give team/identifier as an argument")
		} else if fileName.MatchString(text) {
			err = fmt.Errorf("%s looks like a file: check takes it as --manifest, or as --config if it is a connector's configuration", text)
		}
		if err != nil && all > 1 {
			err = fmt.Errorf("connector %d of %d: %w", i+1, all, err)
		}
		if err != nil {
			return nil, err
		}
		connectors = append(connectors, connector)
	}
	return connectors, nil
}
