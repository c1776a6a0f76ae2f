// Command interop tests the document in other languages: `make interop`. In each folder of api/interop it runs run.sh, which
// generates a client, compiles it, and calls the sandbox once for each conformance case. Then it compares the program's output
// with the cases.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

type program struct {
	folder string
	// clientForm means that it is generated from the client form of the document. So it must also pass the cases past the limits.
	clientForm bool
	// tools must be on the PATH. run.sh installs the rest.
	tools []string
}

var programs = []program{
	{"typescript-openapi-fetch", false, []string{"node", "npm"}},
	{"typescript-hey-api", true, []string{"node", "npm"}},
	{"python-openapi-python-client", false, []string{"python3"}},
	{"java-openapi-generator", false, []string{"javac", "mvn"}},
	{"php-openapi-generator", true, []string{"php", "java", "mvn"}},
	{"rust-progenitor", true, []string{"cargo", "cargo-clippy", "cargo-fmt", "cc"}},
}

func main() {
	log.SetFlags(0)
	all := flag.Bool("all", false, "fail if a toolchain is missing, instead of skipping its programs")
	only := flag.String("only", "", "run only the programs whose folder begins with `prefix`, such as python")
	flag.Parse()
	form, err := api.ClientSpec()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("api/openapi.client.yaml", form, 0o644); err != nil { //nolint:gosec // like the rest of the checkout
		log.Fatal(err)
	}
	chosen := slices.DeleteFunc(programs, func(p program) bool { return !strings.HasPrefix(p.folder, *only) })
	if err := run(os.Stdout, "api/interop", chosen, *all); err != nil {
		log.Fatal(err)
	}
}

// run tests programs and prints a line for each, below its problems. It returns an error if one fails, if none passes, or if
// all must run and one is skipped.
func run(w io.Writer, root string, chosen []program, all bool) error {
	cases, err := conformance.Cases()
	if err != nil {
		return err
	}
	past, err := pastLimits(cases)
	if err != nil {
		return err
	}
	stand, err := sandbox.New()
	if err != nil {
		return err
	}
	server := httptest.NewServer(withCases(past, stand))
	defer server.Close()

	results := map[string]int{}
	for _, p := range chosen {
		own := cases
		if p.clientForm {
			own = slices.Concat(cases, past)
		}
		start := time.Now()
		passed, err := p.test(root, server.URL, own)
		result, missing := "ok  ", &exec.Error{}
		if errors.As(err, &missing) {
			result = "skip"
		} else if err != nil {
			result = "FAIL"
		}
		if err != nil {
			_, _ = fmt.Fprintf(w, "%s: %v\n", p.folder, err)
		}
		results[result]++
		_, _ = fmt.Fprintf(w, "%s  %-28s  %3d of %3d cases  %.0f s\n", result, p.folder, passed, len(own), time.Since(start).Seconds())
	}
	if results["FAIL"] > 0 || results["ok  "] == 0 || all && results["skip"] > 0 {
		return fmt.Errorf("%d programs failed, %d were skipped", results["FAIL"], results["skip"])
	}
	return nil
}

// test runs a program's run.sh and judges what it prints. If a tool is missing, the error is an *exec.Error.
func (p program) test(root, url string, cases []conformance.Case) (passed int, err error) {
	for _, tool := range p.tools {
		if _, err := exec.LookPath(tool); err != nil {
			return 0, err
		}
	}
	text, err := json.Marshal(map[string]any{"cases": cases})
	if err != nil {
		return 0, err
	}
	folder := filepath.Join(root, p.folder)
	if err := os.WriteFile(filepath.Join(folder, "requests.json"), text, 0o600); err != nil {
		return 0, err
	}
	var stdout, stderr bytes.Buffer
	command := exec.Command("./run.sh", url, "requests.json") //nolint:gosec,noctx // our own script, which the caller can stop
	command.Dir, command.Stdout, command.Stderr = folder, &stdout, &stderr
	// No proxy for the sandbox; and npm's warnings about its user's settings are not those of a generator.
	command.Env = append(os.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "NPM_CONFIG_LOGLEVEL=error")
	if err := command.Run(); err != nil {
		return 0, fmt.Errorf("run.sh: %s\n%s", err, &stderr) //nolint:errorlint // an *exec.Error here is no missing tool
	}
	passed, problems := judge(cases, stdout.Bytes())
	if problems = append(warnings.FindAllString(stderr.String(), -1), problems...); len(problems) > 0 {
		return passed, errors.New(strings.Join(problems, "\n"))
	}
	return passed, nil
}

// warnings finds the lines with a warning. A generator warns of what it leaves out of a client.
var warnings = regexp.MustCompile(`(?im)^.*(?:warn|deprecat).*$`)
