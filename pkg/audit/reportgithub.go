package audit

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// githubReporter writes workflow commands. It writes one for each connector with a problem, not one for each secret, because
// GitHub shows at most ten of a kind per step.
type githubReporter struct {
	w    io.Writer
	root string
}

func (r *githubReporter) Write(f *Finding) error {
	var lines strings.Builder
	where := ""
	if f.File != "" {
		where = ",file=" + escapeProperty(repositoryPath(r.root, f.File))
		if f.Line > 0 {
			where += ",line=" + strconv.Itoa(f.Line)
		}
	}
	annotate := func(level, title, message string) {
		fmt.Fprintf(&lines, "::%s title=%s%s::%s\n", level, escapeProperty(title), where, escapeMessage(message))
	}
	missing := func(names []string, more string) {
		if len(names) > 0 {
			lacks := f.Name() + " lacks " + safetext.Names(names) + more
			annotate("error", "Secret missing", strings.Join(append([]string{lacks}, f.Hints()...), "\n"))
		}
	}
	switch {
	case f.State == StateNothingToCompare && f.Error != nil:
		annotate("error", "Nothing to compare", f.Name()+": "+f.Error.Message)
	case f.Error != nil:
		annotate("error", "Connector not read", f.Name()+": "+f.Error.Message)
	}
	missing(f.Missing, "")
	missing(f.OnlyElsewhere, ", which another environment has")
	if len(f.Duplicate) > 0 {
		annotate("warning", "Secret registered twice", f.Name()+" has more than one "+safetext.Names(f.Duplicate))
	}
	_, err := io.WriteString(r.w, lines.String())
	return err
}

// Close writes each reason why connectors were not asked, once for all of them.
func (r *githubReporter) Close(summary *Summary) error {
	var lines strings.Builder
	for _, reason := range summary.Reasons {
		fmt.Fprintf(&lines, "::error title=Check incomplete::%s\n", escapeMessage(safetext.Printable(reason.String())))
	}
	_, err := io.WriteString(r.w, lines.String())
	return err
}

// repositoryPath returns a path relative to the root of the repository, as annotations need it.
func repositoryPath(root, path string) string {
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
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace
)
