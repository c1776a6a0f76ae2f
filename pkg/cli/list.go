package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func newListCommand() *cobra.Command {
	var (
		targets targetFlags
		client  clientFlags
		workers workerFlags
		output  string
	)
	command := &cobra.Command{
		Use:   "list",
		Short: "List the secrets of connectors",
		Long: `List the secrets of connectors: names and placeholders, never values.

The credential comes from SUPERMETRICS_API_KEY or SUPERMETRICS_BEARER_TOKEN. For several connectors, every line says
which one it is about; one that could not be read has a line on stderr, and decides the exit code.`,
		Example: `  SUPERMETRICS_API_KEY=... ` + name + ` list --team-id 936506 --connector-identifier T3S70
  ` + name + ` list --sandbox
  ` + name + ` list --sandbox --connector-identifier T3S70 --connector-identifier SEVERAL --output names`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			format, err := checkFormat(output, defaultFormat(command.OutOrStdout()), formatTable, formatJSON, formatCSV, formatNames)
			if err != nil {
				return err
			}
			connectors, err := targets.connectors(command.Context(), command.InOrStdin(), client.sandbox)
			if err != nil {
				return err
			}
			options, err := workers.options(client.timeout)
			if err != nil {
				return err
			}
			api, stop, err := client.connect(command)
			if err != nil {
				return err
			}
			defer stop()
			if targets.many() {
				return listMany(command, api, connectors, options, format, workers.failFast)
			}
			return listOne(command, api, connectors[0], client, format)
		},
	}
	targets.register(command)
	command.Flags().StringVar(&output, "output", "", "`format`: table, json, csv or names (default: table on a terminal, json elsewhere)")
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]string{formatTable, formatJSON, formatCSV, formatNames}, cobra.ShellCompDirectiveNoFileComp))
	client.register(command)
	workers.register(command)
	return command
}

// listOne prints the API's own answer.
func listOne(command *cobra.Command, api *connectorsecrets.Client, connector connectorsecrets.Connector, flags clientFlags, format string) error {
	ctx := command.Context()
	if flags.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, flags.timeout)
		defer cancel()
	}
	list, err := api.List(ctx, connector.TeamID, connector.ID)
	if err != nil {
		return connectorError(connector, err)
	}
	return writeList(command.OutOrStdout(), format, list)
}

// listMany prints what could be read, names the rest on stderr, and returns the first error.
func listMany(command *cobra.Command, api *connectorsecrets.Client, connectors []connectorsecrets.Connector, options []connectorsecrets.CallOption, format string, failFast bool) error {
	ctx := command.Context()
	progress := newProgress(command.ErrOrStderr(), len(connectors))
	var read []connectorsecrets.Result
	var failed []error
	for result := range api.ListEach(ctx, slices.Values(connectors), options...) {
		if isCutOff(ctx, result.Err) {
			continue // what was answered before the end can still come
		}
		if result.Err != nil {
			failed = append(failed, connectorError(result.Connector, result.Err))
		}
		read = append(read, result)
		progress.add(0, len(failed))
		if failFast && len(failed) > 0 {
			break
		}
	}
	progress.finish()
	if err := writeLists(command.OutOrStdout(), format, read); err != nil {
		return err
	}
	if len(read) < len(connectors) {
		failed = append(failed, &incompleteError{done: len(read), all: len(connectors)})
	}
	return report(ctx, command.ErrOrStderr(), failed)
}

// report names all errors but the one that it returns for the end of the command: the first one, which decides the exit
// code, or that of an interruption.
func report(ctx context.Context, stderr io.Writer, failed []error) error {
	if len(failed) == 0 {
		return nil
	}
	decides := 0
	if ctx.Err() != nil {
		decides = len(failed) - 1
	}
	for i, err := range failed {
		if i != decides {
			_, _ = fmt.Fprintf(stderr, "%s: %s\n", name, oneLine(err.Error()))
		}
	}
	return failed[decides]
}

// isCutOff reports whether it was the end of the command that kept a connector from being answered.
func isCutOff(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// connectorError says which connector an error is about.
func connectorError(connector connectorsecrets.Connector, err error) error {
	var transport *connectorsecrets.TransportError
	if errors.As(err, &transport) && errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w; check the network, or raise --timeout", err)
	}
	return fmt.Errorf("connector %s of team %d: %w", connector.ID, connector.TeamID, err)
}

// incompleteError says how far a run came that was ended early.
type incompleteError struct{ done, all int }

func (e *incompleteError) Error() string {
	return fmt.Sprintf("incomplete: %d of %d connectors done", e.done, e.all)
}
