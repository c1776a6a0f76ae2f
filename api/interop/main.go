// Command interop tries the document in other languages: it has a client generated from it in each folder beside this
// file, builds it, and holds what it makes of the sandbox's answers to the conformance cases. Run it from the root of the
// repository, with `make interop`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
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
	passed, err := run(ctx, filepath.Join("api", "interop"), *only, *parallel, *all)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !passed {
		os.Exit(1)
	}
}

// run tries the consumers in the folders of root and prints the table.
func run(ctx context.Context, root, only string, parallel int, all bool) (passed bool, err error) {
	chosen := slices.DeleteFunc(slices.Clone(consumers), func(c consumer) bool { return !strings.HasPrefix(c.folder, only) })
	if len(chosen) == 0 {
		return false, fmt.Errorf("no consumer's folder begins with %q: see api/interop", only)
	}
	cases, err := conformance.Cases()
	if err != nil {
		return false, err
	}
	server, err := sandbox.Listen("127.0.0.1:0")
	if err != nil {
		return false, err
	}
	defer func() { _ = server.Close() }()
	casesFile, err := writeCases(cases)
	if err != nil {
		return false, err
	}
	defer func() { _ = os.Remove(casesFile) }()

	start := time.Now()
	b := bench{root: root, url: server.URL, casesFile: casesFile, cases: cases, progress: func(format string, args ...any) {
		fmt.Printf("%4.0fs %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}}
	results := b.tryAll(ctx, chosen, parallel)
	fmt.Println()
	if err := report(os.Stdout, results); err != nil {
		return false, err
	}
	failed := slices.ContainsFunc(results, func(r result) bool { return !r.ok() && (all || r.skipped == "") })
	// What was skipped alone shows nothing.
	return !failed && slices.ContainsFunc(results, result.ok), nil
}

// tryAll tries so many consumers at a time, and returns the results in the consumers' order.
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

// writeCases writes what the consumers read to a temporary file.
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
