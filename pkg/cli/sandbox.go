package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

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

It holds made-up teams, connectors and secrets: its own, or those of a seed file in YAML or JSON:

  teams:
    - team_id: 936506
      connectors:
        - connector_identifier: T3S70
          secrets:
            - secret_placeholder: sec_a23f23d26
              secret_name: client_id
          responses:        # optional: what comes before the secrets, in this order
            - {status: 503, times: 2, retry_after_seconds: 1}
            - {delay_seconds: 5, times: 1}
            - {cut: within, times: 1}
  credentials:              # optional: without it, ` + sandbox.DefaultAPIKey + ` and ` + sandbox.DefaultBearerToken + ` work
    - api_key: my-sandbox-key
      teams: [936506]       # optional: without it, all teams

A response has a status (400 to 599) or none for the secrets, and as often as times says, or always: delay_seconds,
retry_after_seconds (with retry_after_date: true, as a date), and cut: before the response or within its body.

In every team, the connector error-<status>, such as error-429, answers with that status: there is one for each error
that the specification has.

Besides the API it serves, for everyone: its reference at /docs, from which it can be tried out in a browser; its
specification at /openapi.yaml and /openapi.json; the requests that it got, without their credentials, at
/_sandbox/requests; and at /conformance/cases.json the conformance cases, language-neutral test cases for clients, all of
which it plays.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			seed := sandbox.DefaultSeed()
			if command.Flags().Changed("seed") {
				var err error
				if seed, err = readSeed(command, seedFile); err != nil {
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
					_, _ = fmt.Fprintln(command.ErrOrStderr(), request) // Nobody can be told.
				}))
			}
			return serve(command, address, seed, options...)
		},
	}
	set := command.Flags()
	set.StringVar(&address, "addr", defaultAddress, "`address` to listen on; port 0 takes a free one")
	set.StringVar(&seedFile, "seed", "", "`file` with teams, connectors and secrets, in YAML or JSON; - is stdin")
	set.IntVar(&rateLimit, "rate-limit", sandbox.DefaultRateLimit, "requests an hour for each credential; 0 for no limit")
	set.StringSliceVar(&hosts, "allow-host", nil, "a further `name` to answer to, such as that of a container; * for all (default loopback and --addr)")
	set.BoolVar(&bareAPIKeys, "accept-bare-api-key", false, "take an API key without the word Bearer, too")
	set.BoolVar(&logs, "log", false, "print each request on stderr, without its credential")
	_ = command.MarkFlagFilename("seed", "yaml", "yml", "json")
	return command
}

// readSeed reads a seed file; - is stdin.
func readSeed(command *cobra.Command, path string) (sandbox.Seed, error) {
	data, err := (&input{command: command}).readFile(path)
	if err != nil {
		return sandbox.Seed{}, usageError(fmt.Errorf("seed file: %w", err))
	}
	seed, err := sandbox.ReadSeed(bytes.NewReader(data))
	if err != nil {
		return seed, usageError(fmt.Errorf("seed file %s: %w", label(path), err))
	}
	return seed, nil
}

// serve runs the sandbox until the context ends, which is the ordinary way to stop it.
func serve(command *cobra.Command, address string, seed sandbox.Seed, options ...sandbox.Option) error {
	server, err := sandbox.Listen(address, options...)
	if err != nil {
		return listenError(err)
	}
	if _, err := fmt.Fprint(command.OutOrStdout(), greeting(server, seed)); err != nil {
		_ = server.Close()
		return fmt.Errorf("write the sandbox's address: %w", err)
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
	fmt.Fprintf(&text, "Reference:     %s/docs\n", server.URL)
	fmt.Fprintf(&text, "Specification: %s/openapi.yaml\n", server.URL)
	fmt.Fprintf(&text, "Test cases:    %s/conformance/cases.json\n", server.URL)
	if curl := curlLine(server, seed); curl != "" {
		fmt.Fprintf(&text, "\nTry it:\n\n%s\n", curl)
	}
	text.WriteString("\nStop it with Ctrl-C.\n")
	return text.String()
}

// curlLine is a command that lists the secrets of the first connector which the printed credential can read.
func curlLine(server *sandbox.Server, seed sandbox.Seed) string {
	credential := server.APIKey
	if credential == "" {
		credential = server.BearerToken
	}
	teamID, connectorID, ok := seed.Readable(credential)
	if !ok {
		return ""
	}
	return fmt.Sprintf("curl -H %s %s%s",
		shellQuote("Authorization: Bearer "+credential), server.URL, sandbox.ListPath(teamID, connectorID))
}

// shellQuote quotes for POSIX shells.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
