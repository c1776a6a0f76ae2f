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
		"table": "TEAM  CONNECTOR  NAME  PLACEHOLDER\n1     A          a     p0\n1     A          b     p1\n1     C          c     p0\n",
		"csv":   "team_id,connector_identifier,secret_placeholder,secret_name\n1,A,p0,a\n1,A,p1,b\n1,C,p0,c\n",
		"names": "1/A\ta\n1/A\tb\n1/C\tc\n",
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
	want := `[{"team_id":1,"connector_identifier":"A","count":2,"secrets":[{"secret_placeholder":"p0","secret_name":"a"},{"secret_placeholder":"p1","secret_name":"b"}]},` +
		`{"team_id":2,"connector_identifier":"B","count":0,"secrets":[]},` +
		`{"team_id":1,"connector_identifier":"C","count":1,"secrets":[{"secret_placeholder":"p0","secret_name":"c"}]}]`
	if diff := cmp.Diff(want, compact.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestList_ManyWithErrors(t *testing.T) {
	setEnv(t, planted, listing(t, map[string][]string{"1/A": {"a"}, "1/C": {"c"}}))
	args := []string{"list", "--team-id", "1", "--connector-identifier", "A", "--connector-identifier", "B", "--connector-identifier", "C", "--connector-identifier", "D"}
	got := run(append(args, "--output", "names")...)
	if got.code != 66 || got.stdout != "1/A\ta\n1/C\tc\n" || strings.Count(got.stderr, "\n") != 2 ||
		!strings.Contains(got.stderr, "connector B of team 1: status 404") || !strings.Contains(got.stderr, "connector D of team 1: status 404") {
		t.Errorf("%+v", got)
	}
	got = run(append(args, "--output", "json")...)
	var all []struct {
		ID    string `json:"connector_identifier"`
		Count *int   `json:"count"`
		Error *struct {
			ExitCode int `json:"exit_code"`
			Status   int `json:"status"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(got.stdout), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 || all[1].ID != "B" || all[1].Count != nil || all[1].Error.ExitCode != 66 || all[1].Error.Status != 404 || all[0].Error != nil {
		t.Errorf("%s", got.stdout)
	}
	got = run(append(args, "--output", "names", "--fail-fast", "--workers", "1")...)
	if got.code != 66 || got.stdout != "1/A\ta\n" || !strings.Contains(got.stderr, "incomplete: 2 of 4 connectors done") {
		t.Errorf("%+v", got)
	}
}

func TestConnectorsFrom_Stdin(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}, "2/B": {"b"}}))
	t.Setenv("SUPERMETRICS_TEAM_ID", "2")
	var stdout, stderr bytes.Buffer
	code := cli.Run(context.Background(), []string{"list", "--connectors-from", "-", "--output", "names", "--connector-identifier", "B"},
		strings.NewReader("\ufeff1/A\r\nB\r\n"), &stdout, &stderr)
	if want := "2/B\tb\n1/A\ta\n2/B\tb\n"; code != 0 || stdout.String() != want {
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
		{"bad team", "1/A\nmine/B\n", nil, "line 2: what stands before the / must be the number of a team"},
		{"team 0", "0/A\n", nil, "line 1: what stands before the / must be the number of a team"},
		{"no team before the slash", "/A\n", []string{"--team-id", "1"}, "line 1: what stands before the / must be the number of a team"},
		{"no identifier", "1/\n", nil, "line 1: invalid connector identifier: must not be empty"},
		{"no team at all", "1/A\nB\n", nil, "line 2: which team? Give --team-id"},
		{"bad team of the flag", "1/A\n", []string{"--team-id", "x"}, "--team-id must be the number of a team"},
		{"endless line", strings.Repeat("a", 1<<20), nil, "token too long"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"list", "--connectors-from", write(t, "list", test.content)}, test.args...)
			checkFailure(t, run(args...), 64, test.want)
		})
	}
}
