package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"golang.org/x/term"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// Formats of --output.
const (
	formatTable = "table"
	formatJSON  = "json"
	formatCSV   = "csv"
	formatNames = "names"
	formatYAML  = "yaml"
	// formatHTML is the reference, for a browser.
	formatHTML = "html"
	// formatGitHub is workflow commands that annotate a pull request.
	formatGitHub = "github"
)

// checkFormat returns the format to use: the given one, or the fallback if it is empty.
func checkFormat(given, fallback string, known ...string) (string, error) {
	if given == "" {
		return fallback, nil
	}
	if !slices.Contains(known, given) {
		return "", usagef("unknown --output format: use %s", strings.Join(known, ", "))
	}
	return given, nil
}

// defaultFormat is for people on a terminal, and for programs anywhere else.
func defaultFormat(stdout io.Writer) string {
	if file, ok := stdout.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return formatTable
	}
	return formatJSON
}

// writeList writes a list in a format that checkFormat has let through.
func writeList(w io.Writer, format string, list *connectorsecrets.SecretList) error {
	var err error
	switch format {
	case formatTable:
		err = writeTable(w, list)
	case formatCSV:
		err = writeCSV(w, list)
	case formatNames:
		err = writeNames(w, list)
	default:
		err = writeJSON(w, list)
	}
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func writeTable(w io.Writer, list *connectorsecrets.SecretList) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	// Errors of the lines come back from Flush.
	_, _ = fmt.Fprintln(table, "NAME\tPLACEHOLDER")
	for _, secret := range list.Secrets {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", printable(secret.Name), printable(secret.Placeholder))
	}
	return table.Flush()
}

// writeCSV writes RFC 4180, with the API's own names in the first line.
func writeCSV(w io.Writer, list *connectorsecrets.SecretList) error {
	records := csv.NewWriter(w)
	_ = records.Write([]string{"secret_placeholder", "secret_name"})
	for _, secret := range list.Secrets {
		_ = records.Write([]string{secret.Placeholder, secret.Name})
	}
	records.Flush()
	return records.Error()
}

func writeNames(w io.Writer, list *connectorsecrets.SecretList) error {
	var lines strings.Builder
	for _, name := range list.Names() {
		lines.WriteString(printable(name) + "\n")
	}
	_, err := io.WriteString(w, lines.String())
	return err
}

// printable writes the characters that could break a line, steer a terminal or turn the direction of text as escapes.
func printable(s string) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	if strings.IndexFunc(s, isUnsafe) < 0 {
		return s
	}
	var safe strings.Builder
	for _, r := range s {
		if isUnsafe(r) {
			fmt.Fprintf(&safe, `\u%04x`, r)
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}

func isUnsafe(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r == '\u200d': // joins emoji, and so is seen
		return false
	default:
		return unicode.Is(unicode.Cf, r) // invisible, or turns the direction
	}
}
