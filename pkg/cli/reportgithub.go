package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// writeReportGitHub writes workflow commands, which annotate the manifest or configuration in a pull request.
func writeReportGitHub(w io.Writer, r *checkReport) error {
	var lines strings.Builder
	for _, f := range r.Connectors {
		where := ""
		if f.target.file != "" {
			where = ",file=" + escapeProperty(repositoryPath(f.target.file))
			if f.target.line > 0 {
				where += ",line=" + strconv.Itoa(f.target.line)
			}
		}
		annotate := func(level, title, message string) {
			fmt.Fprintf(&lines, "::%s title=%s%s::%s\n", level, escapeProperty(title), where, escapeMessage(printable(message)))
		}
		of := fmt.Sprintf("connector %s of team %d", f.ConnectorID, f.TeamID)
		if f.Environment != "" {
			of += " (" + f.Environment + ")"
		}
		if f.Error != nil {
			annotate("error", "Connector not read", of+": "+f.Error.Message)
		}
		for _, name := range f.Missing {
			annotate("error", "Secret missing", fmt.Sprintf("%s lacks the secret %s", of, name))
		}
		for _, name := range f.OnlyElsewhere {
			annotate("error", "Secret missing", fmt.Sprintf("%s lacks the secret %s, which another environment has", of, name))
		}
		for _, name := range f.Duplicate {
			annotate("warning", "Secret registered twice", fmt.Sprintf("%s has more than one secret %s", of, name))
		}
		for _, name := range f.NotRequired {
			annotate("notice", "Secret not required", fmt.Sprintf("%s has the secret %s, which nobody requires", of, name))
		}
	}
	if !r.Complete {
		fmt.Fprintf(&lines, "::error title=Check incomplete::%d of %d connectors\n", len(r.Connectors), r.Summary.Asked)
	}
	_, err := io.WriteString(w, lines.String())
	return err
}

// repositoryPath is a path as annotations want it: from the root of the repository, which is where workflows start.
func repositoryPath(path string) string {
	root := os.Getenv("GITHUB_WORKSPACE")
	if root == "" {
		root, _ = os.Getwd()
	}
	if absolute, err := filepath.Abs(path); err == nil {
		if relative, err := filepath.Rel(root, absolute); err == nil && filepath.IsLocal(relative) {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// Escapes of workflow commands.
var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func escapeMessage(s string) string  { return messageEscapes.Replace(s) }
func escapeProperty(s string) string { return propertyEscapes.Replace(s) }
