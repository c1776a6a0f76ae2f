// Command release generates the man pages and completions of a release from the command line. The date of the pages is
// SOURCE_DATE_EPOCH.
package main

import (
	"errors"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: release FOLDER")
	}
	if err := write(cli.Command(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(root *cobra.Command, folder string) error {
	man, completions := filepath.Join(folder, "man"), filepath.Join(folder, "completions")
	for _, folder := range []string{man, completions} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return err
		}
	}
	name := filepath.Join(completions, root.Name())
	keepLines(root)
	return errors.Join(
		root.GenBashCompletionFileV2(name+".bash", true),
		root.GenZshCompletionFile(name+".zsh"),
		root.GenFishCompletionFile(name+".fish", true),
		root.GenPowerShellCompletionFileWithDesc(name+".ps1"),
		doc.GenManTree(root, &doc.GenManHeader{Source: root.Name(), Manual: root.Name()}, man),
	)
}

// keepLines keeps the line breaks in the indented parts of a help text. The pages are made from Markdown, which would join
// the lines.
func keepLines(command *cobra.Command) {
	blockBegins := regexp.MustCompile(`(?m)^(\S.*)\n  `)
	command.Long = strings.ReplaceAll(blockBegins.ReplaceAllString(command.Long, "$1\n\n  "), "\n  ", "\n      ")
	command.DisableAutoGenTag = true
	for _, command := range command.Commands() {
		keepLines(command)
	}
}
