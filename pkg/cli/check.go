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
)

// checkFlags are the flags of check.
type checkFlags struct {
	targets targetFlags
	client  clientFlags

	require        []string
	config         string
	manifest       string
	allowEmpty     bool
	manifestSchema bool
	outputSchema   bool
	output         string
}

func newCheckCommand() *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check [connector]...",
		Short: "Check which secrets connectors lack",
		Long: `Check which secrets connectors lack, compared with names that are required, with a connector's configuration, or with
a manifest of many connectors. A connector is an identifier, or team/identifier.

In a configuration, each item with "source": "encrypted" must be registered under its id:

  {
    "secrets": {"items": [
      {"id": "client_id", "classification": "secret", "source": "encrypted", "value": "sec_a23f23d26"}
    ]}
  }

A manifest is YAML or JSON; --manifest-schema prints its JSON Schema. Without arguments, check reads the manifest
connector-secrets.yaml, .yml or .json in the working directory:

  connectors:
    - connector_identifier: SEVERAL
      team_id: 936506
      require: [client_secret]
      config: connector.json # relative to the manifest
    - connector_identifier: T3S70
      environments:
        staging: {team_id: 936506, credential_env: STAGING_API_KEY}
        production: 936507

Environments are compared with each other: if one has a secret and another lacks it, the secret is missing there, even if
it is not required. credential_env names the variable that holds the API key of another account. Without it, the key is
SUPERMETRICS_API_KEY. A connector without a team belongs to the team SUPERMETRICS_TEAM_ID.

A connector is ok, missing, error (it could not be read), not_asked (the run ended first) or nothing_to_compare.
Exit code 0: something was compared, and nothing is missing. 1: something is missing. 64: for some connector, there was
nothing to compare. If a connector could not be read, the exit code is that of its error.`,
		Example: `  ` + name + ` check T3S70 -t 936506 --require client_id --require client_secret
  ` + name + ` check 936506/T3S70 --config connector.json
  ` + name + ` check --manifest audit.yaml --output github`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, args []string) error {
			switch {
			case flags.manifestSchema:
				return write(command, audit.ManifestSchema)
			case flags.outputSchema:
				return write(command, audit.ReportSchema)
			default:
				return flags.run(command, args)
			}
		},
	}
	flags.targets.register(command)
	set := command.Flags()
	set.StringArrayVarP(&flags.require, "require", "r", nil, "`name` of a secret that must be registered; repeat it for more")
	set.StringVarP(&flags.config, "config", "c", "", "`file` with the connector's configuration (JSON); - for stdin")
	set.StringVarP(&flags.manifest, "manifest", "m", "", "`file` with connectors and what they must have (YAML or JSON); - for stdin")
	set.BoolVar(&flags.allowEmpty, "allow-empty", false, "accept connectors that have nothing to be compared with")
	set.BoolVar(&flags.manifestSchema, "manifest-schema", false, "print the JSON Schema of manifests")
	set.BoolVar(&flags.outputSchema, "output-schema", false, "print the JSON Schema of --output json and ndjson")
	_ = command.MarkFlagFilename("config", "json")
	_ = command.MarkFlagFilename("manifest", "yaml", "yml", "json")
	outputFlag(command, &flags.output, byTerminal, audit.Formats())
	flags.client.register(command)
	return command
}

func (f *checkFlags) run(command *cobra.Command, args []string) error {
	format, err := checkFormat(f.output, defaultFormat(command.OutOrStdout()), audit.Formats())
	if err != nil {
		return err
	}
	if err := f.client.check(); err != nil {
		return err
	}
	manifest, err := f.load(command, args)
	if err != nil {
		return usageError(err)
	}
	for _, warning := range manifest.Warnings {
		say(command, "warning: "+warning)
	}
	manifest.AllowEmpty = f.allowEmpty
	total := 0
	for _, connector := range manifest.Connectors {
		total += len(connector.Environments)
	}
	progress := newProgress(command, total, format, f.client.verbose)
	defer progress.stop()
	api, stop, err := f.client.connect(command, onlyCredential(manifest), progress)
	defer stop()
	if err != nil {
		return err
	}
	return f.report(command, manifest, api, audit.Format(format), progress)
}

// onlyCredential returns a credential of the manifest if each of its environments has one. Otherwise the manifest needs that of
// the environment too, and the result is the zero value.
func onlyCredential(manifest *audit.Manifest) (own connectorsecrets.Credential) {
	for _, connector := range manifest.Connectors {
		for _, environment := range connector.Environments {
			if environment.Credential == (connectorsecrets.Credential{}) {
				return connectorsecrets.Credential{}
			}
			own = environment.Credential
		}
	}
	return own
}

// load reads the manifest, or makes one from the flags.
func (f *checkFlags) load(command *cobra.Command, args []string) (*audit.Manifest, error) {
	in := &input{command: command}
	source := audit.Source{ReadFile: in.readFile, LookupEnv: os.LookupEnv}
	if f.client.sandbox {
		source.LookupEnv = sandboxEnv
	}
	if err := refuseEmpty(command, "manifest", "config", "team-id", "connectors-from"); err != nil {
		return nil, err
	}
	isNamed := f.targets.given(args)
	switch {
	case f.manifest != "" && (isNamed || f.targets.teamID != "" || len(f.require) > 0 || f.config != ""):
		return nil, errors.New("--manifest says which connectors and secrets to check: leave out connectors, --team-id, --connectors-from, --require and --config")
	case f.manifest != "":
		return f.loadManifest(in, source, f.manifest)
	case len(f.require) == 0 && f.config == "" && isNamed:
		return nil, errors.New("check against what? Give --require, --config or --manifest")
	case len(f.require) == 0 && f.config == "":
		for _, path := range []string{"connector-secrets.yaml", "connector-secrets.yml", "connector-secrets.json"} {
			if _, err := os.Stat(path); err != nil {
				continue
			}
			if f.targets.teamID != "" {
				return nil, fmt.Errorf("%s says which teams to check: leave out --team-id, or name connectors", path)
			}
			return f.loadManifest(in, source, path)
		}
		return nil, errors.New("check what? There is no connector-secrets.yaml here: give --manifest, or connectors with --require or --config")
	case slices.Contains(f.require, ""):
		return nil, errors.New("--require must not be empty")
	}
	manifest, required := &audit.Manifest{}, f.require
	if f.config != "" {
		data, err := in.readFile(f.config)
		if err != nil {
			return nil, fmt.Errorf("--config: %w", err)
		}
		encrypted, warnings, err := audit.Encrypted(data, label(f.config))
		if err != nil {
			return nil, fmt.Errorf("--config: %w", err)
		}
		manifest.Warnings = warnings
		required = append(slices.Clip(required), encrypted...)
	}
	connectors, err := f.targets.connectors(args, in, f.client.sandbox)
	for _, connector := range connectors {
		next := audit.Connector{ID: connector.ID, Required: required, Environments: []audit.Environment{{TeamID: connector.TeamID}}}
		if f.config != "-" {
			next.File = f.config
		}
		manifest.Connectors = append(manifest.Connectors, next)
	}
	return manifest, err
}

func (f *checkFlags) loadManifest(in *input, source audit.Source, path string) (*audit.Manifest, error) {
	data, err := in.readFile(path)
	if err != nil {
		return nil, fmt.Errorf("--manifest: %w", err)
	}
	return source.Parse(data, label(path))
}

// report runs the audit. It writes the findings to stdout and everything else to stderr. Its error decides the exit code.
func (f *checkFlags) report(command *cobra.Command, manifest *audit.Manifest, api *connectorsecrets.Client, format audit.Format, progress *progress) error {
	ctx, stop := withStop(command, f.client.failFast)
	defer stop(nil)
	out, err := newCheckOutput(command, format)
	if err != nil {
		return err
	}
	// On a terminal, the report has shown the errors already.
	summary, failed, hint := &audit.Summary{}, &failures{told: terminal(command.OutOrStdout()) != nil}, ""
	for finding := range audit.Run(ctx, manifest, api, f.client.callOptions()...) {
		if finding.Err != nil {
			finding.Error = f.client.problem(finding.Err)
			failed.add(finding.Name(), finding.Error)
		}
		summary.Add(finding)
		progress.add(finding.State)
		if hint == "" {
			hint = commaHint(finding)
		}
		if err := out.Write(finding); err != nil {
			return err
		}
		if finding.State == audit.StateMissing || finding.Err != nil {
			stop(errFailFast)
		}
	}
	progress.stop()
	if err := out.Close(summary); err != nil {
		return err
	}
	if hint != "" {
		say(command, hint)
	}
	err = failed.end(command, summary)
	_, _ = fmt.Fprintln(command.ErrOrStderr(), summary)
	if err == nil && summary.Missing > 0 {
		err = &codedError{code: exitMissing, err: &silentError{}}
	}
	return err
}

// commaHint returns a hint if a missing name is a comma-separated list of registered names: a comma does not separate names.
func commaHint(finding *audit.Finding) string {
	registered := slices.Concat(finding.Required, finding.NotRequired)
	for _, missing := range finding.Missing {
		names := strings.Split(missing, ",")
		if len(names) > 1 && !slices.ContainsFunc(names, func(name string) bool {
			name = strings.TrimSpace(name)
			return !slices.Contains(registered, name) || slices.Contains(finding.Missing, name)
		}) {
			return "hint: " + finding.Name() + " has each of the names between the commas: --require takes one name, repeat it for more"
		}
	}
	return ""
}
