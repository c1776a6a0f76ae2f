package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Formats of --output. Those of reports are in package audit.
const (
	formatTable  = "table"
	formatJSON   = "json"
	formatNDJSON = "ndjson"
	formatCSV    = "csv"
	formatNames  = "names"
	formatYAML   = "yaml"
	// formatHTML is the API reference as a web page.
	formatHTML = "html"
)

// outputFlag registers --output, which takes one of the formats. The first is the default.
func outputFlag(command *cobra.Command, output *string, formats []string) {
	last := len(formats) - 1
	set := command.Flags()
	set.StringVarP(output, "output", "o", "", "`format`: "+strings.Join(formats[:last], ", ")+" or "+formats[last]+" (default: "+formats[0]+")")
	_ = set.SetAnnotation("output", formatsOfOutput, formats)
	_ = command.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

// formatsOfOutput is the annotation of --output with its formats, for the error of an unknown flag such as --json.
const formatsOfOutput = "formats"

// checkFormat returns the format to use: the given one, or the first if it is empty.
func checkFormat(given string, known []string) (string, error) {
	if format := cmp.Or(given, known[0]); slices.Contains(known, format) {
		return format, nil
	}
	return "", usagef("unknown --output format: use %s", strings.Join(known, ", "))
}

// write writes a document to stdout.
func write(command *cobra.Command, document []byte) error {
	_, err := command.OutOrStdout().Write(document)
	return err
}

// terminal returns the terminal that w writes to, or nil if w is not a terminal.
func terminal(w io.Writer) *os.File {
	if checked, ok := w.(*checkedWriter); ok {
		w = checked.Writer
	}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return file
	}
	return nil
}

// width returns the number of columns of the terminal that w writes to, or 0 if w is not a terminal.
func width(w io.Writer) int {
	if file := terminal(w); file != nil {
		columns, _, _ := term.GetSize(int(file.Fd()))
		return columns
	}
	return 0
}

// coloured reports whether w is a terminal whose user wants colour (no-color.org).
func coloured(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(w) != nil
}

// checkedWriter says of an error that it is stdout's, and remembers it, because cobra ignores it when it prints help.
type checkedWriter struct {
	io.Writer
	err error
}

func (w *checkedWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.err = fmt.Errorf("write to stdout: %w", err)
	}
	return n, w.err
}
