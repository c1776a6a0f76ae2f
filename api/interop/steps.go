package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	// url is the sandbox's, casesFile what the consumers read.
	url, casesFile string
	cases          []conformance.Case
	// progress is told what happens.
	progress func(format string, args ...any)
}

// try takes a consumer through all steps, up to the first that fails.
func (b bench) try(ctx context.Context, c consumer) result {
	r := result{consumer: c, cases: len(b.cases)}
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
	if _, err := b.steps(ctx, c, c.install); err != nil {
		return b.failed(r, "install", err)
	}
	printed, err := b.steps(ctx, c, c.generate)
	if err != nil {
		return b.failed(r, "generate", err)
	}
	r.generated = true
	if r.warnings = warnings(printed); len(r.warnings) > 0 {
		b.progress("%s: the generator warns:\n%s", c.folder, strings.Join(r.warnings, "\n"))
	}
	printed, err = b.steps(ctx, c, c.compile)
	if err != nil {
		return b.failed(r, "compile", err)
	}
	if found := warnings(printed); len(found) > 0 {
		return b.failed(r, "compile", fmt.Errorf("warnings:\n%s", strings.Join(found, "\n")))
	}
	r.compiled = true

	stdout, stderr, runError := b.command(ctx, c, append(append([]string{}, c.run...), b.url, b.casesFile))
	verdict := judge(b.cases, stdout)
	r.passed = verdict.passed
	switch {
	case runError != nil:
		return b.failed(r, "run", fmt.Errorf("%w\n%s", runError, stderr))
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
	// What npm thinks of its user's settings is no warning of a generator's.
	command.Env = append(os.Environ(), "NO_COLOR=1", "NPM_CONFIG_LOGLEVEL=error")
	var out, errOut bytes.Buffer
	command.Stdout, command.Stderr = &out, &errOut
	// What the command has started ends with it.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	return out.Bytes(), errOut.Bytes(), err
}

var warning = regexp.MustCompile(`(?im)^.*\bwarn(ing)?s?\b.*$`)

// warnings returns the lines that speak of a warning, unless they say that there is none.
func warnings(printed []byte) []string {
	var found []string
	for _, line := range warning.FindAllString(string(printed), -1) {
		if !strings.Contains(strings.ToLower(line), "no warning") && !strings.Contains(line, "0 warning") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}
