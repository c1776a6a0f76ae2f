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

// stepTimeout is long enough for the slowest command, which downloads and compiles everything on a busy machine.
const stepTimeout = 12 * time.Minute

// bench has what all consumers share.
type bench struct {
	// root contains the consumers' folders.
	root string
	// url is that of the sandbox.
	url string
	// cases are for all consumers. past has the cases past the limits, for the consumers of the client form.
	cases, past []conformance.Case
	// progress is called with each event, for people.
	progress func(format string, args ...any)
}

// try runs the steps of a consumer, up to the first failure.
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
		// Downloads fail now and then, and not every tool retries.
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
	// Maven generates again before it compiles, so its warnings have been counted already.
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

// made returns the files in a consumer's folder that match a pattern.
func (b bench) made(c consumer, pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(b.root, c.folder, pattern)) // fails only if the pattern is malformed
	return found
}

// clear removes the files of an earlier run.
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

// steps runs commands in order and returns their output.
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
	// End the command's child processes with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	return out.Bytes(), errOut.Bytes(), err
}

// environment returns the environment for all commands: no colours, and no proxy for the sandbox.
func environment(inherited []string) []string {
	colours := []string{"FORCE_COLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "NO_COLOR"}
	own := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(colours, name)
	})
	// npm's warnings about the user's settings are not those of a generator.
	return append(own, "NO_COLOR=1", "NPM_CONFIG_LOGLEVEL=error", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}

var (
	escape    = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
	warning   = regexp.MustCompile(`(?i)warn|deprecat|\x{26A0}`)
	noWarning = regexp.MustCompile(`(?i)\b(?:no|0) warnings?\b`)
)

// warnings returns the lines with a warning. It leaves out lines such as "no warnings" and the harmless warning.
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
