package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
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

	// isManifest is set if the connectors are from a manifest, and several if that has several credentials.
	isManifest, several bool
}

func newCheckCommand() *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check [connector]...",
		Short: "Check which secrets connectors lack",
		Long: `Check which secrets connectors lack, compared with names that are required, with a connector's configuration, or with
a manifest of many connectors. A connector is an identifier, or team/identifier.

A manifest is YAML or JSON; --manifest-schema prints its JSON Schema. Without arguments, check reads the manifest
connector-secrets.yaml, .yml or .json in the working directory:

  environments:
    staging: {team_id: 936506, credential_env: STAGING_API_KEY}
    production: 936507
  connectors:
    - connector_identifier: T3S70
    - connector_identifier: SEVERAL
      team_id: 936506 # in this team only
      require: [client_secret]
      config: connector.json # relative to the manifest

Environments are compared with each other: if one has a secret and another lacks it, the secret is missing there, even if
it is not required. They are those at the top, or a connector's own. credential_env names the variable that holds the API key
of another account. Without it, the key is SUPERMETRICS_API_KEY. A connector without a team belongs to the team
SUPERMETRICS_TEAM_ID.

In a configuration, each item with "source": "encrypted" must be registered under its id:

  {
    "secrets": {"items": [
      {"id": "client_id", "classification": "secret", "source": "encrypted", "value": "sec_a23f23d26"}
    ]}
  }

A connector is ok, missing, error (it could not be read), not_asked (the run ended first) or nothing_to_compare.
Exit code 0: something was compared, and nothing is missing. 1: something is missing. 64: for some connector, there was
nothing to compare. If a connector could not be read, the exit code is that of its error.

With --sandbox, the command checks a sandbox in its own process; --seed gives it other content.`,
		Example: `  ` + name + ` check T3S70 -t 936506 --require client_id --require client_secret
  ` + name + ` check 936506/T3S70 --config connector.json
  ` + name + ` check --manifest audit.yaml --output github
  ` + name + ` check --seed seed.yaml`,
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
	outputFlag(command, &flags.output, audit.Formats())
	flags.client.register(command)
	return command
}

func (f *checkFlags) run(command *cobra.Command, args []string) error {
	format, err := checkFormat(f.output, audit.Formats())
	if err != nil {
		return err
	}
	in := &input{command: command}
	stop, err := f.client.start(in)
	defer stop()
	if err != nil {
		return err
	}
	manifest, err := f.load(in, args)
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
	watch := newWatch(command, total, format, f.client.verbose)
	defer watch.stop()
	var only connectorsecrets.Credential
	only, f.several = credentials(manifest)
	api, err := f.client.connect(only, watch)
	if err != nil {
		return err
	}
	return f.report(command, manifest, api, audit.Format(format), watch)
}

// credentials returns a credential of the manifest if each of its environments has one. Otherwise the manifest needs that of
// the process's environment too, and the result is the zero value. It also reports whether there are several.
func credentials(manifest *audit.Manifest) (own connectorsecrets.Credential, several bool) {
	variables := map[string]bool{}
	for _, connector := range manifest.Connectors {
		for _, environment := range connector.Environments {
			variables[environment.CredentialEnv] = true
			own = environment.Credential
		}
	}
	if variables[""] {
		own = connectorsecrets.Credential{}
	}
	return own, len(variables) > 1
}

// problem returns the error of a finding. If there are several credentials, it names the variable of the one that was sent.
func (f *checkFlags) problem(finding *audit.Finding) *audit.Problem {
	problem := f.client.problem(finding.Err)
	response, ok := errors.AsType[*connectorsecrets.APIError](finding.Err)
	if !ok || f.client.server != nil {
		return problem
	}
	if f.several {
		problem.Message += "; the credential is that of " + cmp.Or(finding.CredentialEnv, defaultVariable())
	}
	isOurs := response.ErrorDetail.Code != "" // and not written by a proxy
	if f.isManifest && isOurs && finding.CredentialEnv == "" && errors.Is(finding.Err, connectorsecrets.ErrForbidden) {
		problem.Message += "; if team " + strconv.FormatInt(finding.TeamID, 10) + " is of another account, name the variable with its key as credential_env in the manifest"
	}
	return problem
}

// defaultVariable is the variable that [connectorsecrets.CredentialFromEnv] reads.
func defaultVariable() string {
	if strings.TrimSpace(os.Getenv(connectorsecrets.EnvAPIKey)) != "" {
		return connectorsecrets.EnvAPIKey
	}
	return connectorsecrets.EnvBearerToken
}

// fileName matches the name of a file that an error may repeat: no credential looks like it.
var fileName = regexp.MustCompile(`^[A-Za-z0-9_./-]+\.(ya?ml|json)$`)

// load reads the manifest, or makes one from the flags.
func (f *checkFlags) load(in *input, args []string) (*audit.Manifest, error) {
	isNamed := f.targets.given(args)
	switch {
	case f.manifest != "" && (isNamed || f.targets.teamID != "" || len(f.require) > 0 || f.config != ""):
		return nil, errors.New("--manifest says which connectors and secrets to check: leave out connectors, --team-id, --connectors-from, --require and --config")
	case len(args) > 0 && fileName.MatchString(args[0]):
		return nil, fmt.Errorf("%s looks like a file: give --manifest %[1]s, or --config if it is a connector's configuration", args[0])
	case f.manifest != "":
		return f.loadManifest(in, f.manifest)
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
			return f.loadManifest(in, path)
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
	connectors, err := f.targets.connectors(args, in, &f.client)
	for _, connector := range connectors {
		next := audit.Connector{ID: connector.ID, Required: required, Environments: []audit.Environment{{TeamID: connector.TeamID}}}
		if f.config != "-" {
			next.File = f.config
		}
		manifest.Connectors = append(manifest.Connectors, next)
	}
	return manifest, err
}

func (f *checkFlags) loadManifest(in *input, path string) (*audit.Manifest, error) {
	f.isManifest = true
	data, err := in.readFile(path)
	if err != nil {
		return nil, fmt.Errorf("--manifest: %w", err)
	}
	return audit.Source{ReadFile: in.readFile, LookupEnv: f.client.lookupEnv}.Parse(data, label(path))
}

// report runs the audit. It writes the findings to stdout and everything else to stderr. Its error decides the exit code.
func (f *checkFlags) report(command *cobra.Command, manifest *audit.Manifest, api *connectorsecrets.Client, format audit.Format, watch *watch) error {
	ctx, end := context.WithCancelCause(command.Context())
	defer end(nil)
	stdout, table := command.OutOrStdout(), bytes.Buffer{}
	reporter, err := audit.NewReporter(stdout, format, audit.Style{Colour: coloured(stdout), Width: width(stdout), Root: os.Getenv(envWorkspace)})
	if err != nil {
		return err
	}
	job, err := audit.NewReporter(&table, audit.Markdown, audit.Style{})
	if err != nil {
		return err
	}
	// On a terminal, the report has shown the errors already.
	summary, failed := &audit.Summary{}, &failures{told: terminal(stdout) != nil}
	var hints some
	for finding := range audit.Run(ctx, manifest, api, f.client.callOptions()...) {
		if finding.Err != nil {
			finding.Error = f.problem(finding)
			failed.add(finding.Name(), finding.Error)
		}
		summary.Add(finding)
		watch.add(finding.State)
		for _, hint := range finding.Hints() {
			hints.add(hint)
		}
		if err := errors.Join(job.Write(finding), reporter.Write(finding)); err != nil {
			return err
		}
		if f.client.failFast && (finding.State == audit.StateMissing || finding.Err != nil) {
			end(errFailFast)
		}
	}
	watch.stop()
	if err := errors.Join(job.Close(summary), reporter.Close(summary)); err != nil {
		return err
	}
	addToJobSummary(command, table.Bytes())
	if hints.more > 0 {
		hints.lines = append(hints.lines, fmt.Sprintf("hint: and %d more like these", hints.more))
	}
	for _, hint := range hints.lines {
		_, _ = fmt.Fprintln(command.ErrOrStderr(), safetext.Printable(hint))
	}
	err = failed.end(command, summary, watch)
	_, _ = fmt.Fprintln(command.ErrOrStderr(), summary)
	if err == nil && summary.Missing > 0 {
		err = &codedError{code: exitMissing, err: errTold}
	}
	return err
}
