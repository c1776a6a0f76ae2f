package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// envBaseURL is the variable with the URL of another server. [connectorsecrets.CredentialFromEnv] has those for the credential.
const envBaseURL = "SUPERMETRICS_BASE_URL"

// clientFlags are the flags of every command that calls the API.
type clientFlags struct {
	timeout        time.Duration
	attemptTimeout time.Duration
	noRetry        bool
	verbose        bool
	sandbox        bool
	failFast       bool
	workers        int
	rate           float64
}

func (f *clientFlags) register(command *cobra.Command) {
	set := command.Flags()
	set.DurationVar(&f.timeout, "timeout", 0, "limit for each connector, including retries and waits, such as 2m (default: no limit)")
	set.DurationVar(&f.attemptTimeout, "attempt-timeout", 0, "limit for each attempt (default: 30s)")
	set.BoolVar(&f.noRetry, "no-retry", false, "make one attempt only")
	set.BoolVarP(&f.verbose, "verbose", "v", false, "log every attempt to stderr")
	set.BoolVar(&f.sandbox, "sandbox", false, "use a sandbox in this process; needs no credential")
	set.BoolVar(&f.failFast, "fail-fast", false, "stop at the first problem")
	set.IntVar(&f.workers, "workers", 8, "how many connectors to read at once")
	set.Float64Var(&f.rate, "rate", 20, "requests a second over all workers; 0 for no limit")
}

// check refuses the values that the client would refuse, so that the error names the flag.
func (f *clientFlags) check() error {
	switch {
	case f.timeout < 0:
		return usagef("--timeout must not be negative")
	case f.attemptTimeout < 0:
		return usagef("--attempt-timeout must not be negative")
	case f.workers < 1 || f.workers > 1000:
		return usagef("--workers must be from 1 to 1000")
	case !(f.rate >= 0) || f.rate > 1e6:
		return usagef("--rate must be from 0 to 1000000 requests a second")
	default:
		return nil
	}
}

// callOptions returns the options of [connectorsecrets.Client.ListEach].
func (f *clientFlags) callOptions() []connectorsecrets.CallOption {
	return []connectorsecrets.CallOption{
		connectorsecrets.WithWorkers(f.workers), connectorsecrets.WithPace(f.rate),
		connectorsecrets.WithConnectorTimeout(f.timeout), connectorsecrets.WithTimeout(f.attemptTimeout),
	}
}

// connect returns a client for the API or for a sandbox, and a function that stops the sandbox. The zero credential stands for
// that of the environment.
func (f *clientFlags) connect(command *cobra.Command, credential connectorsecrets.Credential, progress *progress) (*connectorsecrets.Client, func(), error) {
	stop, baseURL := func() {}, os.Getenv(envBaseURL)
	if credential == (connectorsecrets.Credential{}) {
		credential = connectorsecrets.CredentialFromEnv()
	}
	if f.sandbox {
		server, err := sandbox.Listen("127.0.0.1:0", sandbox.WithRateLimit(0))
		if err != nil {
			return nil, stop, &codedError{code: exitUnavailable, err: fmt.Errorf("start the sandbox: %w", err)}
		}
		stop = func() { _ = server.Close() }
		credential, baseURL = connectorsecrets.APIKey(server.APIKey), server.URL
	}
	client, err := connectorsecrets.New(credential, f.options(command, baseURL, progress)...)
	var refused *connectorsecrets.ArgumentError
	if errors.As(err, &refused) && !refused.Credential {
		// The base URL is the only option that comes from the user unchecked.
		err = fmt.Errorf("%s: %w", envBaseURL, err)
	}
	return client, stop, err
}

func (f *clientFlags) options(command *cobra.Command, baseURL string, progress *progress) []connectorsecrets.Option {
	options := []connectorsecrets.Option{
		connectorsecrets.WithBaseURL(baseURL),
		connectorsecrets.WithHeader("User-Agent", name+"/"+connectorsecrets.Version),
	}
	if f.noRetry {
		options = append(options, connectorsecrets.WithoutRetry())
	}
	switch {
	case f.verbose:
		handler := slog.NewTextHandler(command.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: printable})
		options = append(options, connectorsecrets.WithLogger(slog.New(handler)))
	case progress != nil:
		options = append(options, connectorsecrets.WithLogger(slog.New(progress)))
	}
	return options
}

// printable makes a text in the log safe to print: a request ID is text of the server.
func printable(_ []string, attribute slog.Attr) slog.Attr {
	if attribute.Value.Kind() == slog.KindString {
		attribute.Value = slog.StringValue(safetext.Printable(attribute.Value.String()))
	}
	return attribute
}

// problem returns an error in the form of the result, with advice and its exit code.
func (f *clientFlags) problem(err error) *audit.Problem {
	problem := audit.NewProblem(f.advise(err))
	problem.ExitCode = errorExitCode(err)
	return problem
}

// advise adds to an error the flag or setting that helps. The client does not know those.
func (f *clientFlags) advise(err error) error {
	var transport *connectorsecrets.TransportError
	var response *connectorsecrets.APIError
	switch {
	case errors.As(err, &transport) && errors.Is(err, context.DeadlineExceeded):
		switch transport.Limit {
		case 0: // a timeout of the resolver or of the operating system
			return fmt.Errorf("%w; check the network, the proxy settings and the base URL", err)
		case f.timeout:
			return fmt.Errorf("%w; check the network, or raise --timeout", err)
		default:
			return fmt.Errorf("%w; check the network, or raise --attempt-timeout", err)
		}
	case errors.As(err, &response) && errors.Is(err, connectorsecrets.ErrNotFound) && response.ErrorDetail.Code == "":
		return fmt.Errorf("%w; %s is %s", err, envBaseURL, cmp.Or(os.Getenv(envBaseURL), "not set"))
	default:
		return err
	}
}
