// Command release generates the man pages and completions of a release from the command line. The date of the pages is
// SOURCE_DATE_EPOCH.
package main

import (
	"compress/gzip"
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
	return errors.Join(
		root.GenBashCompletionFileV2(name+".bash", true),
		root.GenZshCompletionFile(name+".zsh"),
		root.GenFishCompletionFile(name+".fish", true),
		root.GenPowerShellCompletionFileWithDesc(name+".ps1"),
		writePages(root, man),
	)
}

// writePages writes a compressed page for each command, as in packages.
func writePages(command *cobra.Command, folder string) error {
	keepLines(command)
	if err := doc.GenManTree(command, &doc.GenManHeader{Source: command.Name(), Manual: command.Name()}, folder); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.1"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := compress(page); err != nil {
			return err
		}
	}
	return nil
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

// compress writes no name or time into the file, so that it depends only on the page.
func compress(page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	file, err := os.Create(page + ".gz")
	if err != nil {
		return err
	}
	writer, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = writer.Write(text)
	return errors.Join(err, writer.Close(), file.Close(), os.Remove(page))
}
