package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// envBaseURL names another server. The credential's variables are those of [connectorsecrets.CredentialFromEnv].
const envBaseURL = "SUPERMETRICS_BASE_URL"

// clientFlags are those of every command that asks the API.
type clientFlags struct {
	timeout time.Duration
	noRetry bool
	verbose bool
	sandbox bool
}

func (f *clientFlags) register(command *cobra.Command) {
	set := command.Flags()
	set.DurationVar(&f.timeout, "timeout", 0, "how long each connector may take in all, retries and waits included, such as 30s (default: no limit)")
	set.BoolVar(&f.noRetry, "no-retry", false, "make one attempt only")
	set.BoolVar(&f.verbose, "verbose", false, "log every attempt to stderr")
	set.BoolVar(&f.sandbox, "sandbox", false, "ask a sandbox in this process; needs no credential")
}

// connect returns a client for the API, or for a sandbox that the returned function stops.
func (f *clientFlags) connect(command *cobra.Command) (*connectorsecrets.Client, func(), error) {
	stop := func() {}
	if f.timeout < 0 {
		return nil, stop, usagef("--timeout must not be negative")
	}
	credential, baseURL := connectorsecrets.CredentialFromEnv(), os.Getenv(envBaseURL)
	if f.sandbox {
		server, err := sandbox.Listen("127.0.0.1:0", sandbox.WithRateLimit(0))
		if err != nil {
			return nil, stop, &codedError{code: exitUnavailable, err: fmt.Errorf("start the sandbox: %w", err)}
		}
		stop = func() { _ = server.Close() }
		credential, baseURL = connectorsecrets.APIKey(server.APIKey), server.URL
	}
	client, err := connectorsecrets.New(credential, f.options(command, baseURL)...)
	var refused *connectorsecrets.ArgumentError
	if errors.As(err, &refused) && !refused.Credential {
		// All other options are the command's own.
		err = fmt.Errorf("%s: %w", envBaseURL, err)
	}
	if err != nil {
		stop()
		return nil, func() {}, err
	}
	return client, stop, nil
}

func (f *clientFlags) options(command *cobra.Command, baseURL string) []connectorsecrets.Option {
	options := []connectorsecrets.Option{
		connectorsecrets.WithBaseURL(baseURL),
		connectorsecrets.WithHeader("User-Agent", name+"/"+connectorsecrets.Version),
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

// workerFlags are those of commands that ask about many connectors.
type workerFlags struct {
	failFast bool
	workers  int
	rate     float64
}

func (f *workerFlags) register(command *cobra.Command) {
	set := command.Flags()
	set.BoolVar(&f.failFast, "fail-fast", false, "stop at the first problem")
	set.IntVar(&f.workers, "workers", 8, "how many connectors to ask about at once")
	set.Float64Var(&f.rate, "rate", 20, "requests a second over all workers; 0 for no limit")
}

func (f *workerFlags) options(timeout time.Duration) ([]connectorsecrets.CallOption, error) {
	switch {
	case f.workers < 1 || f.workers > 1000:
		return nil, usagef("--workers must be from 1 to 1000")
	case !(f.rate >= 0) || f.rate > 1e6:
		return nil, usagef("--rate must be a number of requests a second, 0 or more")
	}
	return []connectorsecrets.CallOption{
		connectorsecrets.WithWorkers(f.workers), connectorsecrets.WithPace(f.rate), connectorsecrets.WithConnectorTimeout(timeout),
	}, nil
}
