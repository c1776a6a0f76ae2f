package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

// TestConnectors_FromAllPlaces: from arguments, flags and a file, in this order, without repetition.
func TestConnectors_FromAllPlaces(t *testing.T) {
	all := map[string][]string{}
	for _, connector := range []string{"9007199254740993/A", "2/A", "9007199254740993/B", "3/C"} {
		all[connector] = []string{"n"}
	}
	setEnv(t, "fake-key", listing(t, all))
	from := write(t, "list", "3/C\nA\n")
	got := run("list", "A", "2/A", "--connector-identifier", "B", "A", "-f", from, "-t", "9007199254740993", "-o", "names")
	if want := "9007199254740993/A\tn\n2/A\tn\n9007199254740993/B\tn\n3/C\tn\n"; got.code != 0 || got.stdout != want {
		t.Errorf("%+v, want %q", got, want)
	}
}

func TestConnectors_SaysWhichOneIsWrong(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd", 111: "111th", 112: "112th", 113: "113th"} {
		args := []string{"list", "-t", "1"}
		for range n - 1 {
			args = append(args, "A")
		}
		checkFailure(t, run(append(args, planted+"/x", "A")...), 64, want+" connector: the text before the / must be the number of a team")
	}
	checkFailure(t, run("list", "-t", "1", planted+"/x"), 64, "connector-secrets: the text before the /")
}

func TestConnectorsFrom_Stdin(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/B": {"b"}}))
	t.Setenv("SUPERMETRICS_TEAM_ID", "2")
	var stdout, stderr bytes.Buffer
	code := cli.Run(context.Background(), []string{"list", "--connectors-from", "-", "--output", "names", "--connector-identifier", "B"},
		strings.NewReader("\ufeff1/A\r\nB\r\n"), &stdout, &stderr)
	// A connector that is named twice is listed once.
	if want := "2/B\tb\n1/A\ta\n"; code != 0 || stdout.String() != want {
		t.Errorf("exit code %d, stdout %q, stderr %q; want %q", code, stdout.String(), stderr.String(), want)
	}
}

func TestConnectorsFrom_Refused(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	tests := []struct {
		name, content string
		args          []string
		want          string
	}{
		{"nothing", "# nothing\n\n", nil, "there is no connector in it"},
		{"bad identifier", "1/A\n1/b c\n", nil, "line 2: invalid connector identifier"},
		{"three parts", "1/A/x\n", nil, "line 1: invalid connector identifier"},
		{"bad team", "1/A\nmine/B\n", nil, "line 2: the text before the / must be the number of a team"},
		{"team 0", "0/A\n", nil, "line 1: the text before the / must be the number of a team"},
		{"no team before the slash", "/A\n", []string{"--team-id", "1"}, "line 1: the text before the / must be the number of a team"},
		{"no identifier", "1/\n", nil, "line 1: invalid connector identifier: must not be empty"},
		{"no team at all", "1/A\nB\n", nil, "line 2: which team? Give --team-id"},
		{"bad team of the flag", "1/A\n", []string{"--team-id", "x"}, "--team-id must be the number of a team"},
		{"endless line", strings.Repeat("a", 1<<20), nil, "line 1: the line is too long: write one connector per line"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"list", "--connectors-from", write(t, "list", test.content)}, test.args...)
			checkFailure(t, run(args...), 64, test.want)
		})
	}
}

// TestConnectors_Two: each line says which one it is about, and a bad flag is counted after the arguments.
func TestConnectors_Two(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/B": {"b"}}))
	if got := run("list", "1/A", "2/B", "-o", "names"); got.stdout != "1/A\ta\n2/B\tb\n" {
		t.Errorf("%+v", got)
	}
	checkFailure(t, run("list", "-t", "1", "A", "--connector-identifier", planted+"!"), 64, "2nd connector: ")
}
