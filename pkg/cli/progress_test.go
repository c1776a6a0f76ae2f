package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// onTerminal runs a command line on a terminal with that many columns, and returns everything written to the terminal.
func onTerminal(t *testing.T, binary, columns, commandLine string, environment ...string) string {
	t.Helper()
	if _, err := exec.LookPath("script"); err != nil {
		t.Fatal("this test needs script, from util-linux:", err)
	}
	command := exec.Command("script", "-qec", "stty columns "+columns+"; "+commandLine, "/dev/null")
	command.Env = append(append(os.Environ(), "SHELL=/bin/sh", "BINARY="+binary, "TERM=xterm"), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

// screen interprets the output as a terminal does. It returns the final lines and the greatest width of the progress bar.
func screen(written string) (lines []string, widest int) {
	for line := range strings.Lines(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(written, "")) {
		var shown []byte
		for part := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), "\r") {
			shown = append([]byte(part), shown[min(len(part), len(shown)):]...)
			if strings.HasPrefix(part, "[") {
				widest = max(widest, len(part))
			}
		}
		lines = append(lines, strings.TrimRight(string(shown), " "))
	}
	return lines, widest
}

// TestProgress: while the command runs there is a bar, cut to the terminal's width. At the end it is gone.
func TestProgress(t *testing.T) {
	server := sandbox.Start(t, sandbox.WithRateLimit(0))
	setEnv(t, server.APIKey, server.URL)
	binary := process(t)
	list := write(t, "list", numbered("936506/NONE", 5)+"936506/T3S70\n936506/SEVERAL\n")
	const check = `"$BINARY" check -f "$LIST" -r client_id --rate 5 --workers 1 -o json >/dev/null; test $? -gt 64`
	for _, columns := range []string{"40", "120"} {
		got := onTerminal(t, binary, columns, check, "LIST="+list)
		lines, widest := screen(got)
		if !strings.Contains(got, "] ") || !strings.Contains(got, "/7, missing 0") || columns == "40" && widest >= 40 {
			t.Errorf("%s columns, the widest line %d: %q", columns, widest, got)
		}
		for _, line := range lines {
			if strings.Contains(line, "/7") {
				t.Errorf("%s columns: a rest of the bar is left: %q", columns, line)
			}
		}
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, "checked 2, missing 0, failed 5") {
			t.Errorf("%s columns: the last line is %q", columns, last)
		}
	}
	for name, variant := range map[string]struct{ line, environment string }{
		"dumb terminal": {check, "TERM=dumb"}, "log": {strings.Replace(check, "-f", "--verbose -f", 1), "X=1"},
		"result on the terminal": {strings.Replace(check, "json >/dev/null", "csv", 1), "X=1"},
	} {
		if got := onTerminal(t, binary, "120", variant.line, "LIST="+list, variant.environment); strings.Contains(got, "/7, missing") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := run("check", "-f", list, "-r", "client_id", "--rate", "5"); strings.Contains(got.stderr, "\r") || strings.Contains(got.stdout+got.stderr, "\x1b") {
		t.Errorf("no terminal: %+v", got)
	}
}

// TestProgress_SaysWhatItWaitsFor: also with a single connector.
func TestProgress_SaysWhatItWaitsFor(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"known"}]}`))
	}))
	defer server.Close()
	setEnv(t, "fake-key", server.URL)
	got := onTerminal(t, process(t), "80", `"$BINARY" list 1/A`)
	lines, _ := screen(got)
	if !strings.Contains(got, "retrying in 2 s") || !strings.Contains(got, "retrying in 1 s") || strings.Join(lines, "\n") != "NAME   PLACEHOLDER\nknown  p" {
		t.Errorf("%q", got)
	}
}

// TestCheck_ColourOnATerminal: colour on a terminal, unless NO_COLOR is set.
func TestCheck_ColourOnATerminal(t *testing.T) {
	setEnv(t, "", "")
	binary := process(t)
	for environment, want := range map[string]bool{"NO_COLOR=": true, "NO_COLOR=1": false, "TERM=dumb": false} {
		got := onTerminal(t, binary, "120", `"$BINARY" check --sandbox T3S70 -r client_id`, "NO_COLOR=", environment)
		if strings.Contains(got, "\x1b[32mok") != want || !strings.Contains(got, "TEAM    CONNECTOR") {
			t.Errorf("%s: %q", environment, got)
		}
	}
}
