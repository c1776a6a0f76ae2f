package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// Variables of the environment. [connectorsecrets.CredentialFromEnv] has those for the credential.
const (
	envBaseURL      = "SUPERMETRICS_BASE_URL" // another server
	envCertificates = "SSL_CERT_FILE"         // for crypto/x509
)

// clientFlags are the flags of every command that calls the API.
type clientFlags struct {
	timeout        time.Duration
	attemptTimeout time.Duration
	noRetry        bool
	verbose        bool
	sandbox        bool
	seed           string
	failFast       bool
	workers        int
	rate           float64

	server *sandbox.Server // nil for the real API
	// example is a connector that the sandbox has, for those who name none.
	example connectorsecrets.Connector
}

func (f *clientFlags) register(command *cobra.Command) {
	set := command.Flags()
	set.DurationVar(&f.timeout, "timeout", 0, "limit for each connector, including retries and waits, such as 2m (default: no limit)")
	set.DurationVar(&f.attemptTimeout, "attempt-timeout", 0, "limit for each attempt (default: 30s)")
	set.BoolVar(&f.noRetry, "no-retry", false, "make one attempt only")
	set.BoolVarP(&f.verbose, "verbose", "v", false, "log every attempt to stderr")
	set.BoolVar(&f.sandbox, "sandbox", false, "use a sandbox in this process; needs no credential")
	set.StringVar(&f.seed, "seed", "", "`file` with the content of the sandbox, in YAML or JSON; implies --sandbox; - for stdin")
	_ = command.MarkFlagFilename("seed", "yaml", "yml", "json")
	set.BoolVar(&f.failFast, "fail-fast", false, "stop at the first problem")
	set.IntVar(&f.workers, "workers", 8, "how many connectors to read at once")
	set.Float64Var(&f.rate, "rate", 20, "requests a second over all workers; 0 for no limit")
}

// errFailFast is the reason of connectors that were not asked after a problem.
var errFailFast = errors.New("stopped at the first problem, as --fail-fast asks")

// check refuses the values that the client would refuse, so that the error names the flag.
func (f *clientFlags) check(command *cobra.Command) error {
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
		return refuseEmpty(command)
	}
}

// callOptions returns the options of [connectorsecrets.Client.ListEach].
func (f *clientFlags) callOptions() []connectorsecrets.CallOption {
	return []connectorsecrets.CallOption{
		connectorsecrets.WithWorkers(f.workers), connectorsecrets.WithPace(f.rate),
		connectorsecrets.WithConnectorTimeout(f.timeout), connectorsecrets.WithTimeout(f.attemptTimeout),
	}
}

// start checks the flags, and starts a sandbox in this process if one asks for it. Call stop at the end, also after an error.
func (f *clientFlags) start(in *input) (stop func(), err error) {
	stop = func() {}
	if err := f.check(in.command); err != nil || !f.sandbox && f.seed == "" {
		return stop, err
	}
	seed := sandbox.DefaultSeed()
	if f.seed != "" {
		if seed, err = readSeed(in, f.seed); err != nil {
			return stop, err
		}
	}
	if f.server, err = sandbox.Listen("127.0.0.1:0", sandbox.WithRateLimit(0), sandbox.WithSeed(seed)); err != nil {
		return stop, usagef("start the sandbox: %w", err)
	}
	f.example.TeamID, f.example.ID, _ = seed.Readable(f.sandboxKey())
	return func() { _ = f.server.Close() }, nil
}

// sandboxKey is a credential of the sandbox. It takes a token as it takes a key.
func (f *clientFlags) sandboxKey() string { return cmp.Or(f.server.APIKey, f.server.BearerToken) }

// lookupEnv looks up a variable of the environment. For a sandbox it replaces the environment, which is for the real API: the
// default team is one of the seed, and every other variable holds the sandbox's credential.
func (f *clientFlags) lookupEnv(name string) (string, bool) {
	switch {
	case f.server == nil:
		return os.LookupEnv(name)
	case name != audit.EnvTeamID:
		return f.sandboxKey(), true
	case f.example.TeamID == 0:
		return "", false
	default:
		return strconv.FormatInt(f.example.TeamID, 10), true
	}
}

// connect returns a client for the API or for the sandbox, and watches its attempts. The zero credential stands for that of
// the environment.
func (f *clientFlags) connect(credential connectorsecrets.Credential, watch *watch) (*connectorsecrets.Client, error) {
	baseURL := os.Getenv(envBaseURL)
	if credential == (connectorsecrets.Credential{}) {
		credential = connectorsecrets.CredentialFromEnv()
	}
	if f.server != nil {
		credential, baseURL = connectorsecrets.APIKey(f.sandboxKey()), f.server.URL
	}
	options := []connectorsecrets.Option{
		connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithLogger(slog.New(watch)),
		connectorsecrets.WithHeader("User-Agent", name+"/"+connectorsecrets.Version),
	}
	if f.noRetry {
		options = append(options, connectorsecrets.WithoutRetry())
	}
	client, err := connectorsecrets.New(credential, options...)
	if refused, ok := errors.AsType[*connectorsecrets.ArgumentError](err); ok && !refused.Credential {
		// The base URL is the only option that comes from the user unchecked.
		err = usagef("%s: %s", envBaseURL, strings.Replace(err.Error(), "use a Credential", "use "+connectorsecrets.EnvAPIKey, 1))
	}
	return client, err
}

// problem returns an error in the form of the result, with advice and its exit code.
func (f *clientFlags) problem(err error) *audit.Problem {
	problem := audit.NewProblem(f.advise(err))
	problem.ExitCode = exitCode(err)
	return problem
}

// advise adds to an error the flag or setting that helps. The client does not know those.
func (f *clientFlags) advise(err error) error {
	transport, isTransport := errors.AsType[*connectorsecrets.TransportError](err)
	response, isResponse := errors.AsType[*connectorsecrets.APIError](err)
	_, isNoTLS := errors.AsType[tls.RecordHeaderError](err)
	text := strings.Replace(err.Error(), "; NewTransport can be given one of your own", "", 1)
	switch {
	case errors.Is(err, context.Canceled) && !isResponse:
		return errors.New("interrupted before the response")
	case isTransport && isNoTLS:
		return errors.New(text + "; if the server is on this machine and speaks no TLS, use http://")
	case isTransport && text != err.Error():
		return fmt.Errorf("%s; %s can name a file with the authority", text, envCertificates)
	case isTransport && transport.Limit > 0 && transport.Limit == f.timeout:
		return fmt.Errorf("%w with --timeout", err)
	case isTransport && transport.Limit > 0:
		return fmt.Errorf("%w with --attempt-timeout", err)
	case isTransport && !strings.Contains(err.Error(), "; check "): // a timeout of the operating system
		return fmt.Errorf("%w; check the network, the proxy settings and the base URL", err)
	case isResponse && errors.Is(err, connectorsecrets.ErrNotFound) && response.ErrorDetail.Code == "":
		return fmt.Errorf("%w; %s is %s", err, envBaseURL, cmp.Or(os.Getenv(envBaseURL), "not set"))
	}
	return err
}
