package cli_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// start runs the sandbox as a process. It returns the process, whose stderr is a *bytes.Buffer, and the greeting.
func start(t *testing.T, stdin string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	command := exec.Command(process(t), append([]string{"sandbox", "--addr", "127.0.0.1:0"}, args...)...)
	command.Stdin, command.Stderr = strings.NewReader(stdin), &bytes.Buffer{}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	var greeting strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Stop it") {
		greeting.WriteString(lines.Text() + "\n")
	}
	return command, greeting.String()
}

func TestSandbox_GreetsWithACurlLineThatWorks(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("this test needs curl:", err)
	}
	t.Setenv("no_proxy", "127.0.0.1") // for curl, where a proxy is set
	_, greeting := start(t, "")
	curl := regexp.MustCompile(`(?m)^curl .*$`).FindString(greeting)
	if curl == "" {
		t.Fatalf("no curl line in\n%s", greeting)
	}
	output, err := exec.Command("sh", "-c", "set -e; "+strings.Replace(curl, "curl ", "curl -sS --fail ", 1)).CombinedOutput()
	if err != nil || !strings.Contains(string(output), `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26"`) {
		t.Errorf("%s: %v\n%s", curl, err, output)
	}
	for _, part := range []string{"API key:       " + sandbox.DefaultAPIKey + "\n", "Bearer token:  " + sandbox.DefaultBearerToken + "\n", "/docs", "/openapi.yaml", "/conformance/cases.json"} {
		if !strings.Contains(greeting, part) {
			t.Errorf("no %s in\n%s", part, greeting)
		}
	}
}

func TestSandbox_SeedFile(t *testing.T) {
	seed := write(t, "seed.json", `{"teams":[{"team_id":7,"connectors":[{"connector_identifier":"MINE","secrets":[{"secret_placeholder":"p","secret_name":"n"}]}]}],
		"credentials":[{"bearer_token":"fake 'quoted' token"}]}`)
	t.Setenv("no_proxy", "127.0.0.1")
	_, greeting := start(t, "", "--seed", seed, "--rate-limit", "1")
	curl := regexp.MustCompile(`(?m)^curl .*$`).FindString(greeting)
	for _, want := range []string{`"secret_name":"n"`, "TOO_MANY_REQUESTS"} {
		output, err := exec.Command("sh", "-c", curl+" -sS").Output()
		if err != nil || !strings.Contains(string(output), want) {
			t.Errorf("%s: %v\n%s\nwant %s", curl, err, output, want)
		}
	}
	if strings.Contains(greeting, "API key") {
		t.Errorf("greets with a key that the seed does not have:\n%s", greeting)
	}
	if _, greeting := start(t, "", "--seed", write(t, "seed.json", `{"teams":[{"team_id":7,"connectors":[]}],"credentials":[{"api_key":"fake-key"}]}`)); strings.Contains(greeting, "curl") || strings.Contains(greeting, "Bearer token") {
		t.Errorf("a curl line without a connector, or a token without one:\n%s", greeting)
	}
}

// TestSandbox_ForTests sets all flags that a test suite needs, and sends the seed on stdin.
func TestSandbox_ForTests(t *testing.T) {
	seed := `teams: [{team_id: 7, connectors: [{connector_identifier: MINE, responses: [{status: 503, times: 1}]}]}]`
	command, greeting := start(t, seed,
		"--seed", "-", "--log", "--accept-bare-api-key", "--allow-host", "other.test,third.test", "--allow-host", "sandbox")
	url := regexp.MustCompile(`http://\S+`).FindString(greeting)
	path := sandbox.ListPath(7, "MINE")
	for _, step := range []struct {
		host string
		want int
	}{{"sandbox:8080", 503}, {"third.test", 200}, {"evil.test", 421}} {
		if got := bare(t, url+path, step.host); got != step.want {
			t.Errorf("%s: status %d, want %d", step.host, got, step.want)
		}
	}
	strict, greeting := start(t, "") // without those flags
	got := bare(t, regexp.MustCompile(`http://\S+`).FindString(greeting)+sandbox.ListPath(936506, "T3S70"), "")
	_ = strict.Process.Signal(os.Interrupt)
	if err := strict.Wait(); err != nil || got != http.StatusUnauthorized || strict.Stderr.(*bytes.Buffer).Len() > 0 {
		t.Errorf("without the flags: status %d, log %s, %v", got, strict.Stderr, err)
	}
	_ = command.Process.Signal(os.Interrupt)
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
	log := regexp.MustCompile(`(?m)^[0-9:.]{12} `).ReplaceAllString(command.Stderr.(*bytes.Buffer).String(), "")
	if want := "503 GET " + path + "\n200 GET " + path + "\n421 GET " + path + "\n"; log != want {
		t.Errorf("the log is\n%s, want\n%s", log, want)
	}
}

// bare sends a request for another host with a bare API key, and returns the status.
func bare(t *testing.T, url, host string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("Authorization", sandbox.DefaultAPIKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestSandbox_BadInput(t *testing.T) {
	checkFailure(t, run("sandbox", "--allow-host", "http://sandbox/"), 64, "--allow-host", "http://sandbox/", "give a name or an address")
	checkFailure(t, run("sandbox", "--rate-limit", "-1"), 64, "--rate-limit", "must be 0 (none) or more")
	checkFailure(t, runContext(t.Context(), "teams:\n- team: 1\n", "sandbox", "--seed", "-"), 64, "seed file stdin: line 2: teams[0]", `unknown field "team"`)
}

func TestSandbox_StopsCleanly(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		command, greeting := start(t, "")
		url := regexp.MustCompile(`http://\S+`).FindString(greeting)
		response, err := http.Get(url + "/openapi.json")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		stopped := make(chan error, 1)
		go func() { stopped <- command.Wait() }()
		select {
		case err := <-stopped:
			if err != nil {
				t.Errorf("%v: %v", signal, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%v: still runs", signal)
		}
	}
}

func TestSandbox_PortInUse(t *testing.T) {
	server := sandbox.Start(t)
	address := strings.TrimPrefix(server.URL, "http://")
	checkFailure(t, run("sandbox", "--addr", address), 69, address, "address already in use", "choose another --addr")
}

// TestSeed: list and check run against a sandbox of their own with the seed's content, whatever the environment says.
func TestSeed(t *testing.T) {
	setEnv(t, planted, "http://example.com")
	t.Setenv("SUPERMETRICS_TEAM_ID", "1")
	const teams = "teams:\n- team_id: 7\n  connectors:\n  - connector_identifier: MINE\n    secrets: [{secret_placeholder: p, secret_name: mine}]\n" +
		"- team_id: 8\n  connectors: [{connector_identifier: MINE}]\n"
	seed := write(t, "seed.yaml", teams)
	withToken := write(t, "seed.yaml", teams+"credentials: [{bearer_token: fake-token}, {api_key: other-key, teams: [8]}]\n")
	manifest := write(t, "audit.yaml", "environments: {one: {team_id: 7, credential_env: ONE_API_KEY}, two: 8}\nconnectors: [{connector_identifier: MINE}]\n")
	withoutTeam := write(t, "audit.yaml", "connectors: [{connector_identifier: MINE, require: [mine, other]}]\n")
	tests := []struct {
		args string
		code int
		want string
	}{
		{"list --sandbox -o names", 0, "client_id\n"},
		{"list --seed " + seed, 0, "NAME  PLACEHOLDER\nmine  p\n"},
		{"list --sandbox --seed " + seed + " 8/MINE", 0, "NAME          PLACEHOLDER\n(no secrets)\n"},
		{"check -o csv --seed " + seed + " -r mine", 0, "7,MINE,,ok,mine,\n"},
		{"check -o csv --seed " + seed + " -m " + manifest, 1, "8,MINE,two,missing,mine,another environment has it\n"},
		{"check -o csv --seed " + withToken + " -m " + withoutTeam, 1, "8,MINE,,missing,mine,\n8,MINE,,missing,other,\n"},
	}
	for _, test := range tests {
		if got := run(strings.Fields(test.args)...); got.code != test.code || !strings.HasSuffix(got.stdout, test.want) {
			t.Errorf("%s: %+v", test.args, got)
		}
	}
	if got := runContext(t.Context(), teams, "list", "--seed", "-"); got.code != 0 || !strings.Contains(got.stdout, "mine") {
		t.Errorf("on stdin: %+v", got)
	}
	checkFailure(t, runContext(t.Context(), teams, "check", "--seed", "-", "-m", "-"), 64, "only one flag can be -")
	checkFailure(t, run("list", "--seed", write(t, "seed.yaml", "teams: [{team_id: 7}]\n")), 64, "which connector?")
}

// TestSandbox_Exports: the lines of the banner make the command talk to the sandbox.
func TestSandbox_Exports(t *testing.T) {
	setEnv(t, "", "")
	seed := write(t, "seed.json", `{"teams":[{"team_id":7,"connectors":[{"connector_identifier":"MINE","secrets":[{"secret_placeholder":"p","secret_name":"n"}]}]}],"credentials":[{"bearer_token":"fake-token"}]}`)
	for _, test := range []struct {
		args           []string
		variable, list string
	}{{nil, "SUPERMETRICS_API_KEY", "936506/T3S70"}, {[]string{"--seed", seed}, "SUPERMETRICS_BEARER_TOKEN", "7/MINE"}} {
		_, greeting := start(t, "", test.args...)
		exports := regexp.MustCompile(`(?m)^export .*$`).FindAllString(greeting, -1)
		if len(exports) != 2 || !strings.HasPrefix(exports[0], "export SUPERMETRICS_BASE_URL=http://127.0.0.1:") || !strings.HasPrefix(exports[1], "export "+test.variable+"=") {
			t.Fatalf("%q in\n%s", exports, greeting)
		}
		output, err := exec.Command("sh", "-c", strings.Join(exports, "\n")+"\n"+process(t)+" list "+test.list+" -o names").CombinedOutput()
		if want := map[bool]string{true: "n\n", false: "client_id\n"}[test.args != nil]; err != nil || string(output) != want {
			t.Errorf("%v\n%s", err, output)
		}
	}
}
