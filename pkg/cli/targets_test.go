package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func TestList_ManyFormats(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a", "b"}, "2/B": {}, "1/C": {"c"}}))
	connectors := []string{"--connectors-from", write(t, "list", "A\n2/B\n# a comment\n\n C # another\n"), "--team-id", "1"}
	for format, want := range map[string]string{
		"table": "TEAM  CONNECTOR  NAME          PLACEHOLDER\n1     A          a             p0\n1     A          b             p1\n2     B          (no secrets)\n1     C          c             p0\n",
		"csv":   "team_id,connector_identifier,state,secret_placeholder,secret_name,message\n1,A,ok,p0,a,\n1,A,ok,p1,b,\n2,B,ok,,,no secrets\n1,C,ok,p0,c,\n",
		"names": "1/A\ta\n1/A\tb\n# 2/B\tno secrets\n1/C\tc\n",
	} {
		if got := run(append([]string{"list", "--output", format}, connectors...)...); got.code != 0 || got.stdout != want || got.stderr != "" {
			t.Errorf("%s: %+v, want\n%s", format, got, want)
		}
	}
	got := run(append([]string{"list"}, connectors...)...)
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(got.stdout)); err != nil {
		t.Fatal(err)
	}
	want := `{"complete":true,"not_asked":[],"connectors":[{"team_id":1,"connector_identifier":"A","state":"ok","count":2,"secrets":[{"secret_placeholder":"p0","secret_name":"a"},{"secret_placeholder":"p1","secret_name":"b"}]},` +
		`{"team_id":2,"connector_identifier":"B","state":"ok","count":0,"secrets":[]},` +
		`{"team_id":1,"connector_identifier":"C","state":"ok","count":1,"secrets":[{"secret_placeholder":"p0","secret_name":"c"}]}]}`
	if diff := cmp.Diff(want, compact.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestList_ManyWithErrors(t *testing.T) {
	setEnv(t, planted, listing(t, map[string][]string{"1/A": {"a"}, "1/C": {"c"}}))
	args := []string{"list", "--team-id", "1", "--connector-identifier", "A", "--connector-identifier", "B", "--connector-identifier", "C", "--connector-identifier", "D"}
	got := run(append(args, "--output", "names")...)
	if got.code != 66 || got.stdout != "1/A\ta\n# 1/B\terror\n1/C\tc\n# 1/D\terror\n" || strings.Count(got.stderr, "\n") != 2 ||
		!strings.Contains(got.stderr, "connector B of team 1: status 404") || !strings.Contains(got.stderr, "connector D of team 1: status 404") {
		t.Errorf("%+v", got)
	}
	got = run(append(args, "--output", "json")...)
	var result struct {
		Connectors []struct {
			ID    string `json:"connector_identifier"`
			Count *int   `json:"count"`
			Error *struct {
				ExitCode int `json:"exit_code"`
				Status   int `json:"status"`
			} `json:"error"`
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
		t.Fatal(err)
	}
	all := result.Connectors
	if len(all) != 4 || all[1].ID != "B" || all[1].Count != nil || all[1].Error.ExitCode != 66 || all[1].Error.Status != 404 || all[0].Error != nil {
		t.Errorf("%s", got.stdout)
	}
	got = run(append(args, "--output", "names", "--fail-fast", "--workers", "1")...)
	if got.code != 66 || got.stdout != "1/A\ta\n# 1/B\terror\n# 1/C\tnot asked\n# 1/D\tnot asked\n" || !strings.Contains(got.stderr, "2 not asked: stopped at the first problem") {
		t.Errorf("%+v", got)
	}
}

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
