package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

func TestTeam_Connectors(t *testing.T) {
	team := audit.Team{Text: "9007199254740993", Source: "--team-id"}
	got, err := team.Connectors([]byte("\ufeffA\r\n2/B\n# a comment\n\n C # another\nA\n 3 / D \n"), "list")
	if want := "[{9007199254740993 A REDACTED} {2 B REDACTED} {9007199254740993 C REDACTED} {9007199254740993 A REDACTED} {3 D REDACTED}]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, error %v; want %s", got, err, want)
	}
}

func TestTeam_ConnectorsRefused(t *testing.T) {
	tests := []struct{ name, list, team, want string }{
		{"nothing", "# nothing\n\n", "", "list: there is no connector in it"},
		{"bad identifier", "1/A\n1/b.c\n", "", "list, line 2: invalid connector identifier"},
		{"three parts", "1/A/x\n", "", "list, line 1: a connector is an identifier or team/identifier, with no other /"},
		{"a space", "1/A\n1/b c\n", "", "list, line 2: invalid connector identifier: character 2 is a space; several connectors are"},
		{"a comma", "A,B\n", "1", "list, line 1: invalid connector identifier: character 2 is a comma; several connectors are"},
		{"a manifest", "connectors:\n- connector_identifier: A\n", "", "list: this is a manifest, not a list with one connector per line: give it to check as --manifest"},
		{"a no-break space", "1/é\u00a0c\n", "", "list, line 1: invalid connector identifier: character 2 is U+00A0, which can't be seen"},
		{"bad team", "1/A\nmine/B\n", "", "list, line 2: the text before the / must be the number of a team"},
		{"team 0", "0/A\n", "", "list, line 1: the text before the / must be the number of a team"},
		{"no team before the slash", "/A\n", "1", "list, line 1: the text before the / must be the number of a team"},
		{"no identifier", "1/\n", "", "list, line 1: invalid connector identifier: must not be empty"},
		{"bad team of all", "A\n", "x", "list, line 1: --team-id must be the number of a team"},
		{"no team", "1/A\nB\n", "", "list, line 2: which team?"},
		{"endless line", strings.Repeat("a", 1<<20), "1", "list, line 1: invalid connector identifier: must have at most 100 characters, not 1048576"},
	}
	for _, test := range tests {
		_, err := audit.Team{Text: test.team, Source: "--team-id"}.Connectors([]byte(test.list), "list")
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
		if errors.Is(err, audit.ErrNoTeam) != (test.name == "no team") {
			t.Errorf("%s: ErrNoTeam: %v", test.name, err)
		}
	}
}
