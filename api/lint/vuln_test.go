//go:build gate

package lint_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const notChecked = "NOT CHECKED for known vulnerabilities: the database cannot be reached"

// vulnerability is a made-up vulnerability in a function that the command line calls.
const vulnerability = `{
	"schema_version": "1.3.1", "id": "GO-2000-0001", "modified": "2000-01-01T00:00:00Z", "published": "2000-01-01T00:00:00Z",
	"summary": "Made up", "details": "Made up.",
	"affected": [{
		"package": {"name": "github.com/spf13/cobra", "ecosystem": "Go"},
		"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
		"ecosystem_specific": {"imports": [{"path": "github.com/spf13/cobra", "symbols": ["Command.ExecuteContext"]}]}
	}],
	"database_specific": {"url": "https://example.com/GO-2000-0001"}
}`

func TestLint_FailsOnAVulnerability(t *testing.T) {
	tests := []struct {
		name, symbol string
		want         string
		wantErr      bool
	}{
		{name: "in what the code calls", symbol: "Command.ExecuteContext", want: "GO-2000-0001", wantErr: true},
		{name: "in what it does not call", symbol: "Command.NeverCalled", want: "no known vulnerability in what the code calls"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := t.TempDir()
			entry := strings.Replace(vulnerability, "Command.ExecuteContext", test.symbol, 1)
			if err := os.WriteFile(filepath.Join(directory, "GO-2000-0001.json"), []byte(entry), 0o600); err != nil {
				t.Fatal(err)
			}
			output, err := run(t, nil, "make", "lint-vuln", "VULNDB=file://"+directory)
			if (err != nil) != test.wantErr || !strings.Contains(output, test.want) {
				t.Errorf("error %v, want one: %v, and %q in:\n%s", err, test.wantErr, test.want, output)
			}
		})
	}
}

func TestLint_SaysThatTheDatabaseIsOutOfReach(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	// Install govulncheck first, because the proxy below would prevent that.
	if output, err := run(t, nil, "make", "lint-vuln"); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	output, err := run(t, []string{"HTTPS_PROXY=" + closed, "NO_PROXY="}, "make", "lint-vuln")
	if err != nil || !strings.Contains(output, notChecked) {
		t.Errorf("error %v, want none, and %q in:\n%s", err, notChecked, output)
	}
}

// TestLint_TellsTheEndsOfGovulncheckApart uses a script in place of govulncheck.
func TestLint_TellsTheEndsOfGovulncheckApart(t *testing.T) {
	const fetching, checking = "echo Fetching vulnerabilities from the database...\n", "echo Checking the code against the vulnerabilities...\n"
	tests := []struct {
		name, script string
		want         string
		wantErr      bool
	}{
		{name: "nothing found", script: "exit 0", want: "no known vulnerability"},
		{name: "finding", script: "echo GO-1\nexit 3", want: "GO-1", wantErr: true},
		{name: "usage", script: "exit 2", want: "status 2", wantErr: true},
		{name: "code that does not build", script: "echo 'govulncheck: loading packages: no' >&2\nexit 1", want: "loading packages", wantErr: true},
		{name: "no connection", script: `echo 'govulncheck: fetching vulnerabilities: Get "https://x": refused' >&2; exit 1`, want: notChecked},
		{name: "another status", script: `echo 'govulncheck: fetching vulnerabilities: HTTP GET https://x returned unexpected status: 503' >&2; exit 1`, want: notChecked},
		{name: "broken database", script: `echo 'govulncheck: fetching vulnerabilities: invalid character' >&2; exit 1`, want: "invalid character", wantErr: true},
		{name: "database that does not answer", script: fetching + "exec sleep 60", want: notChecked},
		{name: "analysis without end", script: fetching + checking + "exec sleep 60", want: "status 124", wantErr: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			script := filepath.Join(t.TempDir(), "govulncheck")
			if err := os.WriteFile(script, []byte("#!/bin/sh\n"+test.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			output, err := run(t, []string{"VULN_TIMEOUT=1"}, ".ci/govulncheck", script)
			if (err != nil) != test.wantErr || !strings.Contains(output, test.want) || strings.Contains(output, notChecked) != (test.want == notChecked) {
				t.Errorf("error %v, want one: %v, and %q in:\n%s", err, test.wantErr, test.want, output)
			}
		})
	}
}
