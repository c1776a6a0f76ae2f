package bench_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/bench/ogenapi"
	"github.com/ogen-go/ogen/ogenerrors"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

const (
	team      = 936506
	connector = "T3S70"
	key       = "fake-api-key-for-tests"
)

// A caller makes one call and returns the number of secrets.
type caller func(ctx context.Context) (int, error)

// byHand is a call written with net/http and encoding/json, without checks, retries, bounds or typed errors.
func byHand(client *http.Client, baseURL string) caller {
	return func(ctx context.Context) (int, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/v1/teams/%d/connector_builder/connectors/%s/secrets", baseURL, team, connector), nil)
		if err != nil {
			return 0, err
		}
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("Accept", "application/json")
		response, err := client.Do(request)
		if err != nil {
			return 0, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %d", response.StatusCode)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return 0, err
		}
		var list secretsapi.SecretList
		err = json.Unmarshal(body, &list)
		return len(list.Secrets), err
	}
}

func withTimeout(client *http.Client, baseURL string) caller {
	limited := *client
	limited.Timeout = 30 * time.Second
	return byHand(&limited, baseURL)
}

func oapiCodegen(t *testing.T, client *http.Client, baseURL string) caller {
	t.Helper()
	api, err := secretsapi.NewClientWithResponses(baseURL, secretsapi.WithHTTPClient(client),
		secretsapi.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+key)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) (int, error) {
		answer, err := api.ListConnectorSecretsWithResponse(ctx, team, connector)
		if err != nil {
			return 0, err
		}
		return len(answer.JSON200.Secrets), nil
	}
}

// ogenSecurity supplies the credential for one of the schemes.
type ogenSecurity struct{}

func (ogenSecurity) ApiKeyAuth(context.Context, ogenapi.OperationName) (ogenapi.ApiKeyAuth, error) {
	return ogenapi.ApiKeyAuth{}, ogenerrors.ErrSkipClientSecurity
}

func (ogenSecurity) BearerAuth(context.Context, ogenapi.OperationName) (ogenapi.BearerAuth, error) {
	return ogenapi.BearerAuth{Token: key}, nil
}

func ogen(t *testing.T, client *http.Client, baseURL string) caller {
	t.Helper()
	api, err := ogenapi.NewClient(baseURL, ogenSecurity{}, ogenapi.WithClient(client))
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) (int, error) {
		answer, err := api.ListConnectorSecrets(ctx, ogenapi.ListConnectorSecretsParams{TeamID: team, ConnectorIdentifier: connector})
		if err != nil {
			return 0, err
		}
		list, ok := answer.(*ogenapi.ConnectorSecretList)
		if !ok {
			return 0, fmt.Errorf("answer %T", answer)
		}
		return len(list.Secrets), nil
	}
}

func ours(client *connectorsecrets.Client) caller {
	return func(ctx context.Context) (int, error) {
		list, err := client.List(ctx, team, connector)
		if err != nil {
			return 0, err
		}
		return list.Count, nil
	}
}

func newClient(t *testing.T, options ...connectorsecrets.Option) *connectorsecrets.Client {
	t.Helper()
	client, err := connectorsecrets.New(connectorsecrets.APIKey(key), options...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func measure(t *testing.T, call caller, secrets int) testing.BenchmarkResult {
	t.Helper()
	return testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		ctx := context.Background()
		for b.Loop() {
			if n, err := call(ctx); err != nil || n != secrets {
				b.Fatal(n, err)
			}
		}
	})
}

// benchCalls measures a call of each kind in turn, in every round.
func benchCalls(t *testing.T, r *benchReport) {
	type bars struct{ memory, loopback, bytes, allocations float64 }
	all := map[int]bars{1: {1.00, 1.03, 1.00, 30}, 10: {0.45, 0.92, 0.90, 32}, 100: {0.24, 0.58, 0.70, 40}}
	if strings.HasPrefix(runtime.Version(), "go1.27") {
		// Here only the time in memory and the allocations have a limit.
		all = map[int]bars{1: {1.15, 0, 0, 30}, 10: {0.80, 0, 0, 32}, 100: {0.60, 0, 0, 40}}
	}
	for _, secrets := range []int{1, 10, 100} {
		body, bar := []byte(secretsBody(secrets)), all[secrets]
		httpClient := inMemory(body)
		memory := compare(t, httpClient, secretsapi.ServerURL, newClient(t, connectorsecrets.WithHTTPClient(httpClient)), secrets)
		memory.report(r, fmt.Sprintf("time in memory, %d secrets", secrets), func(b testing.BenchmarkResult) int64 { return b.NsPerOp() }, bar.memory)
		memory.report(r, fmt.Sprintf("bytes, %d secrets", secrets), testing.BenchmarkResult.AllocedBytesPerOp, bar.bytes)
		allocations := make([]string, len(memory))
		for i, results := range memory {
			allocations[i] = fmt.Sprint(results[0].AllocsPerOp() - transportAllocations)
		}
		ourAllocations := float64(memory[len(memory)-1][0].AllocsPerOp() - transportAllocations)
		r.rows = append(r.rows, fmt.Sprintf("| allocations, %d secrets | %s | ≤ %.0f | %s |", secrets, strings.Join(allocations, " | "), bar.allocations, verdict(ourAllocations <= bar.allocations)))
		against := memory.ratio(4, 3, func(b testing.BenchmarkResult) int64 { return b.NsPerOp() })
		r.rows = append(r.rows, fmt.Sprintf("| time in memory against ogen, %d secrets | | | | 1.00 | %.2f | ≤ 0.80 | %s |", secrets, against, verdict(against <= 0.8)))

		// This client runs a transport that is not net/http's own on a goroutine.
		own := &http.Client{Transport: responding(body)}
		compare(t, own, secretsapi.ServerURL, newClient(t, connectorsecrets.WithHTTPClient(own)), secrets).
			report(r, fmt.Sprintf("time behind a transport of the caller's own, %d secrets", secrets), func(b testing.BenchmarkResult) int64 { return b.NsPerOp() }, 0)

		server := httptest.NewServer(answering(body))
		transport := http.DefaultTransport.(*http.Transport).Clone()
		loopback := compare(t, &http.Client{Transport: transport}, server.URL, newClient(t, connectorsecrets.WithBaseURL(server.URL)), secrets)
		loopback.report(r, fmt.Sprintf("time on loopback, %d secrets", secrets), func(b testing.BenchmarkResult) int64 { return b.NsPerOp() }, bar.loopback)
		transport.CloseIdleConnections()
		server.Close()
	}
}

// comparison has the results of each kind of call, one for each round.
type comparison [5][]testing.BenchmarkResult

func compare(t *testing.T, httpClient *http.Client, baseURL string, client *connectorsecrets.Client, secrets int) comparison {
	t.Helper()
	calls := [5]caller{byHand(httpClient, baseURL), withTimeout(httpClient, baseURL), oapiCodegen(t, httpClient, baseURL), ogen(t, httpClient, baseURL), ours(client)}
	var results comparison
	for range benchRounds {
		for i, call := range calls {
			results[i] = append(results[i], measure(t, call, secrets))
		}
	}
	return results
}

// ratio returns the median of the rounds' ratios of two kinds of call.
func (c comparison) ratio(of, to int, value func(testing.BenchmarkResult) int64) float64 {
	var ratios []float64
	for round := range c[of] {
		ratios = append(ratios, float64(value(c[of][round]))/float64(value(c[to][round])))
	}
	return median(ratios)
}

// report makes a row of ratios to the call by hand. A missing limit means none.
func (c comparison) report(r *benchReport, what string, value func(testing.BenchmarkResult) int64, bar float64) {
	row := "| " + what
	var got float64
	for i := range c {
		got = c.ratio(i, 0, value)
		row += fmt.Sprintf(" | %.2f", got)
	}
	if bar == 0 {
		row += " | | |"
	} else {
		row += fmt.Sprintf(" | ≤ %.2f | %s |", bar, verdict(got <= bar))
	}
	r.rows = append(r.rows, row)
}

func verdict(pass bool) string {
	if pass {
		return "pass"
	}
	return "short"
}

func secretsBody(secrets int) string {
	items := make([]string, secrets)
	for i := range items {
		items[i] = fmt.Sprintf(`{"secret_placeholder":"sec_%d","secret_name":"name_%d"}`, i, i)
	}
	return fmt.Sprintf(`{"count":%d,"secrets":[%s]}`, secrets, strings.Join(items, ","))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// transportAllocations is the number of allocations in inMemory: the response, its body and the reader. The header is shared.
const transportAllocations = 3

// inMemory responds without a network, inside net/http's transport.
func inMemory(body []byte) *http.Client {
	transport := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // without HTTP/2
	transport.RegisterProtocol("https", responding(body))
	return &http.Client{Transport: transport}
}

func responding(body []byte) roundTripper {
	header := http.Header{"Content-Type": {"application/json"}}
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	}
}

// countingListener counts the connections that reach a server.
type countingListener struct {
	net.Listener
	accepted atomic.Int32
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return conn, err
}
