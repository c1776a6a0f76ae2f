package safetext_test

import (
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

func TestTable(t *testing.T) {
	rows := [][]string{{"TEAM", "STATE", "DETAILS"}, {"936506", "ok", ""}, {"1", "missing", "clé_id; registered, not required: client_secret"}, {"2", "", "a"}}
	plain := "TEAM    STATE    DETAILS\n936506  ok\n1       missing  clé_id; registered, not required: client_secret\n2                a\n"
	broken := "TEAM    STATE    DETAILS\n936506  ok\n1       missing  clé_id; registered, not\n                 required: client_secret\n2                a\n"
	paragraphs := "TEAM  STATE  DETAILS\n\n936506  ok\n\n1  missing  clé_id; registered, not\nrequired: client_secret\n\n2  a\n"
	late := strings.Replace(plain, " client_secret", "\n                 client_secret", 1)
	for width, want := range map[int]string{0: plain, 64: plain, 63: late, 41: broken, 40: paragraphs} {
		if got := safetext.Table(rows, width, nil); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
	}
	painted := safetext.Table([][]string{{"a", "bb"}, {"aa", "b"}}, 0, func(column int, cell string) string {
		return strings.Repeat("*", column) + cell
	})
	if want := "a   *bb\naa  *b\n"; painted != want {
		t.Errorf("%q, want %q", painted, want)
	}
	if got := safetext.Table([][]string{{"a-word-that-is-longer", "b"}}, 10, nil); got != "a-word-that-is-longer\nb\n" {
		t.Errorf("%q", got)
	}
}
