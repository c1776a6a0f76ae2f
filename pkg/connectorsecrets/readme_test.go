package connectorsecrets_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestREADME_SnippetsCompile builds every Go snippet in a function of its own. The function declares what the text around
// the snippet assumes.
func TestREADME_SnippetsCompile(t *testing.T) {
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(snippets) < 2 {
		t.Fatalf("%d snippets, want at least 2", len(snippets))
	}
	var source strings.Builder
	source.WriteString(`package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"` + module + `/pkg/connectorsecrets"
	"` + module + `/pkg/sandbox"
)

var (
	_ = errors.Is
	_ = fmt.Sprint
	_ = os.Getenv
	_ = sandbox.Start
)

func main() {}
`)
	for i, snippet := range snippets {
		fmt.Fprintf(&source, `
func snippet%d(ctx context.Context, t *testing.T, client *connectorsecrets.Client) error {
	{
%s
		_, _ = client, err
	}
	return nil
}
`, i, snippet[1])
	}
	dir := outsideModule(t, source.String())
	goCommand(t, dir, "vet", ".")
}

// TestREADME_ShowsWhatMakeRunPrints runs what `make run` runs and looks for its output in the README.
func TestREADME_ShowsWhatMakeRunPrints(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^run:.*\n\t@\$\(GO\) (.*)$`).FindSubmatch(makefile)
	if command == nil {
		t.Fatal("the Makefile has no target run")
	}
	output := goCommand(t, "../..", strings.Fields(string(command[1]))...)
	if !strings.Contains(readme(t), "$ make run\n"+output+"```") {
		t.Errorf("README.md does not show what make run prints:\n%s", output)
	}
}

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
