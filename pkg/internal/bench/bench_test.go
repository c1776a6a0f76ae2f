// Package bench_test compares the client with others. It is a separate module, which keeps the other clients out of go.mod.
// `make bench` generates ogen's client and runs the benchmarks on both Go releases.
package bench_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
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

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// Every round measures each client and the floor, a call written by hand, one right after the other. A row is the median of
// the rounds' ratios to the floor. Machines are noisy, but the noise of one moment affects both sides of a ratio.
const benchRounds = 9

func answering(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
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
	calls := &benchReport{}
	t.Run("calls", func(t *testing.T) { benchCalls(t, calls) })
	t.Run("ListEach", func(t *testing.T) { benchListEach(t, r, certificates) })
	t.Run("linear", func(t *testing.T) { benchLinear(t, r) })
	t.Run("sandbox", func(t *testing.T) { benchSandbox(t, r) })
	t.Run("command", func(t *testing.T) { benchCommand(t, r) })
	t.Run("size", func(t *testing.T) { benchSize(t, r) })
	fmt.Printf("%s, %s/%s, %d CPUs, %d rounds, medians\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), benchRounds)
	fmt.Println("| a call | by hand | with a timeout | oapi-codegen | ogen | this client | bar | |\n|---|---|---|---|---|---|---|---|")
	fmt.Println(strings.Join(calls.rows, "\n"))
	fmt.Println("\n| measured | result | bar | |\n|---|---|---|---|")
	fmt.Println(strings.Join(r.rows, "\n"))
}

// trustTestServers makes this process trust the certificate of httptest's servers. It must run before the first certificate
// is checked.
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
			if !yield(connectorsecrets.Connector{TeamID: team, ID: connector}) {
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
	body := []byte(secretsBody(10))
	for _, row := range []struct {
		name   string
		protos []string
		calls  int
		bar    float64
	}{
		{"plain loopback", nil, 8000, 1.15},
		{"TLS, HTTP/1.1", []string{"http/1.1"}, 1500, 8.0},
		{"TLS, HTTP/2", []string{"h2"}, 4000, 1.0},
	} {
		server := httptest.NewUnstartedServer(answering(body))
		listener := &countingListener{Listener: server.Listener}
		server.Listener = listener
		floorTransport, transport := http.DefaultTransport.(*http.Transport).Clone(), connectorsecrets.NewTransport()
		if row.protos == nil {
			server.Start()
		} else {
			server.EnableHTTP2 = row.protos[0] == "h2"
			server.TLS = &tls.Config{NextProtos: row.protos}
			server.StartTLS()
			for _, transport := range []*http.Transport{floorTransport, transport} {
				transport.TLSClientConfig = certificates.Clone()
				transport.ForceAttemptHTTP2 = server.EnableHTTP2
			}
		}
		client := newClient(t, connectorsecrets.WithBaseURL(server.URL), connectorsecrets.WithHTTPClient(&http.Client{Transport: transport}))
		var ratios []float64
		for range benchRounds {
			base := floorRate(t, byHand(&http.Client{Transport: floorTransport}, server.URL), row.calls)
			ratios = append(ratios, listEachRate(t, client, row.calls)/base)
		}
		got := median(ratios)
		r.row("ListEach, 16 workers, "+row.name+", calls a second against those by hand", fmt.Sprintf("%.2f ×", got), fmt.Sprintf("≥ %.2f ×", row.bar), got >= row.bar)
		if row.protos != nil && !server.EnableHTTP2 {
			transport.CloseIdleConnections()
			before := listener.accepted.Load()
			listEachRate(t, client, 8000)
			opened := listener.accepted.Load() - before
			r.row("new connections in 8,000 calls over TLS", fmt.Sprint(opened), "< 50", opened < 50)
		}
		floorTransport.CloseIdleConnections()
		transport.CloseIdleConnections()
		server.Close()
	}
}

func benchLinear(t *testing.T, r *benchReport) {
	client := newClient(t, connectorsecrets.WithHTTPClient(inMemory([]byte(secretsBody(10)))))
	var ratios []float64
	listEachRate(t, client, 10_000)
	for range benchRounds {
		// Both sides make the same number of calls, so that noise affects both alike.
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
	build(t, "../../..", binary, "-ldflags=-s -w", "./pkg/cmd/connector-secrets")
	size := megabytes(t, binary)
	r.row("binary of connector-secrets, stripped", fmt.Sprintf("%.1f MiB", size), "≤ 15 MiB", size <= 15)
	var times []float64
	for range 5 * benchRounds {
		begin := time.Now()
		if output, err := exec.Command(binary, "list", "--sandbox").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		times = append(times, float64(time.Since(begin).Microseconds())/1000)
	}
	got := median(times)
	r.row("connector-secrets list --sandbox, start to exit", fmt.Sprintf("%.0f ms", got), "≤ 30 ms", got <= 30)
}

func benchSize(t *testing.T, r *benchReport) {
	size := func(source string) float64 {
		// A program below this folder belongs to this module.
		dir, err := os.MkdirTemp(".", "size")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		binary := filepath.Join(t.TempDir(), "program")
		build(t, ".", binary, "./"+dir)
		return megabytes(t, binary)
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
	r.row("binary, over the same program by hand", fmt.Sprintf("+%.2f MiB", got), "≤ +0.5 MiB", got <= 0.5)
}

const module = "github.com/connectorsecrets/connectorsecrets-go"

func build(t *testing.T, dir, binary string, args ...string) {
	t.Helper()
	command := exec.Command("go", append([]string{"build", "-o", binary}, args...)...)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func megabytes(t *testing.T, binary string) float64 {
	t.Helper()
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size()) / (1 << 20)
}
