// Package bench_test compares the client with others. It is a separate module, which keeps the other clients out of go.mod.
// `make bench` generates ogen's client and runs the benchmarks on both Go releases.
package bench_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// results has those of each caller, one for each round.
type results [][]testing.BenchmarkResult

// compare measures every caller for a short time in each of 60 rounds, one right after the other. Machines are noisy, but the
// noise of one moment affects both sides of a ratio. With -benchtime 1x there is only one round, to see that all of it works.
func compare(want int, callers ...caller) results {
	measured, rounds := make(results, len(callers)), 60
	if flag.Lookup("test.benchtime").Value.String() == "1x" {
		rounds = 1
	}
	for range rounds {
		for i, call := range callers {
			measured[i] = append(measured[i], testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if n := must(call(context.Background())); n != want {
						panic(fmt.Sprintf("%d instead of %d", n, want))
					}
				}
			}))
		}
	}
	return measured
}

// median returns that of a value of every round.
func (r results) median(value func(round int) float64) float64 {
	var values []float64
	for round := range r[0] {
		values = append(values, value(round))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// seconds returns the time of a call in one round.
func (r results) seconds(caller, round int) float64 {
	return r[caller][round].T.Seconds() / float64(r[caller][round].N)
}

// time returns the time of a call.
func (r results) time(caller int) float64 {
	return r.median(func(round int) float64 { return r.seconds(caller, round) })
}

// ratio returns the time of one caller to that of another.
func (r results) ratio(of, to int) float64 {
	return r.median(func(round int) float64 { return r.seconds(of, round) / r.seconds(to, round) })
}

func (r results) allocations(caller int) float64 {
	return r.median(func(round int) float64 { return float64(r[caller][round].AllocsPerOp()) })
}

// report has the rows of the tables, and the labels and values of the chart.
type report struct{ calls, others, labels, values []string }

// TestBench prints what benchmarks.md says of one Go release.
func TestBench(t *testing.T) {
	r := &report{}
	r.compareCalls()
	r.compareListEach()
	r.compareBinaries(t)
	fmt.Printf("## %s, %s/%s, %d CPUs\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Printf("```mermaid\nxychart-beta\n    title \"Time of a call through net/http, names of 60 characters (by hand: 1)\"\n")
	fmt.Printf("    x-axis [%s]\n    y-axis \"to by hand\" 0 --> 2\n", strings.Join(r.labels, ", "))
	fmt.Printf("    bar [%s]\n    line [%s]\n```\n\n", strings.Join(r.values, ", "), strings.Join(slices.Repeat([]string{"1"}, len(r.labels)), ", "))
	fmt.Println("| transport | names | secrets | by hand | oapi-codegen | ogen | this client | to ogen | allocations |\n|---|---|---|---|---|---|---|---|---|")
	fmt.Printf("%s\n\n| | measured | bar |\n|---|---|---|\n%s\n\n", strings.Join(r.calls, "\n"), strings.Join(r.others, "\n"))
}

// figure writes a figure, bold if it is over its bar.
func figure(format string, value, bar float64) string {
	if value > bar {
		format = "**" + format + "**"
	}
	return fmt.Sprintf(format, value)
}

func (r *report) other(what, format string, value, bar float64) {
	atMost := ""
	if !math.IsInf(bar, 1) {
		atMost = fmt.Sprint("≤ ", bar)
	}
	r.others = append(r.others, fmt.Sprintf("| %s | %s | %s |", what, figure(format, value, bar), atMost))
}

func (r *report) compareCalls() {
	times, allocations := map[int]float64{1: 1.00, 10: 0.45, 100: 0.24}, map[int]float64{1: 28, 10: 28, 100: 29}
	if strings.HasPrefix(runtime.Version(), "go1.27") { // whose encoding/json is faster
		times = map[int]float64{1: 1.15, 10: 0.80, 100: 0.40}
	}
	for _, transport := range []string{"the caller's", "net/http's", "loopback"} {
		for _, letters := range []int{11, 60} {
			for _, secrets := range []int{1, 10, 100} {
				body := secretsBody(secrets, letters)
				baseURL, theirs := "http://localhost", http.RoundTripper(body)
				timeBar, ogenBar, allocationBar := times[secrets], 0.75, allocations[secrets]
				switch transport {
				case "net/http's":
					standard := &http.Transport{}
					standard.RegisterProtocol("http", body)
					theirs = standard
				case "loopback":
					server := httptest.NewServer(body)
					defer server.Close()
					baseURL, theirs = server.URL, http.DefaultTransport.(*http.Transport).Clone()
					timeBar, ogenBar, allocationBar = math.Inf(1), math.Inf(1), math.Inf(1)
				}
				client := &http.Client{Transport: theirs}
				ours := newClient(connectorsecrets.WithBaseURL(baseURL), connectorsecrets.WithHTTPClient(client))
				m := compare(secrets, byHand(client, baseURL), oapiCodegen(client, baseURL), ogen(client, baseURL), list(ours))
				r.calls = append(r.calls, fmt.Sprintf("| %s | %d | %d | %.1f µs | %.2f | %.2f | %s | %s | %.0f, %.0f, %.0f, %s |", transport, letters, secrets,
					m.time(0)*1e6, m.ratio(1, 0), m.ratio(2, 0), figure("%.2f", m.ratio(3, 0), timeBar), figure("%.2f", m.ratio(3, 2), ogenBar),
					m.allocations(0), m.allocations(1), m.allocations(2), figure("%.0f", m.allocations(3), allocationBar)))
				if transport == "net/http's" && letters == 60 {
					r.labels = append(r.labels, fmt.Sprintf(`"ogen, %d"`, secrets), fmt.Sprintf(`"client, %d"`, secrets))
					r.values = append(r.values, fmt.Sprintf("%.2f", m.ratio(2, 0)), fmt.Sprintf("%.2f", m.ratio(3, 0)))
				}
			}
		}
	}
}

func (r *report) compareListEach() {
	const calls = 200
	body := secretsBody(10, 11)
	memory := &http.Client{Transport: body}
	client := newClient(connectorsecrets.WithHTTPClient(memory))
	m := compare(calls, loop(byHand(memory, secretsapi.ServerURL), calls), loop(list(client), calls), listEach(client, calls))
	r.other("ListEach in memory, time to a loop by hand", "%.2f", m.ratio(2, 0), math.Inf(1))
	r.other("ListEach in memory, time to a loop over List", "%.2f", m.ratio(2, 1), math.Inf(1))
	server := httptest.NewServer(body)
	defer server.Close()
	theirs := &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	m = compare(calls, loop(byHand(theirs, server.URL), calls), listEach(newClient(connectorsecrets.WithBaseURL(server.URL)), calls))
	r.other("ListEach on loopback, time to a loop by hand", "%.2f", m.ratio(1, 0), 0.87)
}

func (r *report) compareBinaries(t *testing.T) {
	command := filepath.Join(t.TempDir(), "connector-secrets")
	r.other("connector-secrets, stripped, MiB", "%.1f", build(t, "../../..", command, "-ldflags=-s -w", "./pkg/cmd/connector-secrets"), 15)
	var sizes [2]float64
	for i, source := range []string{programByHand, program} {
		dir := must(os.MkdirTemp(".", "size")) // a program below this folder belongs to this module
		defer os.RemoveAll(dir)
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		sizes[i] = build(t, ".", filepath.Join(t.TempDir(), "program"), "./"+dir)
	}
	r.other("binary of a program, MiB more than by hand", "%.2f", sizes[1]-sizes[0], 0.5)
}

// build returns the size of the binary in MiB.
func build(t *testing.T, dir, binary string, args ...string) float64 {
	t.Helper()
	command := exec.Command("go", append([]string{"build", "-o", binary}, args...)...)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return float64(must(os.Stat(binary)).Size()) / (1 << 20)
}

const programByHand = `package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest(http.MethodGet, os.Args[1], nil)
	request.Header.Set("Authorization", "Bearer "+os.Args[2])
	response, _ := http.DefaultClient.Do(request)
	body, _ := io.ReadAll(response.Body)
	var list struct{ Secrets []struct{ Name string } }
	fmt.Println(json.Unmarshal(body, &list), list)
}
`

const program = `package main

import (
	"context"
	"fmt"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func main() {
	client, _ := connectorsecrets.New(connectorsecrets.CredentialFromEnv())
	fmt.Println(client.List(context.Background(), 936506, "T3S70"))
}
`
