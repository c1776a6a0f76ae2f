package cli_test

import (
	"net"
	"strings"
	"testing"
)

// TestAdvice_OnlyWhereItHelps: a flag or a variable is named for the error that it cures, and for no other.
func TestAdvice_OnlyWhereItHelps(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + listener.Addr().String()
	_ = listener.Close()
	for name, url := range map[string]string{"refused": refused, "403 without an envelope": serve(t, 403, ""), "404 with one": serve(t, 404, envelope)} {
		setEnv(t, "fake-key", url)
		got := run("list", "1/A", "--no-retry", "-o", "names", "--timeout", "1h")
		if got.code == 0 || strings.Contains(got.stderr, "raise --") || strings.Contains(got.stderr, "SUPERMETRICS_BASE_URL") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestCheck_Warnings: what is odd about a configuration is told, and stops nothing.
func TestCheck_Warnings(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	got := run("check", "1/A", "-r", "a", "--config", write(t, "c.json", `{"name":"x"}`))
	if got.code != 0 || !strings.Contains(got.stderr, "connector-secrets: warning: ") || !strings.Contains(got.stderr, `has no section "secrets"`) {
		t.Errorf("%+v", got)
	}
}

// TestCheck_ManifestAlone: each flag that a manifest makes pointless is refused.
func TestCheck_ManifestAlone(t *testing.T) {
	setEnv(t, "fake-key", "http://127.0.0.1:1")
	manifest := write(t, "audit.yaml", "connectors:\n- {connector_identifier: A, team_id: 1}\n")
	for _, args := range [][]string{{"A"}, {"-t", "1"}, {"-r", "a"}, {"-c", "c.json"}, {"-f", "list"}, {"--connector-identifier", "A"}} {
		checkFailure(t, run(append([]string{"check", "-m", manifest}, args...)...), 64, "--manifest", "leave out")
	}
}

// TestCheck_OneFailureMore than stderr has is counted.
func TestCheck_OneFailureMore(t *testing.T) {
	setEnv(t, "fake-key", listing(t, nil))
	for n, want := range map[int]bool{10: false, 11: true} {
		got := run("list", "-f", write(t, "list", numbered("1/c", n)), "--rate", "0", "-o", "csv")
		if strings.Contains(got.stderr, "1 more connector") != want || strings.Count(got.stderr, "status 404") != 10 {
			t.Errorf("%d failures: %s", n, got.stderr)
		}
	}
}

func TestFlags_Bounds(t *testing.T) {
	setEnv(t, "fake-key", listing(t, map[string][]string{"1/A": {"a"}}))
	for _, good := range [][]string{{"--workers", "1"}, {"--workers", "1000"}, {"--rate", "1000000"}, {"--rate", "0"}} {
		if got := run(append([]string{"list", "1/A"}, good...)...); got.code != 0 {
			t.Errorf("%v: %+v", good, got)
		}
	}
	for _, bad := range [][]string{{"--workers", "0"}, {"--workers", "1001"}, {"--rate", "1000001"}} {
		checkFailure(t, run(append([]string{"list", "1/A"}, bad...)...), 64, bad[0]+" must be")
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

// TestCheck_OtherAccountsInAnyOrder: the first environment needs the credential of the environment, which has a token only.
func TestCheck_OtherAccountsInAnyOrder(t *testing.T) {
	setEnv(t, "", listing(t, map[string][]string{"1/A": {}, "2/A": {}}))
	t.Setenv("STAGING_API_KEY", "fake-staging-key")
	manifest := write(t, "audit.yaml", "connectors:\n- connector_identifier: A\n  environments:\n    production: 2\n    staging: {team_id: 1, credential_env: STAGING_API_KEY}\n")
	checkFailure(t, run("check", "-m", manifest), 65, "set SUPERMETRICS_API_KEY")
	t.Setenv("SUPERMETRICS_BEARER_TOKEN", "fake-token")
	if got := run("check", "-m", manifest); got.code != 0 {
		t.Errorf("%+v", got)
	}
}
