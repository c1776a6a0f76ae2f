package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// stepTimeout is for the slowest command: downloading and compiling everything on a busy machine.
const stepTimeout = 12 * time.Minute

// bench is what all consumers are tried with.
type bench struct {
	// root is the folder that the consumers' folders are in.
	root string
	// url is the sandbox's.
	url string
	// cases are for all consumers; past are those past the limits, for the consumers of the client form.
	cases, past []conformance.Case
	// progress is told what happens.
	progress func(format string, args ...any)
}

// try takes a consumer through all steps, up to the first that fails.
func (b bench) try(ctx context.Context, c consumer) result {
	cases := b.cases
	if c.clientForm {
		cases = slices.Concat(cases, b.past)
	}
	r := result{consumer: c, cases: len(cases)}
	var err error
	if r.version, err = c.version(b.root); err != nil {
		return b.failed(r, "find the version", err)
	}
	for _, tool := range c.tools {
		if _, err := exec.LookPath(tool); err != nil {
			r.skipped = tool + " is not on the PATH"
			b.progress("%s: skipped: %s", c.folder, r.skipped)
			return r
		}
	}
	_, err = b.steps(ctx, c, c.install)
	if err != nil {
		// A download fails for a moment now and then, and not every tool tries again by itself.
		b.progress("%s: install: %v\n%s: again", c.folder, err, c.folder)
		_, err = b.steps(ctx, c, c.install)
	}
	if err != nil {
		return b.failed(r, "install", err)
	}
	if err := b.clear(c); err != nil {
		return b.failed(r, "generate", err)
	}
	printed, err := b.steps(ctx, c, c.generate)
	if err == nil && len(b.made(c, c.made[0])) == 0 {
		err = fmt.Errorf("there is no %s", c.made[0])
	}
	if err != nil {
		return b.failed(r, "generate", err)
	}
	r.generated = true
	if r.warnings = c.warnings(printed); len(r.warnings) > 0 {
		b.progress("%s: the generator warns:\n%s", c.folder, strings.Join(r.warnings, "\n"))
	}
	printed, err = b.steps(ctx, c, c.compile)
	if err != nil {
		return b.failed(r, "compile", err)
	}
	// Maven generates again before it compiles, and what warned then has been counted.
	counted := func(line string) bool { return slices.Contains(r.warnings, line) }
	if found := slices.DeleteFunc(c.warnings(printed), counted); len(found) > 0 {
		return b.failed(r, "compile", fmt.Errorf("warnings:\n%s", strings.Join(found, "\n")))
	}
	r.compiled = true

	casesFile, err := writeCases(cases)
	if err != nil {
		return b.failed(r, "run", err)
	}
	defer func() { _ = os.Remove(casesFile) }()
	stdout, stderr, runError := b.command(ctx, c, slices.Concat(c.run, []string{b.url, casesFile}))
	verdict := judge(cases, stdout)
	r.passed = verdict.passed
	switch {
	case runError != nil:
		return b.failed(r, "run", fmt.Errorf("%w\n%s%s", runError, stderr, strings.Join(verdict.problems[:min(1, len(verdict.problems))], "")))
	case len(verdict.problems) > 0:
		return b.failed(r, "run", fmt.Errorf("%s", strings.Join(verdict.problems, "\n")))
	}
	b.progress("%s: passed %d of %d cases", c.folder, r.passed, r.cases)
	return r
}

func (b bench) failed(r result, step string, err error) result {
	r.problem = fmt.Sprintf("%s: %v", step, err)
	b.progress("%s: %s", r.consumer.folder, r.problem)
	return r
}

// made returns what is there of a pattern in a consumer's folder.
func (b bench) made(c consumer, pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(b.root, c.folder, pattern)) // only fails for a pattern that is none
	return found
}

// clear removes what an earlier run has made.
func (b bench) clear(c consumer) error {
	for _, pattern := range c.made {
		for _, path := range b.made(c, pattern) {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// steps runs commands one after the other and returns all that they print.
func (b bench) steps(ctx context.Context, c consumer, commands [][]string) (printed []byte, err error) {
	for _, command := range commands {
		b.progress("%s: %s", c.folder, strings.Join(command, " "))
		stdout, stderr, err := b.command(ctx, c, command)
		printed = append(append(printed, stdout...), stderr...)
		if err != nil {
			return printed, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, printed)
		}
	}
	return printed, nil
}

func (b bench) command(ctx context.Context, c consumer, args []string) (stdout, stderr []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // The commands are in consumers.go.
	command.Dir = filepath.Join(b.root, c.folder)
	command.Env = environment(os.Environ())
	var out, errOut bytes.Buffer
	command.Stdout, command.Stderr = &out, &errOut
	// What the command has started ends with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	return out.Bytes(), errOut.Bytes(), err
}

// environment is that of all commands: without colours, and without a proxy on the way to the sandbox.
func environment(inherited []string) []string {
	colours := []string{"FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "NO_COLOR"}
	own := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(colours, name)
	})
	// What npm thinks of its user's settings is no warning of a generator's.
	return append(own, "NO_COLOR=1", "NPM_CONFIG_LOGLEVEL=error", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}

var (
	escape    = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
	warning   = regexp.MustCompile(`(?i)warn|deprecat|\x{26A0}`)
	noWarning = regexp.MustCompile(`(?i)\b(?:no|0) warnings?\b`)
)

// warnings returns the lines that speak of a warning, unless they say that there is none, or it is harmless.
func (c consumer) warnings(printed []byte) []string {
	var found []string
	for line := range strings.Lines(escape.ReplaceAllString(string(printed), "")) {
		harmless := c.harmless != "" && strings.Contains(line, c.harmless)
		if !harmless && warning.MatchString(noWarning.ReplaceAllString(line, "")) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}
