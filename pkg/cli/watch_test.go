package cli_test

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
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

// screen interprets the output as a terminal does, and returns the final lines.
func screen(written string) (lines []string) {
	for line := range strings.Lines(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(written, "")) {
		var shown []byte
		for part := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), "\r") {
			if rest, erased := strings.CutPrefix(part, "\x1b[K"); erased {
				part, shown = rest, nil
			}
			shown = append([]byte(part), shown[min(len(part), len(shown)):]...)
		}
		lines = append(lines, strings.TrimRight(string(shown), " "))
	}
	return lines
}

// TestProgress: while the command runs there is a line, cut to the terminal's width. At the end it is gone.
func TestProgress(t *testing.T) {
	var requests atomic.Int32
	setEnv(t, "fake-key", handle(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1)%7 == 5 {
			time.Sleep(1500 * time.Millisecond) // so that the line stays at 4 of 7
		}
		if strings.Contains(r.URL.Path, "/NONE") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"client_id"}]}`))
	}))
	binary := process(t)
	list := write(t, "list", numbered("936506/NONE", 5)+"936506/T3S70\n936506/SEVERAL\n")
	const flags = `-f "$LIST" --rate 0 --workers 1 -o `
	const check = `"$BINARY" check -r client_id ` + flags + `json >/dev/null; test $? -gt 64`
	tests := []struct{ name, columns, line, shown, last string }{
		{"check", "24", check, "\x1b[K4/7, missing 0, failed \r", "checked 2: 2 ok, 0 lack 0 secrets, 5 failed"},
		{"list", "120", `"$BINARY" list ` + flags + `csv >/dev/null; test $? -gt 64`, "\x1b[K4/7, missing 0, failed 4\r", "connector-secrets: connector NONE4 of team 936506: "},
	}
	for _, test := range tests {
		got := onTerminal(t, binary, test.columns, test.line, "LIST="+list)
		if !strings.Contains(got, test.shown) {
			t.Errorf("%s: no %q in %q", test.name, test.shown, got)
		}
		lines := screen(got)
		for _, line := range lines {
			if strings.Contains(line, "/7") {
				t.Errorf("%s: a rest of the line is left: %q", test.name, line)
			}
		}
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, test.last) {
			t.Errorf("%s: the last line is %q", test.name, last)
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
	if got := run("check", "-f", list, "-r", "client_id", "--rate", "0", "--workers", "1"); strings.Contains(got.stderr, "\r") || strings.Contains(got.stdout+got.stderr, "\x1b") {
		t.Errorf("no terminal: %+v", got)
	}
}

// TestProgress_SaysWhatItWaitsFor: also with a single connector.
func TestProgress_SaysWhatItWaitsFor(t *testing.T) {
	setEnv(t, "fake-key", busy(t, "2"))
	got := onTerminal(t, process(t), "80", `"$BINARY" list 1/A`)
	lines := screen(got)
	if !strings.Contains(got, "\x1b[Kwaiting for the API, retrying in 2 s") || !strings.Contains(got, "retrying in 1 s") || strings.Join(lines, "\n") != "NAME  PLACEHOLDER\nn     p" {
		t.Errorf("%q", got)
	}
}

// TestProgress_EndsWithTheCommand: an error on stderr has a line of its own.
func TestProgress_EndsWithTheCommand(t *testing.T) {
	for _, command := range []string{"list", "check -r n"} {
		setEnv(t, "fake-key", busy(t, "1"))
		got := onTerminal(t, process(t), "80", `"$BINARY" `+command+` 1/A 1/B --workers 1 -o ndjson >/dev/full; test $? -eq 70`)
		if lines := screen(got); !strings.Contains(got, "0/2") || strings.Join(lines, "\n") != "connector-secrets: write to stdout: write /dev/stdout: no space left on device" {
			t.Errorf("%s: %q", command, got)
		}
	}
}

// busy starts a server whose first response is an error, with a Retry-After. The others have a secret.
func busy(t *testing.T, seconds string) string {
	t.Helper()
	url, _ := flaky(t, 1, http.StatusServiceUnavailable, "Retry-After", seconds)
	return url
}
