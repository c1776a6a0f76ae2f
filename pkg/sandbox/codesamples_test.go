package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestCodeSamples_ListTheSecrets runs the document's code samples unchanged, except that they use a sandbox.
func TestCodeSamples_ListTheSecrets(t *testing.T) {
	// TypeScript without a type is JavaScript, which every Node.js runs.
	programs := map[string][]string{
		"Shell": {"sh", "sample.sh"}, "Go": {"go", "run", "sample.go"}, "Python": {"python3", "sample.py"}, "TypeScript": {"node", "sample.mjs"},
	}
	server := sandbox.Start(t)
	document := copyOfSpec(t)
	production := document.root["servers"].([]any)[0].(object)["url"].(string)
	// The client has the server's URL built in.
	const newClient = `connectorsecrets.APIKey(os.Getenv("SUPERMETRICS_API_KEY"))`
	here := strings.NewReplacer(production, server.URL, newClient, newClient+`, connectorsecrets.WithBaseURL("`+server.URL+`")`)
	samples := document.get["x-codeSamples"].([]any)
	if len(samples) != len(programs) {
		t.Errorf("%d samples, want %d", len(samples), len(programs))
	}
	for _, sample := range samples {
		language, source := sample.(object)["lang"].(string), sample.(object)["source"].(string)
		t.Run(language, func(t *testing.T) {
			program := programs[language]
			for _, tool := range append(program[:1:1], "curl") {
				if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
					t.Skip(err)
				}
			}
			file := filepath.Join(t.TempDir(), program[len(program)-1])
			if err := os.WriteFile(file, []byte(here.Replace(source)), 0o600); err != nil {
				t.Fatal(err)
			}
			// With a wrong key, the sample must fail and not print an empty list.
			for key, isRight := range map[string]bool{server.APIKey: true, "made-up-wrong-key": false} {
				command := exec.Command(program[0], append(program[1:len(program)-1], file)...)
				command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+key)
				output, err := command.Output()
				isListed := strings.Contains(string(output), "client_id") && strings.Contains(string(output), "sec_a23f23d26")
				if (err == nil) != isRight || isListed != isRight {
					t.Errorf("%s: error %v, %q", key, err, output)
				}
			}
		})
	}
}
