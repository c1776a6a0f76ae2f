package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// start runs the sandbox as a process of its own and returns it with what it greets with.
func start(t *testing.T, args ...string) (*exec.Cmd, string) {
	t.Helper()
	command := exec.Command(build(t), append([]string{"sandbox", "--addr", "127.0.0.1:0"}, args...)...)
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
	_, greeting := start(t)
	curl := regexp.MustCompile(`(?m)^curl .*$`).FindString(greeting)
	if curl == "" {
		t.Fatalf("no curl line in\n%s", greeting)
	}
	output, err := exec.Command("sh", "-c", "set -e; "+strings.Replace(curl, "curl ", "curl -sS --fail ", 1)).CombinedOutput()
	if err != nil || !strings.Contains(string(output), `{"count":1,"secrets":[{"secret_placeholder":"sec_a23f23d26"`) {
		t.Errorf("%s: %v\n%s", curl, err, output)
	}
	for _, part := range []string{sandbox.DefaultAPIKey, sandbox.DefaultBearerToken, "/docs", "/openapi.yaml", "/conformance/cases.json"} {
		if !strings.Contains(greeting, part) {
			t.Errorf("no %s in\n%s", part, greeting)
		}
	}
}

func TestSandbox_SeedFile(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.json")
	content := `{"teams":[{"team_id":7,"connectors":[{"connector_identifier":"MINE","secrets":[{"secret_placeholder":"p","secret_name":"n"}]}]}],
		"credentials":[{"bearer_token":"fake 'quoted' token"}]}`
	if err := os.WriteFile(seed, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("no_proxy", "127.0.0.1")
	_, greeting := start(t, "--seed", seed, "--rate-limit", "1")
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
}

func TestSandbox_StopsCleanly(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		command, greeting := start(t)
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
