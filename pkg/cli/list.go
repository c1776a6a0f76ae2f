package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

var listFormats = []string{formatTable, formatJSON, formatCSV, formatNames, formatNDJSON}

// listFlags are the flags of list.
type listFlags struct {
	targets targetFlags
	client  clientFlags
	output  string
	schema  bool
}

func newListCommand() *cobra.Command {
	var flags listFlags
	command := &cobra.Command{
		Use:   "list [connector]...",
		Short: "List the secrets of connectors",
		Long: `List the secrets of connectors: names and placeholders, never values. A connector is an identifier, or
team/identifier.

The credential comes from SUPERMETRICS_API_KEY or SUPERMETRICS_BEARER_TOKEN. With several connectors, table and names show
the connector of each secret. A connector that could not be read gets a line on stderr, and its error sets the exit code.
json is always one object. ndjson, csv and names are written as the responses arrive.

With --sandbox, the command lists the secrets of a sandbox in its own process; --seed gives it other content.`,
		Example: `  SUPERMETRICS_API_KEY=... ` + name + ` list T3S70 -t 936506
  ` + name + ` list --sandbox
  ` + name + ` list --sandbox T3S70 SEVERAL -o names`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, args []string) error {
			if flags.schema {
				return write(command, listSchema)
			}
			return flags.run(command, args)
		},
	}
	flags.targets.register(command)
	outputFlag(command, &flags.output, listFormats)
	command.Flags().BoolVar(&flags.schema, "output-schema", false, "print the JSON Schema of --output json and ndjson")
	flags.client.register(command)
	return command
}

func (f *listFlags) run(command *cobra.Command, args []string) error {
	format, err := checkFormat(f.output, listFormats)
	if err != nil {
		return err
	}
	in := &input{command: command}
	stop, err := f.client.start(in)
	defer stop()
	if err != nil {
		return err
	}
	connectors, err := f.targets.connectors(args, in, &f.client)
	if err != nil {
		return usageError(err)
	}
	watch := newWatch(command, len(connectors), format, f.client.verbose)
	defer watch.stop()
	api, err := f.client.connect(connectorsecrets.Credential{}, watch)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancelCause(command.Context())
	defer end(nil)
	out := newListOutput(command.OutOrStdout(), format, f.targets.many(args))
	summary, failed := &audit.Summary{}, &failures{}
	for result := range api.ListEach(ctx, slices.Values(connectors), f.client.callOptions()...) {
		state, reason := audit.StateOf(ctx, result)
		next := listed{TeamID: result.Connector.TeamID, ConnectorID: result.Connector.ID, State: state, SecretList: result.List}
		if state == audit.StateError {
			next.Error = f.client.problem(result.Err)
			failed.add((&audit.Finding{TeamID: next.TeamID, ConnectorID: next.ConnectorID}).Name(), next.Error)
			if f.client.failFast {
				end(errFailFast)
			}
		}
		summary.AddState(state, reason)
		watch.add(state)
		if err := out.write(next); err != nil {
			return err
		}
	}
	watch.stop()
	if err := out.close(summary); err != nil {
		return err
	}
	return failed.end(command, summary, watch)
}
