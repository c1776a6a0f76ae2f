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
		"Shell":      {"sh", "sample.sh"},
		"Go":         {"go", "run", "sample.go"},
		"Python":     {"python3", "sample.py"},
		"TypeScript": {"node", "sample.mjs"},
	}
	server := sandbox.Start(t)
	document := copyOfSpec(t)
	production := document.root["servers"].([]any)[0].(object)["url"].(string)
	// The client has the server's URL built in.
	const newClient = `connectorsecrets.APIKey(os.Getenv("SUPERMETRICS_API_KEY"))`
	here := strings.NewReplacer(production, server.URL, newClient, newClient+`, connectorsecrets.WithBaseURL("`+server.URL+`")`)
	for _, sample := range document.get["x-codeSamples"].([]any) {
		language, source := sample.(object)["lang"].(string), sample.(object)["source"].(string)
		t.Run(language, func(t *testing.T) {
			program := programs[language]
			delete(programs, language)
			if program == nil {
				t.Fatal("no program runs this language")
			}
			needed := program[:1]
			if language == "Shell" {
				needed = append(needed, "curl")
			}
			for _, tool := range needed {
				if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
					t.Skip(err)
				}
			}
			changed := here.Replace(source)
			if changed == source {
				t.Fatalf("the sample does not call %s", production)
			}
			file := filepath.Join(t.TempDir(), program[len(program)-1])
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.Command(program[0], append(program[1:len(program)-1], file)...)
			command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY="+server.APIKey)
			output, err := command.Output()
			for _, part := range []string{"client_id", "sec_a23f23d26"} {
				if err != nil || !strings.Contains(string(output), part) {
					t.Errorf("no %s in %q: %v", part, output, err)
				}
			}
			// With a wrong key, the sample must fail and not print an empty list.
			command = exec.Command(command.Args[0], command.Args[1:]...)
			command.Env = append(os.Environ(), "SUPERMETRICS_API_KEY=made-up-wrong-key")
			if output, err := command.Output(); err == nil {
				t.Errorf("with a wrong key it ends well: %s", output)
			}
		})
	}
	for language := range programs {
		t.Errorf("the document has no sample in %s", language)
	}
}
