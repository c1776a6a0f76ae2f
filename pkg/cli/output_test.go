package cli_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

// TestRun_OutputThatCantBeWritten: if the result can't be written, the command fails.
func TestRun_OutputThatCantBeWritten(t *testing.T) {
	setEnv(t, "", "")
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full:", err)
	}
	defer full.Close()
	for _, args := range [][]string{
		{"list", "--sandbox"}, {"list", "--sandbox", "--output", "table"}, {"list", "--sandbox", "--output", "csv"},
		{"list", "--sandbox", "--output", "names"}, {"list", "--sandbox", "--output", "ndjson"}, {"list", "--sandbox", "T3S70", "SEVERAL", "--output", "csv"},
		{"check", "--sandbox", "T3S70", "--require", "client_id"}, {"check", "--sandbox", "T3S70", "--require", "client_id", "--output", "csv"},
		{"--help"}, {"--version"}, {"help", "list"}, {"check", "--help"}, {"completion", "bash"}, {"check", "--manifest-schema"}, {"spec"}, {"version"}, {"sandbox", "--addr", "127.0.0.1:0"},
	} {
		var stderr bytes.Buffer
		if code := cli.Run(context.Background(), args, nil, full, &stderr); code != 70 || !strings.Contains(stderr.String(), "write") || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr.String())
		}
	}
	stacks := make([]byte, 1<<20)
	for deadline := time.Now().Add(5 * time.Second); strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "pkg/sandbox."); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("a sandbox still runs:\n%s", stacks)
		}
	}

	url, requests := flaky(t, 0, 0)
	setEnv(t, "fake-key", url)
	for _, args := range [][]string{{"list"}, {"check", "-r", "n"}} {
		requests.Store(0)
		args = append(args, "-f", write(t, "list", numbered("1/c", 1000)), "-o", "ndjson", "--rate", "0", "--workers", "1")
		if code := cli.Run(context.Background(), args, nil, full, io.Discard); code != 70 || requests.Load() > 100 {
			t.Errorf("%v: exit code %d, %d requests after the first that was for nothing", args, code, requests.Load())
		}
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

// TestCheck_OnANarrowTerminal: no row begins with an empty cell, and no word is broken.
func TestCheck_OnANarrowTerminal(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"936506/T3S70": {"client_id"}, "936507/T3S70": {"client_id", "webhook_signing_key"}}))
	manifest := write(t, "audit.yaml", "environments: {staging: 936506, production: 936507}\nconnectors:\n- {connector_identifier: T3S70, require: [client_secret]}\n- {connector_identifier: NONE, require: [client_id]}\n")
	words := map[string][]string{}
	// On a terminal, standard error also shows the progress.
	stderr := filepath.Join(t.TempDir(), "stderr")
	commands := `"$BINARY" check -m ` + manifest + ` 2>` + stderr + `; cat ` + stderr + `; "$BINARY" list 936507/T3S70 936506/T3S70 2>` + stderr
	for _, columns := range []string{"40", "120", "400"} {
		got := onTerminal(t, process(t), columns, commands, "NO_COLOR=1")
		for line := range strings.SplitSeq(strings.TrimRight(got, "\r\n"), "\r\n") {
			long, _ := strconv.Atoi(columns)
			if len(line) > long && !strings.HasPrefix(line, "checked ") || columns != "120" && strings.HasPrefix(line, " ") {
				t.Errorf("%s columns: %q in\n%s", columns, line, got)
			}
		}
		words[columns] = strings.Fields(got)
	}
	if len(words["400"]) < 100 || !slices.Equal(words["40"], words["400"]) || !slices.Equal(words["120"], words["400"]) {
		t.Errorf("%q\n%q\n%q", words["40"], words["120"], words["400"])
	}
}
