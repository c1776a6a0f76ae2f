package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const envTeamID = "SUPERMETRICS_TEAM_ID"

// What the sandbox is asked for unless told otherwise: the example of the API's specification.
const (
	sandboxTeamID      = "936506"
	sandboxConnectorID = "T3S70"
)

// targetFlags say which connectors a command is about.
type targetFlags struct {
	teamID       string
	connectorIDs []string
	from         string

	set *pflag.FlagSet
}

func (f *targetFlags) register(command *cobra.Command) {
	set := command.Flags()
	f.set = set
	set.StringVar(&f.teamID, "team-id", "", "`ID` of the team, a number (default: $"+envTeamID+")")
	set.StringArrayVar(&f.connectorIDs, "connector-identifier", nil, "`identifier` of a connector, such as T3S70; repeat it for more")
	set.StringVar(&f.from, "connectors-from", "", "`file` with a connector a line, as identifier or team/identifier; - for stdin, # for comments")
}

// given reports whether any of the flags was.
func (f *targetFlags) given() bool { return f.teamID != "" || len(f.connectorIDs) > 0 || f.from != "" }

// many reports whether the result is a list of connectors, however many there are.
func (f *targetFlags) many() bool { return len(f.connectorIDs) > 1 || f.from != "" }

// connectors returns the connectors in the order given. In a sandbox the environment does not count, because it is about
// the real API.
func (f *targetFlags) connectors(ctx context.Context, stdin io.Reader, inSandbox bool) ([]connectorsecrets.Connector, error) {
	if f.teamID == "" && f.set.Changed("team-id") || f.from == "" && f.set.Changed("connectors-from") {
		return nil, usagef("--team-id and --connectors-from must not be empty; is a variable of the shell not set?")
	}
	team := &team{text: f.teamID, source: "--team-id"}
	if team.text == "" && inSandbox {
		team.text = sandboxTeamID
	}
	if team.text == "" {
		team.text, team.source = os.Getenv(envTeamID), envTeamID
	}
	if strings.TrimSpace(team.text) != "" {
		// Said at once, even if every line of a file brings its own team.
		if _, err := team.id(); err != nil {
			return nil, err
		}
	}
	ids := f.connectorIDs
	if !f.many() && len(ids) == 0 {
		if !inSandbox {
			if _, err := team.id(); err != nil {
				return nil, err
			}
			return nil, usagef("which connector? Give --connector-identifier, such as T3S70")
		}
		ids = []string{sandboxConnectorID}
	}

	var connectors []connectorsecrets.Connector
	for _, id := range ids {
		connector, err := team.connector(id)
		if err != nil {
			return nil, err
		}
		connectors = append(connectors, connector)
	}
	if f.from != "" {
		more, err := readConnectors(ctx, f.from, stdin, team)
		if err != nil {
			return nil, usageError(err)
		}
		connectors = append(connectors, more...)
	}
	return connectors, nil
}

// team is the one that connectors belong to which do not say theirs.
type team struct{ text, source string }

func (t *team) id() (int64, error) {
	text := strings.TrimSpace(t.text)
	if text == "" {
		return 0, usagef("which team? Give --team-id, or set %s", envTeamID)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usagef("%s must be the number of a team, from 1 to 9223372036854775807", t.source)
	}
	return id, nil
}

func (t *team) connector(id string) (connectorsecrets.Connector, error) {
	teamID, err := t.id()
	if err != nil {
		return connectorsecrets.Connector{}, err
	}
	return connectorsecrets.Connector{TeamID: teamID, ID: id}, connectorsecrets.CheckConnector(teamID, id)
}

// readConnectors reads a list of connectors. It reads all of it before anything is asked, so that a mistake in the last
// line costs nothing.
func readConnectors(ctx context.Context, path string, stdin io.Reader, fallback *team) ([]connectorsecrets.Connector, error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--connectors-from: %w", err)
		}
		defer file.Close()
		return scanConnectors(file, path, fallback)
	}
	// Nothing but its end interrupts a read from a terminal or a pipe. What is left behind ends with the process.
	type result struct {
		connectors []connectorsecrets.Connector
		err        error
	}
	read := make(chan result, 1)
	go func() {
		connectors, err := scanConnectors(stdin, "stdin", fallback)
		read <- result{connectors, err}
	}()
	select {
	case r := <-read:
		return r.connectors, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func scanConnectors(reader io.Reader, label string, fallback *team) ([]connectorsecrets.Connector, error) {
	var connectors []connectorsecrets.Connector
	lines := bufio.NewScanner(reader)
	number := 0
	for lines.Scan() {
		number++
		line := strings.TrimPrefix(lines.Text(), "\ufeff")
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		owner, id := fallback, line
		if teamID, rest, found := strings.Cut(line, "/"); found {
			owner, id = &team{text: teamID, source: "what stands before the /"}, strings.TrimSpace(rest)
			if strings.TrimSpace(teamID) == "" {
				owner.text = "none" // an empty team is a mistake in the line, not a question for the flag
			}
		}
		connector, err := owner.connector(id)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", label, number, err)
		}
		connectors = append(connectors, connector)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s, line %d: %w", label, number+1, err)
	}
	if len(connectors) == 0 {
		return nil, fmt.Errorf("%s: there is no connector in it; write one a line, as identifier or team/identifier", label)
	}
	return connectors, nil
}
