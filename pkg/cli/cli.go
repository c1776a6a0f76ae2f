// Package cli is the command line connector-secrets. Results go to stdout, everything else to stderr. A failure prints one
// line that says what happened and what to do. The exit code tells the kind of the failure.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const name = "connector-secrets"

// sameSignal is the time in which a second signal counts as the first: timeout(1) sends one to the process and one to its
// group.
const sameSignal = time.Second

// Main runs the command line and returns its exit code. The args do not include the program's name. SIGINT and SIGTERM end
// the run, and the results so far are still written. A second signal, at least a second later, kills the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// If a server sends data without a request, net/http quotes that data in the standard log.
	log.SetOutput(io.Discard)
	signaled, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A context of its own, because the cause of the other is the signal, and a cause counts as the caller's reason.
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	defer context.AfterFunc(signaled, func() {
		interrupt()
		time.Sleep(sameSignal)
		stop()
	})()
	return Run(ctx, args, stdin, stdout, stderr)
}

// Run is [Main] with a context instead of signals. The end of the context counts as an interruption.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	checked := &checkedWriter{Writer: stdout}
	root := newRootCommand(checked)
	// If the arguments are nil, cobra uses those of the process.
	root.SetArgs(append([]string{}, args...))
	root.SetIn(stdin)
	root.SetErr(stderr)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		plainUsage(root)
	}

	// An error before the command starts is a usage error.
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }

	err := root.ExecuteContext(ctx)
	switch {
	case err == nil && checked.err == nil:
		return exitOK
	case err == nil: // help and version ignore write errors
		err = checked.err
	case !started && checked.err == nil:
		err = usageError(err)
	}
	code, text := exitCode(err), err.Error()
	if ctx.Err() != nil {
		code = exitInterrupted // whatever the error
	}
	if code == exitInterrupted {
		text = "interrupted"
	}
	if !errors.Is(err, errTold) {
		say(root, text)
	}
	return code
}

// Command returns the whole command line, to generate man pages and completions from it.
func Command() *cobra.Command { return newRootCommand(os.Stdout) }

func newRootCommand(stdout io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   name,
		Short: "List the secrets of Supermetrics connectors, and check which are missing",
		Long: `List the secrets of Supermetrics connectors (names and placeholders, never values), and check which are missing.

The credential comes from the environment. There is no flag for it, because other processes could see it. Try the command
without a credential:

  ` + name + ` list --sandbox

Environment:
  SUPERMETRICS_API_KEY       an API key with the scope cb_secrets_read
  SUPERMETRICS_BEARER_TOKEN  an OAuth token, used if there is no API key
  SUPERMETRICS_TEAM_ID       the team, unless --team-id or a manifest gives one
  SUPERMETRICS_BASE_URL      another server than https://api.supermetrics.com
  HTTPS_PROXY                the proxy of your network, such as http://proxy.example.com:3128
  SSL_CERT_FILE              a file with the authorities to trust instead of the system's (not on Windows and macOS)

Exit codes:
  0    done, and for check: something was compared, and nothing is missing
  1    check found something missing
  64   usage: a bad flag, argument, file or setting; for check also: nothing to compare
  65   authentication or authorization failed, or there is no credential
  66   no such team or connector
  69   unavailable: network, timeout, server error
  70   any other failure
  75   rate limit used up: try later
  76   the server's response breaks the API's contract
  130  interrupted`,
		Version: connectorsecrets.Version,
		// A mistyped command gets a suggestion if at most so many letters differ.
		SuggestionsMinimumDistance: 2,
		Args:                       noArguments,
		SilenceErrors:              true,
		SilenceUsage:               true,
		RunE:                       func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newListCommand(), newCheckCommand(), newSandboxCommand(), newSpecCommand(), newVersionCommand())
	root.SetOut(stdout)
	addHelpCommand(root)
	addCompletionCommand(root)
	return root
}

// noArguments refuses arguments. It does not repeat them, because they may be a credential.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if command.HasSubCommands() {
		return unknownCommand(command, args[0])
	}
	return fmt.Errorf("%s takes no arguments, only flags; see %q", command.Name(), command.CommandPath()+" --help")
}

func unknownCommand(parent *cobra.Command, typed string) error {
	if suggestions := parent.SuggestionsFor(typed); len(suggestions) > 0 {
		return fmt.Errorf("unknown command; did you mean %q?", suggestions[0])
	}
	return fmt.Errorf("unknown command; %q lists them all", parent.CommandPath()+" --help")
}
