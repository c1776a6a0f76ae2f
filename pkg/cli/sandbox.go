package cli

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

const defaultAddress = "127.0.0.1:8080"

func newSandboxCommand() *cobra.Command {
	var (
		address     string
		seedFile    string
		rateLimit   int
		hosts       []string
		bareAPIKeys bool
		logs        bool
	)
	command := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve a stand-in for the API",
		Long: `Serve a stand-in for the API, driven by its specification, until Ctrl-C.

It has made-up teams, connectors and secrets: the built-in ones, or those of a seed file in YAML or JSON:

  teams:
    - team_id: 936506
      connectors:
        - connector_identifier: T3S70
          secrets:
            - secret_placeholder: sec_a23f23d26
              secret_name: client_id
          responses:        # optional: responses before the secrets, in this order
            - {status: 503, times: 2, retry_after_seconds: 1}
            - {delay_seconds: 5, times: 1}
            - {cut: within, times: 1}
  credentials:              # optional: without it, ` + sandbox.DefaultAPIKey + ` and ` + sandbox.DefaultBearerToken + ` work
    - api_key: my-sandbox-key
      teams: [936506]       # optional: without it, all teams

Each of the responses may have:
  status               400 to 599; without it, the response has the secrets
  times                how often it is sent; without it, always
  delay_seconds        how long it takes
  retry_after_seconds  the header Retry-After; with retry_after_date: true, as a date
  cut                  "before" the response or "within" its body: where the connection is closed

Every team has a connector error-<status>, such as error-429, for each error in the specification. It always responds
with that status.

Without a credential, the sandbox also serves:
  /docs                           the API reference, to try the API out in a browser
  /openapi.yaml, /openapi.json    the specification; /openapi.client.yaml is the form for generators
  /conformance/cases.json         test cases for clients in any language; the sandbox responds to all of them
  /_sandbox/requests              the requests it received, without their credentials`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			seed := sandbox.DefaultSeed()
			if command.Flags().Changed("seed") {
				var err error
				if seed, err = readSeed(&input{command: command}, seedFile); err != nil {
					return err
				}
			}
			options := []sandbox.Option{sandbox.WithRateLimit(rateLimit), sandbox.WithHosts(hosts...)}
			for i, flag := range []string{"--rate-limit", "--allow-host"} {
				if _, err := sandbox.New(options[i]); err != nil {
					return usagef("%s: %w", flag, err)
				}
			}
			options = append(options, sandbox.WithSeed(seed))
			if bareAPIKeys {
				options = append(options, sandbox.WithBareAPIKeys())
			}
			if logs {
				options = append(options, sandbox.WithLog(func(request sandbox.Request) {
					_, _ = fmt.Fprintln(command.ErrOrStderr(), request) // There is nowhere to report an error.
				}))
			}
			return serve(command, address, seed, options...)
		},
	}
	set := command.Flags()
	set.StringVar(&address, "addr", defaultAddress, "`address` to listen on; port 0 means any free port")
	set.StringVar(&seedFile, "seed", "", "`file` with teams, connectors and secrets, in YAML or JSON; - is stdin")
	set.IntVar(&rateLimit, "rate-limit", sandbox.DefaultRateLimit, "requests an hour for each credential; 0 for no limit")
	set.StringSliceVar(&hosts, "allow-host", nil, "accept requests to this host `name` as well, such as a container's; * for all (default loopback and --addr)")
	set.BoolVar(&bareAPIKeys, "accept-bare-api-key", false, "also accept an API key without the word Bearer")
	set.BoolVar(&logs, "log", false, "print each request on stderr, without its credential")
	_ = command.MarkFlagFilename("seed", "yaml", "yml", "json")
	return command
}

// readSeed reads a seed file; - is stdin.
func readSeed(in *input, path string) (sandbox.Seed, error) {
	data, err := in.readFile(path)
	if err != nil {
		return sandbox.Seed{}, usagef("seed file: %w", err)
	}
	seed, err := sandbox.ReadSeed(bytes.NewReader(data))
	if err != nil {
		return seed, usagef("seed file %s: %w", label(path), err)
	}
	return seed, nil
}

// serve runs the sandbox until the context ends. That is the normal way to stop it, and no error.
func serve(command *cobra.Command, address string, seed sandbox.Seed, options ...sandbox.Option) error {
	server, err := sandbox.Listen(address, options...)
	if err != nil {
		_, isNetwork := errors.AsType[*net.OpError](err)
		if errors.Is(err, syscall.EADDRINUSE) {
			return &codedError{code: exitUnavailable, err: fmt.Errorf("%w; choose another --addr, or port 0 for a free one", err)}
		}
		if isNetwork {
			return usagef("%w; --addr takes a host of this machine and a port from 1024 on, such as %s", err, defaultAddress)
		}
		return err
	}
	if _, err := fmt.Fprint(command.OutOrStdout(), greeting(server, seed)); err != nil {
		_ = server.Close()
		return err
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Wait() }()
	select {
	case err := <-stopped:
		return err
	case <-command.Context().Done():
		return server.Close()
	}
}

// greeting says how to reach a sandbox.
func greeting(server *sandbox.Server, seed sandbox.Seed) string {
	var text strings.Builder
	fmt.Fprintf(&text, "Sandbox:       %s\n", server.URL)
	if server.APIKey != "" {
		fmt.Fprintf(&text, "API key:       %s\n", server.APIKey)
	}
	if server.BearerToken != "" {
		fmt.Fprintf(&text, "Bearer token:  %s\n", server.BearerToken)
	}
	fmt.Fprintf(&text, "Reference:     %[1]s/docs\nSpecification: %[1]s/openapi.yaml\nTest cases:    %[1]s/conformance/cases.json\n",
		server.URL)
	variable, credential := connectorsecrets.EnvAPIKey, server.APIKey
	if credential == "" {
		variable, credential = connectorsecrets.EnvBearerToken, server.BearerToken
	}
	// The credential may be one that can read no connector.
	if teamID, connectorID, ok := seed.Readable(credential); ok {
		fmt.Fprintf(&text, "\nTry it:\n\ncurl -H %s %s%s\n",
			shellQuote("Authorization: Bearer "+credential), server.URL, sandbox.ListPath(teamID, connectorID))
	}
	fmt.Fprintf(&text, "\nWith %s, in another terminal:\n\nexport %s=%s\nexport %s=%s\n\nStop it with Ctrl-C.\n",
		name, envBaseURL, server.URL, variable, shellQuote(credential))
	return text.String()
}

// shellQuote quotes for POSIX shells.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
