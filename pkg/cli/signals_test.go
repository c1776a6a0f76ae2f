package cli_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestMain_Signals: after a signal the process writes the results so far. Two signals at once, as timeout(1) sends them,
// count as one. A later second signal kills the process.
func TestMain_Signals(t *testing.T) {
	binary := process(t)
	for name, signals := range map[string][]os.Signal{
		"one": {syscall.SIGTERM}, "two at once": {syscall.SIGTERM, syscall.SIGTERM}, "two kinds at once": {os.Interrupt, syscall.SIGTERM},
	} {
		t.Run(name, func(t *testing.T) {
			command, stdout, stderr := waiting(t, binary)
			for _, signal := range signals {
				_ = command.Process.Signal(signal)
			}
			_ = command.Wait() // the exit code is checked below
			if code := command.ProcessState.ExitCode(); code != 130 || strings.Count(stdout.String(), `"ok"`) != 3 || !strings.Contains(stderr.String(), "1 connector waited for a response, the longest for ") {
				t.Errorf("exit code %d, stdout %s, stderr %s", code, stdout, stderr)
			}
		})
	}
}

// TestMain_LateSecondSignal kills a process that does not end, here because nobody reads what it writes.
func TestMain_LateSecondSignal(t *testing.T) {
	command := exec.Command(process(t), "spec", "--output", "html")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _, _ = command.Process.Wait(); close(ended) }()
	_ = command.Process.Signal(syscall.SIGTERM)
	time.Sleep(200 * time.Millisecond)
	_ = command.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
		t.Fatal("two signals at once killed it")
	case <-time.After(1500 * time.Millisecond):
	}
	for range 10 {
		_ = command.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
			return
		case <-time.After(time.Second):
		}
	}
	_ = command.Process.Kill()
	t.Error("a late signal does not kill it")
}

// waiting starts the command. It returns when the command has three lists and waits for the fourth.
func waiting(t *testing.T, binary string) (command *exec.Cmd, stdout, stderr *strings.Builder) {
	t.Helper()
	var requests atomic.Int32
	waits := make(chan struct{})
	url := handle(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 4 {
			close(waits)
			<-r.Context().Done()
			return
		}
		_, _ = w.Write([]byte(`{"count":0,"secrets":[]}`))
	})
	command = exec.Command(binary, "list", "1/A", "1/B", "1/C", "1/D", "--workers", "1", "--rate", "0", "-o", "json")
	command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+planted, "SUPERMETRICS_BASE_URL="+url)
	stdout, stderr = &strings.Builder{}, &strings.Builder{}
	command.Stdout, command.Stderr = stdout, stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() })
	select {
	case <-waits:
	case <-time.After(10 * time.Second):
		t.Fatal("no fourth request")
	}
	return command, stdout, stderr
}
