package cli_test

import "testing"

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
	checkFailure(t, run("list", "-t", "1", "A", planted+"/x", "A"), 64, "connector 2 of 3: the text before the / must be the number of a team")
	checkFailure(t, run("list", "-t", "1", planted+"/x"), 64, "connector-secrets: the text before the /")
	checkFailure(t, run("list", "-t", "1", "A", "--connector-identifier", planted+"!"), 64, "connector 2 of 2: invalid connector identifier")
	for content, want := range map[string]string{"1/A\n1/b.c\n": "list, line 2: invalid connector identifier", "1/A\nB\n": "list, line 2: which team? Give --team-id (-t), or set SUPERMETRICS_TEAM_ID"} {
		checkFailure(t, run("list", "-f", write(t, "list", content)), 64, want)
	}
	checkFailure(t, run("list", "-t", "x", "-f", write(t, "list", "1/A\n")), 64, "--team-id must be the number of a team")
}
