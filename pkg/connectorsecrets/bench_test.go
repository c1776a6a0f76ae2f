//go:build bench

package connectorsecrets_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// What is measured stands beside the floor, a call written by hand with net/http and encoding/json, in every round, and
// each row is the median of the rounds' ratios: machines are noisy, and a ratio of the same moment is less so.
const benchRounds = 9

// caller makes one call and returns the number of secrets.
type caller func(ctx context.Context) (int, error)

func floor(client *http.Client, baseURL string) caller {
	return func(ctx context.Context) (int, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/v1/teams/%d/connector_builder/connectors/%s/secrets", baseURL, testTeam, testConnector), nil)
		if err != nil {
			return 0, err
		}
		request.Header.Set("Authorization", "Bearer "+testKey)
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

func generated(t *testing.T, client *http.Client, baseURL string) caller {
	t.Helper()
	api, err := secretsapi.NewClientWithResponses(baseURL, secretsapi.WithHTTPClient(client),
		secretsapi.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+testKey)
			return nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) (int, error) {
		answer, err := api.ListConnectorSecretsWithResponse(ctx, testTeam, testConnector)
		if err != nil {
			return 0, err
		}
		return len(answer.JSON200.Secrets), nil
	}
}

func ours(client *connectorsecrets.Client) caller {
	return func(ctx context.Context) (int, error) {
		list, err := client.List(ctx, testTeam, testConnector)
		if err != nil {
			return 0, err
		}
		return list.Count, nil
	}
}

func answering(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
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

// report collects rows and prints them as a table.
type benchReport struct{ rows []string }

func (r *benchReport) row(what, measured, bar string, pass bool) {
	verdict := "pass"
	if !pass {
		verdict = "short"
	}
	r.rows = append(r.rows, fmt.Sprintf("| %s | %s | %s | %s |", what, measured, bar, verdict))
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// TestBench prints the table of benchmarks.md.
func TestBench(t *testing.T) {
	certificates := trustTestServers(t)
	r := &benchReport{}
	t.Run("calls", func(t *testing.T) { benchCalls(t, r) })
	t.Run("ListEach", func(t *testing.T) { benchListEach(t, r, certificates) })
	t.Run("linear", func(t *testing.T) { benchLinear(t, r) })
	t.Run("sandbox", func(t *testing.T) { benchSandbox(t, r) })
	t.Run("command", func(t *testing.T) { benchCommand(t, r) })
	t.Run("size", func(t *testing.T) { benchSize(t, r) })
	fmt.Printf("%s, %s/%s, %d CPUs, %d rounds, medians\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), benchRounds)
	fmt.Println("| measured | result | bar | |\n|---|---|---|---|")
	fmt.Println(strings.Join(r.rows, "\n"))
}

func benchCalls(t *testing.T, r *benchReport) {
	bars := map[int]struct {
		memory, loopback float64
		allocs           int64
		bytes            float64
	}{1: {1.20, 1.05, 45, 1.5}, 10: {0.80, 1.05, 66, 1.25}, 100: {0.60, 0.85, 250, 0.85}}
	for _, secrets := range []int{1, 10, 100} {
		bar, body := bars[secrets], []byte(secretsBody(secrets, secrets))
		for _, network := range []bool{false, true} {
			httpClient, baseURL := inMemory(body), secretsapi.ServerURL
			options := []connectorsecrets.Option{connectorsecrets.WithHTTPClient(httpClient)}
			if network {
				server := httptest.NewServer(answering(body))
				defer server.Close()
				httpClient, baseURL = &http.Client{}, server.URL
				options = []connectorsecrets.Option{connectorsecrets.WithBaseURL(baseURL)}
			}
			client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), options...)
			if err != nil {
				t.Fatal(err)
			}
			var against, plain []float64
			var first, last testing.BenchmarkResult
			for range benchRounds {
				first = measure(t, floor(httpClient, baseURL), secrets)
				other := measure(t, generated(t, httpClient, baseURL), secrets)
				last = measure(t, ours(client), secrets)
				against = append(against, float64(last.NsPerOp())/float64(first.NsPerOp()))
				plain = append(plain, float64(other.NsPerOp())/float64(first.NsPerOp()))
			}
			where, limit := "in memory", bar.memory
			if network {
				where, limit = "loopback", bar.loopback
			}
			got := median(against)
			r.row(fmt.Sprintf("time %s, %d secrets", where, secrets), fmt.Sprintf("%.2f (plain generated client %.2f)", got, median(plain)), fmt.Sprintf("≤ %.2f", limit), got <= limit)
			if !network {
				r.row(fmt.Sprintf("allocations, %d secrets", secrets), fmt.Sprint(last.AllocsPerOp()), fmt.Sprintf("≤ %d", bar.allocs), last.AllocsPerOp() <= bar.allocs)
				ratio := float64(last.AllocedBytesPerOp()) / float64(first.AllocedBytesPerOp())
				r.row(fmt.Sprintf("bytes, %d secrets", secrets), fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≤ %.2f", bar.bytes), ratio <= bar.bytes)
			}
		}
	}
}

// trustTestServers makes this process trust the certificate of httptest's servers, which has to happen before the first
// certificate is checked.
func trustTestServers(t *testing.T) *tls.Config {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	file := filepath.Join(t.TempDir(), "certificate.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	return server.Client().Transport.(*http.Transport).TLSClientConfig
}

func repeated(count int) iter.Seq[connectorsecrets.Connector] {
	return func(yield func(connectorsecrets.Connector) bool) {
		for range count {
			if !yield(connectorsecrets.Connector{TeamID: testTeam, ID: testConnector}) {
				return
			}
		}
	}
}

// listEachRate returns the calls a second of ListEach with 16 workers.
func listEachRate(t *testing.T, client *connectorsecrets.Client, calls int) float64 {
	t.Helper()
	begin := time.Now()
	for result := range client.ListEach(context.Background(), repeated(calls), connectorsecrets.WithWorkers(16), connectorsecrets.WithPace(0)) {
		if result.Err != nil {
			t.Fatal(result.Err)
		}
	}
	return float64(calls) / time.Since(begin).Seconds()
}

// floorRate returns the calls a second of 16 goroutines on the floor.
func floorRate(t *testing.T, call caller, calls int) float64 {
	t.Helper()
	var next atomic.Int64
	var workers sync.WaitGroup
	begin := time.Now()
	for range 16 {
		workers.Go(func() {
			for next.Add(1) <= int64(calls) {
				if _, err := call(context.Background()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	workers.Wait()
	return float64(calls) / time.Since(begin).Seconds()
}

func benchListEach(t *testing.T, r *benchReport, certificates *tls.Config) {
	body := []byte(secretsBody(10, 10))
	for _, secure := range []bool{false, true} {
		server := httptest.NewUnstartedServer(answering(body))
		listener := &countingListener{Listener: server.Listener}
		server.Listener = listener
		calls, name, bar := 8000, "plain loopback", 1.15
		transport := http.DefaultTransport.(*http.Transport).Clone()
		if secure {
			calls, name, bar = 1500, "TLS, HTTP/1.1", 8.0
			server.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
			server.StartTLS()
			transport.TLSClientConfig = certificates.Clone()
			transport.ForceAttemptHTTP2 = false
		} else {
			server.Start()
		}
		client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithBaseURL(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		var ratios []float64
		for range benchRounds {
			base := floorRate(t, floor(&http.Client{Transport: transport}, server.URL), calls)
			ratios = append(ratios, listEachRate(t, client, calls)/base)
		}
		got := median(ratios)
		r.row("ListEach, 16 workers, "+name+", calls a second against the floor's", fmt.Sprintf("%.2f ×", got), fmt.Sprintf("≥ %.2f ×", bar), got >= bar)
		if secure {
			connectorsecrets.CloseSharedConnections()
			before := listener.accepted.Load()
			listEachRate(t, client, 8000)
			opened := listener.accepted.Load() - before
			r.row("new connections in 8,000 calls over TLS", fmt.Sprint(opened), "< 50", opened < 50)
		}
		transport.CloseIdleConnections()
		connectorsecrets.CloseSharedConnections()
		server.Close()
	}
}

func benchLinear(t *testing.T, r *benchReport) {
	client, err := connectorsecrets.New(connectorsecrets.APIKey(testKey), connectorsecrets.WithHTTPClient(inMemory([]byte(secretsBody(10, 10)))))
	if err != nil {
		t.Fatal(err)
	}
	var ratios []float64
	listEachRate(t, client, 10_000)
	for range benchRounds {
		// As many calls in one run as in many small ones, so that both meet the same noise.
		begin := time.Now()
		for range 100 {
			listEachRate(t, client, 1000)
		}
		small := time.Since(begin)
		begin = time.Now()
		listEachRate(t, client, 100_000)
		ratios = append(ratios, float64(time.Since(begin))/float64(small))
	}
	got := median(ratios)
	r.row("cost of a connector, 100,000 against 1,000", fmt.Sprintf("%.3f ×", got), "≤ 1.05 ×", got <= 1.05)
}

func benchSandbox(t *testing.T, r *benchReport) {
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	client, err := connectorsecrets.New(connectorsecrets.APIKey(server.APIKey), connectorsecrets.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	var rates []float64
	for range benchRounds {
		rates = append(rates, listEachRate(t, client, 8000))
	}
	got := median(rates)
	r.row("sandbox, requests a second, client included", fmt.Sprintf("%.0f", got), "≥ 8000", got >= 8000)
}

func benchCommand(t *testing.T, r *benchReport) {
	binary := filepath.Join(t.TempDir(), "connector-secrets")
	goCommand(t, "../..", "build", "-o", binary, "./pkg/cmd/connector-secrets")
	var times []float64
	for range 5 * benchRounds {
		begin := time.Now()
		if output, err := exec.Command(binary, "list", "--sandbox").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		times = append(times, float64(time.Since(begin).Microseconds())/1000)
	}
	got := median(times)
	r.row("connector-secrets list --sandbox, start to exit", fmt.Sprintf("%.0f ms", got), "≤ 60 ms", got <= 60)
}

func benchSize(t *testing.T, r *benchReport) {
	size := func(source string) float64 {
		dir := outsideModule(t, source)
		goCommand(t, dir, "build", "-o", "program", ".")
		info, err := os.Stat(filepath.Join(dir, "program"))
		if err != nil {
			t.Fatal(err)
		}
		return float64(info.Size()) / (1 << 20)
	}
	hand := size(`package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	request, err := http.NewRequest(http.MethodGet, os.Args[1], nil)
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Args[2])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	var list struct{ Secrets []struct{ Name string } }
	fmt.Println(json.Unmarshal(body, &list), list)
}
`)
	with := size(`package main

import (
	"context"
	"fmt"

	"` + module + `/pkg/connectorsecrets"
)

func main() {
	client, err := connectorsecrets.New(connectorsecrets.CredentialFromEnv())
	if err != nil {
		panic(err)
	}
	fmt.Println(client.List(context.Background(), 936506, "T3S70"))
}
`)
	got := with - hand
	r.row("binary, over the same program on the floor", fmt.Sprintf("+%.2f MiB", got), "≤ +1 MiB", got <= 1)
}
