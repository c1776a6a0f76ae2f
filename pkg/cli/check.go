package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorconfig"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// checkFlags are the flags of check besides those that it shares.
type checkFlags struct {
	require  []string
	config   string
	manifest string
	schema   bool
	output   string
}

func newCheckCommand() *cobra.Command {
	var (
		targets targetFlags
		client  clientFlags
		workers workerFlags
		flags   checkFlags
	)
	command := &cobra.Command{
		Use:   "check",
		Short: "Check which secrets connectors lack",
		Long: `Check which secrets connectors lack, compared with names that are required, with a connector's configuration, or with
a manifest of many connectors. In a configuration, the items with "source": "encrypted" must be registered.

A manifest is YAML or JSON; --manifest-schema prints its JSON Schema:

  connectors:
    - connector_identifier: T3S70
      team_id: 936506
      require: [client_id]
      config: connectors/t3s70.json     # relative to the manifest
    - connector_identifier: SEVERAL
      environments: {staging: 936506, production: 936507}

Environments are compared with each other: a secret that one has and another lacks counts as missing there, required or
not. A connector that could not be read is never counted as fine.

Exit code 0 means that nothing is missing, 1 that something is. If a connector could not be read, the exit code is that
of its error.`,
		Example: `  ` + name + ` check --team-id 936506 --connector-identifier T3S70 --require client_id --require client_secret
  ` + name + ` check --team-id 936506 --connector-identifier T3S70 --config connector.json
  ` + name + ` check --manifest audit.yaml --output github`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if flags.schema {
				if _, err := command.OutOrStdout().Write(manifestSchema); err != nil {
					return fmt.Errorf("write the schema: %w", err)
				}
				return nil
			}
			format, err := checkFormat(flags.output, defaultFormat(command.OutOrStdout()), formatTable, formatJSON, formatCSV, formatGitHub)
			if err != nil {
				return err
			}
			wanted, err := flags.targets(command, targets, client.sandbox)
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
			return runCheck(command, api, wanted, options, format, workers.failFast)
		},
	}
	targets.register(command)
	set := command.Flags()
	set.StringArrayVar(&flags.require, "require", nil, "`name` of a secret that must be registered; repeat it for more")
	set.StringVar(&flags.config, "config", "", "`file` with the connector's configuration (JSON)")
	set.StringVar(&flags.manifest, "manifest", "", "`file` with connectors and what they must have (YAML or JSON)")
	set.BoolVar(&flags.schema, "manifest-schema", false, "print the JSON Schema of manifests")
	set.StringVar(&flags.output, "output", "", "`format`: table, json, csv or github (default: table on a terminal, json elsewhere)")
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]string{formatTable, formatJSON, formatCSV, formatGitHub}, cobra.ShellCompDirectiveNoFileComp))
	client.register(command)
	workers.register(command)
	return command
}

// targets returns what to check, by the manifest or by the flags.
func (f checkFlags) targets(command *cobra.Command, flags targetFlags, inSandbox bool) ([]checkTarget, error) {
	if f.manifest != "" {
		if flags.given() || len(f.require) > 0 || f.config != "" {
			return nil, usagef("--manifest says which connectors and secrets to check: leave out --team-id, --connector-identifier, --connectors-from, --require and --config")
		}
		targets, warnings, err := loadManifest(f.manifest)
		if err != nil {
			return nil, usageError(err)
		}
		warn(command, warnings)
		return targets, nil
	}
	if len(f.require) == 0 && f.config == "" {
		return nil, usagef("check against what? Give --require, --config or --manifest")
	}
	required := f.require
	if slices.Contains(required, "") {
		return nil, usagef("--require must not be empty")
	}
	if f.config != "" {
		ids, warnings, err := encryptedIDs(f.config)
		if err != nil {
			return nil, usagef("--config: %w", err)
		}
		warn(command, warnings)
		required = append(slices.Clip(required), ids...)
	}
	connectors, err := flags.connectors(command.Context(), command.InOrStdin(), inSandbox)
	if err != nil {
		return nil, err
	}
	targets := make([]checkTarget, len(connectors))
	for i, connector := range connectors {
		targets[i] = checkTarget{connector: connector, required: unique(required), group: i, file: f.config}
	}
	return targets, nil
}

// encryptedIDs reads from a configuration which secrets must be registered, and what is odd about it.
func encryptedIDs(path string) (ids, warnings []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	config, err := connectorconfig.Read(file)
	if _, ok := errors.AsType[*connectorconfig.Error](err); ok {
		return nil, nil, fmt.Errorf("%s, %w", path, err)
	}
	if err != nil {
		return nil, nil, err
	}
	if !config.HasSection {
		warnings = append(warnings, path+` has no section "secrets", so it requires nothing; is it a connector's configuration?`)
	}
	for _, item := range config.Items {
		switch item.Source {
		case connectorconfig.SourceEncrypted, "userInput", "static", "":
		default:
			warnings = append(warnings, fmt.Sprintf("%s: the secret %q has a source that is not known, and is not required", path, item.ID))
		}
	}
	return config.Encrypted(), warnings, nil
}

// warn says on stderr what does not stop the command.
func warn(command *cobra.Command, warnings []string) {
	for _, warning := range warnings {
		_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s: warning: %s\n", name, oneLine(warning))
	}
}

// runCheck prints what is known of the targets, and returns what decides the exit code.
func runCheck(command *cobra.Command, api *connectorsecrets.Client, targets []checkTarget, options []connectorsecrets.CallOption, format string, failFast bool) error {
	ctx := command.Context()
	progress := newProgress(command.ErrOrStderr(), len(targets))
	r := &checkReport{Connectors: []*finding{}, Environments: []matrix{}}
	r.Summary.Asked = len(targets)
	var failed []error
	connectors := func(yield func(connectorsecrets.Connector) bool) {
		for _, target := range targets {
			if !yield(target.connector) {
				return
			}
		}
	}
	next := 0
	for result := range api.ListEach(ctx, connectors, options...) {
		f := examine(targets[next], result)
		next++
		if isCutOff(ctx, result.Err) {
			f.State = stateUnknown // what was answered before the end can still come
		}
		r.add(f, next == len(targets) || targets[next].group != f.target.group)
		if f.State == stateError {
			failed = append(failed, f.err)
		}
		progress.add(r.Summary.Missing, r.Summary.Failed)
		if failFast && r.Summary.Missing+r.Summary.Failed > 0 {
			break
		}
	}
	progress.finish()
	r.finish(targets[next:])

	if err := writeReport(command.OutOrStdout(), format, r); err != nil {
		return err
	}
	if !r.Complete {
		rest := &incompleteError{done: len(r.Connectors), all: len(targets)}
		if len(failed) == 0 && ctx.Err() == nil {
			// Stopped at a missing secret, as it was asked to.
			_, _ = fmt.Fprintf(command.ErrOrStderr(), "%s: %s\n", name, rest)
		} else {
			failed = append(failed, rest)
		}
	}
	if err := report(ctx, command.ErrOrStderr(), failed); err != nil {
		return err
	}
	if r.Summary.Missing > 0 {
		return &codedError{code: exitMissing, err: &silentError{}}
	}
	return nil
}
