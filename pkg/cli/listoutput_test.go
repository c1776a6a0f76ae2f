package cli_test

import (
	"os/exec"
	"strings"
	"testing"
)

func TestList_Formats(t *testing.T) {
	setEnv(t, "", "")
	tests := []struct{ connector, format, want string }{
		{"EMPTY", "table", "NAME          PLACEHOLDER\n(no secrets)\n"},
		{"EMPTY", "names", ""},
		{"EMPTY", "csv", "team_id,connector_identifier,state,secret_placeholder,secret_name,message\n936506,EMPTY,ok,,,no secrets\n"},
		{"EMPTY", "ndjson", `{"team_id":936506,"connector_identifier":"EMPTY","state":"ok","count":0,"secrets":[]}` + "\n"},
		{"SEVERAL", "table", "NAME                 PLACEHOLDER\n" +
			"client_id            sec_example_1\n" +
			"client_secret        sec_example_2\n" +
			"Reporting API key    sec_example_3\n" +
			"webhook_signing_key  sec_example_4\n"},
		{"SEVERAL", "csv", "team_id,connector_identifier,state,secret_placeholder,secret_name,message\n" +
			"936506,SEVERAL,ok,sec_example_1,client_id,\n936506,SEVERAL,ok,sec_example_2,client_secret,\n" +
			"936506,SEVERAL,ok,sec_example_3,Reporting API key,\n936506,SEVERAL,ok,sec_example_4,webhook_signing_key,\n"},
		{"SEVERAL", "names", "client_id\nclient_secret\nReporting API key\nwebhook_signing_key\n"},
	}
	for _, test := range tests {
		got := run("list", "--sandbox", "--connector-identifier", test.connector, "--output", test.format)
		if got.code != 0 || got.stdout != test.want || got.stderr != "" {
			t.Errorf("%s, %s: exit code %d, stderr %q, stdout\n%s\nwant\n%s", test.connector, test.format, got.code, got.stderr, got.stdout, test.want)
		}
	}
}

func TestList_NamesThatCouldBreakTheOutput(t *testing.T) {
	body := `{"count":1,"secrets":[{"secret_placeholder":"p\u001b[2J","secret_name":"a\nb \"c\", <é> 🔑 \u202e"}]}`
	setEnv(t, "fake-key", serve(t, 200, body))
	for format, want := range map[string]string{
		"table": "NAME                        PLACEHOLDER\na\\u000ab \"c\", <é> 🔑 \\u202e  p\\u001b[2J\n",
		"names": "a\\u000ab \"c\", <é> 🔑 \\u202e\n",
		"csv": "team_id,connector_identifier,state,secret_placeholder,secret_name,message\n" +
			"1,a,ok,p\\u001b[2J,\"a\\u000ab \"\"c\"\", <é> 🔑 \\u202e\",\n",
	} {
		got := run("list", "--team-id", "1", "--connector-identifier", "a", "--output", format)
		if got.code != 0 || got.stdout != want {
			t.Errorf("%s: exit code %d\n%q, want\n%q", format, got.code, got.stdout, want)
		}
	}
	if got := run("list", "--team-id", "1", "--connector-identifier", "a", "--output", "json"); !strings.Contains(got.stdout, `"a\nb \"c\", <é> 🔑`) {
		t.Errorf("json: %s", got.stdout)
	}
}

// TestList_TextsOfAServerInJSONAndInTheLog: both go to terminals and to logs of CI systems.
func TestList_TextsOfAServerInJSONAndInTheLog(t *testing.T) {
	setEnv(t, "fake-key", serve(t, 200, `{"count":1,"secrets":[{"secret_placeholder":"p","secret_name":"a\u009b31m\u007f\u202e"}]}`))
	for _, format := range []string{"json", "ndjson"} {
		if got := run("list", "1/a", "--output", format); got.code != 0 || !strings.Contains(got.stdout, `"a\u009b31m\u007f\u202e"`) {
			t.Errorf("%s: %+v", format, got)
		}
	}
	setEnv(t, "fake-key", serve(t, 400, `{"meta":{"request_id":"##[error]x"},"error":{"code":"BAD_REQUEST","message":"No."}}`))
	if got := run("list", "1/a", "--verbose"); !strings.Contains(got.stderr, "request_id=") || strings.Contains(got.stderr, "##[") {
		t.Errorf("log: %+v", got)
	}
}

// TestList_ManyFormats: the same table on a terminal and in a pipe, unless --output says otherwise.
func TestList_ManyFormats(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a", "b"}, "2/B": {}, "1/C": {"c"}, "1/-D": {"d"}}))
	connectors := []string{"--connectors-from", write(t, "list", "A\n2/B\n# a comment\n\n C # another\n-D\n"), "--team-id", "1"}
	const table = "TEAM  CONNECTOR  NAME          PLACEHOLDER\n1     A          a             p0\n1     A          b             p1\n" +
		"2     B          (no secrets)\n1     C          c             p0\n1     -D         d             p0\n"
	for format, want := range map[string]string{
		"table": table, "": table,
		"csv":   "team_id,connector_identifier,state,secret_placeholder,secret_name,message\n1,A,ok,p0,a,\n1,A,ok,p1,b,\n2,B,ok,,,no secrets\n1,C,ok,p0,c,\n1,'-D,ok,p0,d,\n",
		"names": "1/A\ta\n1/A\tb\n# 2/B\tno secrets\n1/C\tc\n1/-D\td\n",
		"json": `{"complete":true,"not_asked":[],"connectors":[{"team_id":1,"connector_identifier":"A","state":"ok","count":2,"secrets":[{"secret_placeholder":"p0","secret_name":"a"},{"secret_placeholder":"p1","secret_name":"b"}]},` +
			`{"team_id":2,"connector_identifier":"B","state":"ok","count":0,"secrets":[]},` +
			`{"team_id":1,"connector_identifier":"C","state":"ok","count":1,"secrets":[{"secret_placeholder":"p0","secret_name":"c"}]},` +
			`{"team_id":1,"connector_identifier":"-D","state":"ok","count":1,"secrets":[{"secret_placeholder":"p0","secret_name":"d"}]}]}`,
	} {
		got := run(append([]string{"list", "--output", format}, connectors...)...)
		if format == "json" {
			got.stdout = strings.Join(strings.Fields(got.stdout), "")
		}
		if got.code != 0 || got.stdout != want || got.stderr != "" {
			t.Errorf("%s: %+v, want\n%s", format, got, want)
		}
	}
	if got, err := exec.Command(process(t), append([]string{"list"}, connectors...)...).Output(); err != nil || string(got) != table {
		t.Errorf("to a pipe: %s, %v", got, err)
	}
	// check writes the same identifier, so that both results can be joined.
	if got := run(append([]string{"check", "-o", "csv", "-r", "d"}, connectors...)...); !strings.Contains(got.stdout, "\n1,'-D,,ok,d,\n") {
		t.Errorf("%s", got.stdout)
	}
}

func TestList_ManyWithErrors(t *testing.T) {
	setEnv(t, planted, listing(t, map[string][]string{"1/A": {"a"}, "1/C": {"c"}}))
	args := []string{"list", "1/A", "1/B", "1/C", "1/D"}
	got := run(append(args, "--output", "names")...)
	if got.code != 66 || got.stdout != "1/A\ta\n# 1/B\terror\n1/C\tc\n# 1/D\terror\n" || strings.Count(got.stderr, "\n") != 2 ||
		!strings.Contains(got.stderr, "connector B of team 1: status 404") || !strings.Contains(got.stderr, "connector D of team 1: status 404") {
		t.Errorf("%+v", got)
	}
	got = run(append(args, "--output", "ndjson")...)
	if want := `{"team_id":1,"connector_identifier":"B","state":"error","error":{"exit_code":66,"message":"status 404 `; !strings.Contains(got.stdout, "\n"+want) {
		t.Errorf("%+v, want %s", got, want)
	}
	got = run(append(args, "--output", "names", "--fail-fast", "--workers", "1")...)
	if got.code != 66 || got.stdout != "1/A\ta\n# 1/B\terror\n# 1/C\tnot asked\n# 1/D\tnot asked\n" || !strings.Contains(got.stderr, "2 not asked: stopped at the first problem") {
		t.Errorf("%+v", got)
	}
}
