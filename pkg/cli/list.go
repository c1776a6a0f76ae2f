package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// Environment variables besides those of [connectorsecrets.CredentialFromEnv].
const (
	envTeamID  = "SUPERMETRICS_TEAM_ID"
	envBaseURL = "SUPERMETRICS_BASE_URL"
)

// What list asks a sandbox for unless it is told otherwise: the example of the API's specification.
const (
	sandboxTeamID      = "936506"
	sandboxConnectorID = "T3S70"
)

// listFlags are the flags of list.
type listFlags struct {
	teamID      string
	connectorID string
	output      string
	timeout     time.Duration
	noRetry     bool
	verbose     bool
	sandbox     bool
}

func newListCommand() *cobra.Command {
	var flags listFlags
	command := &cobra.Command{
		Use:   "list",
		Short: "List the secrets of a connector",
		Long: `List the secrets of a connector: names and placeholders, never values.

The credential comes from SUPERMETRICS_API_KEY or SUPERMETRICS_BEARER_TOKEN.`,
		Example: `  SUPERMETRICS_API_KEY=... ` + name + ` list --team-id 936506 --connector-identifier T3S70
  ` + name + ` list --sandbox
  ` + name + ` list --sandbox --connector-identifier SEVERAL --output names`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return runList(command, flags) },
	}
	set := command.Flags()
	set.StringVar(&flags.teamID, "team-id", "", "`ID` of the team, a number (default: $"+envTeamID+")")
	set.StringVar(&flags.connectorID, "connector-identifier", "", "`identifier` of the connector, such as T3S70")
	set.StringVar(&flags.output, "output", "", "`format`: table, json, csv or names (default: table on a terminal, json elsewhere)")
	set.DurationVar(&flags.timeout, "timeout", 0, "how long it may take in all, retries and waits included, such as 30s (default: no limit)")
	set.BoolVar(&flags.noRetry, "no-retry", false, "make one attempt only")
	set.BoolVar(&flags.verbose, "verbose", false, "log every attempt to stderr")
	set.BoolVar(&flags.sandbox, "sandbox", false, "ask a sandbox in this process; needs no credential")
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]string{formatTable, formatJSON, formatCSV, formatNames}, cobra.ShellCompDirectiveNoFileComp))
	return command
}

func runList(command *cobra.Command, flags listFlags) error {
	format, err := checkFormat(flags.output, defaultFormat(command.OutOrStdout()), formatTable, formatJSON, formatCSV, formatNames)
	if err != nil {
		return err
	}
	teamID, connectorID, err := flags.connector()
	if err != nil {
		return err
	}
	if flags.timeout < 0 {
		return usagef("--timeout must not be negative")
	}

	credential, baseURL := connectorsecrets.CredentialFromEnv(), os.Getenv(envBaseURL)
	if flags.sandbox {
		server, err := sandbox.Listen("127.0.0.1:0")
		if err != nil {
			return &codedError{code: exitUnavailable, err: fmt.Errorf("start the sandbox: %w", err)}
		}
		defer server.Close()
		credential, baseURL = connectorsecrets.APIKey(server.APIKey), server.URL
	}
	client, err := connectorsecrets.New(credential, flags.options(command, baseURL)...)
	var refused *connectorsecrets.ArgumentError
	if errors.As(err, &refused) && !refused.Credential() {
		// All other options are the command's own.
		return fmt.Errorf("%s: %w", envBaseURL, err)
	}
	if err != nil {
		return err
	}

	ctx := command.Context()
	if flags.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, flags.timeout)
		defer cancel()
	}
	list, err := client.List(ctx, teamID, connectorID)
	if err != nil {
		return fmt.Errorf("connector %s of team %d: %w", connectorID, teamID, err)
	}
	return writeList(command.OutOrStdout(), format, list)
}

// connector returns the team and connector to list. In a sandbox the environment does not count, because it is about the
// real API.
func (f listFlags) connector() (teamID int64, connectorID string, err error) {
	team, source := f.teamID, "--team-id"
	connectorID = f.connectorID
	if f.sandbox {
		if team == "" {
			team = sandboxTeamID
		}
		if connectorID == "" {
			connectorID = sandboxConnectorID
		}
	}
	if team == "" {
		team, source = os.Getenv(envTeamID), envTeamID
	}
	team = strings.TrimSpace(team)
	if team == "" {
		return 0, "", usagef("which team? Give --team-id, or set %s", envTeamID)
	}
	teamID, err = strconv.ParseInt(team, 10, 64)
	if err != nil || teamID < 1 {
		return 0, "", usagef("%s must be the number of a team, from 1 to 9223372036854775807", source)
	}
	if connectorID == "" {
		return 0, "", usagef("which connector? Give --connector-identifier, such as T3S70")
	}
	return teamID, connectorID, connectorsecrets.CheckConnector(teamID, connectorID)
}

func (f listFlags) options(command *cobra.Command, baseURL string) []connectorsecrets.Option {
	options := []connectorsecrets.Option{
		connectorsecrets.WithBaseURL(baseURL),
		connectorsecrets.WithUserAgent(name + "/" + connectorsecrets.Version),
	}
	if f.noRetry {
		options = append(options, connectorsecrets.WithoutRetry())
	}
	if f.verbose {
		handler := slog.NewTextHandler(command.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelDebug})
		options = append(options, connectorsecrets.WithLogger(slog.New(handler)))
	}
	return options
}
