// Command interop tests the document in other languages. In each folder of api/interop, it generates a client, builds it,
// runs it against the sandbox, and compares the output with the conformance cases. Run it from the root of the repository,
// with `make interop`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

func main() {
	only := flag.String("only", "", "try only the consumers whose `folder` begins with this, such as python")
	all := flag.Bool("all", false, "count a consumer that has to be skipped as failed")
	parallel := flag.Int("parallel", 2, "`number` of consumers to try at a time")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "interop takes flags only, such as -only %s\n", flag.Arg(0))
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	chosen, err := choose(consumers, *only)
	if err == nil {
		err = writeClientForm(filepath.Join("api", "openapi.client.yaml"))
	}
	if err == nil {
		err = run(ctx, os.Stdout, filepath.Join("api", "interop"), chosen, *parallel, *all)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// choose returns the consumers whose folders begin with a prefix, at least one.
func choose(from []consumer, prefix string) ([]consumer, error) {
	chosen := slices.DeleteFunc(slices.Clone(from), func(c consumer) bool { return !strings.HasPrefix(c.folder, prefix) })
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no consumer's folder begins with %q: see api/interop", prefix)
	}
	return chosen, nil
}

// run tests the consumers in the folders of root and writes the table. It returns an error if a consumer failed, or if none
// passed.
func run(ctx context.Context, w io.Writer, root string, chosen []consumer, parallel int, all bool) error {
	cases, err := conformance.Cases()
	if err != nil {
		return err
	}
	past, err := pastLimits(cases)
	if err != nil {
		return err
	}
	server, url, err := listen(past)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()

	start := time.Now()
	var mu sync.Mutex
	b := bench{root: root, url: url, cases: cases, past: past, progress: func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(w, "%4.0fs %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}}
	results := b.tryAll(ctx, chosen, parallel)
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := report(w, results); err != nil {
		return err
	}
	return judgeAll(results, all)
}

// judgeAll returns an error if a consumer failed, or if all were skipped. If all are required, a skipped one has failed.
func judgeAll(results []result, all bool) error {
	var failed []string
	for _, r := range results {
		if !r.ok() && (all || r.skipped == "") {
			failed = append(failed, r.consumer.folder)
		}
	}
	switch {
	case len(failed) > 0:
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	case !slices.ContainsFunc(results, result.ok):
		return errors.New("every consumer was skipped")
	default:
		return nil
	}
}

// writeClientForm writes the client form of the document, which is not in the repository.
func writeClientForm(name string) error {
	form, err := api.ClientSpec()
	if err != nil {
		return err
	}
	return os.WriteFile(name, form, 0o644) //nolint:gosec // readable for everyone, like the rest of the checkout
}

// tryAll tests several consumers at a time, and returns the results in the order of the consumers.
func (b bench) tryAll(ctx context.Context, chosen []consumer, parallel int) []result {
	results := make([]result, len(chosen))
	slots := make(chan struct{}, max(parallel, 1))
	var wait sync.WaitGroup
	for i, c := range chosen {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			results[i] = b.try(ctx, c)
		})
	}
	wait.Wait()
	return results
}

// writeCases writes the cases for the consumers to a temporary file.
func writeCases(cases []conformance.Case) (name string, err error) {
	content, err := requestsOnly(cases)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp("", "conformance-*.json")
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	if closeError := file.Close(); err == nil {
		err = closeError
	}
	return file.Name(), err
}
