package cli_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

const picture = "../../.github/check.svg"

// TestPicture_IsFresh compares the picture in README with what check prints on a terminal now. `make picture` draws it again.
func TestPicture_IsFresh(t *testing.T) {
	const command = "connector-secrets check --seed seed.yaml"
	// Standard error goes to a file first, because on a terminal it also shows the progress.
	line := "cd testdata; " + strings.Replace(command, "connector-secrets", `"$BINARY"`, 1) + ` 2>"$ERRORS"; cat "$ERRORS"`
	printed := onTerminal(t, build(t), "120", line, "NO_COLOR=", "ERRORS="+filepath.Join(t.TempDir(), "stderr"))
	want := drawing("$ " + command + "\n" + strings.ReplaceAll(printed, "\r\n", "\n"))
	if os.Getenv("UPDATE_PICTURE") != "" {
		if err := os.WriteFile(picture, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("run make picture: %s is not what check prints now:\n%s", picture, printed)
	}
}

var colour = regexp.MustCompile("\x1b\\[([0-9]+)m")

// drawing returns an SVG of a terminal with the text. Its font is the reader's own.
func drawing(text string) string {
	const fontSize, lineHeight, margin = 14, 20, 20
	fills := map[string]string{"31": "#ff7b72", "32": "#7ee787"} // red and green
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	columns := 0
	var drawn strings.Builder
	for i, line := range lines {
		columns = max(columns, utf8.RuneCountInString(colour.ReplaceAllString(line, "")))
		fmt.Fprintf(&drawn, "<text x=\"%d\" y=\"%d\">", margin, margin+fontSize+i*lineHeight)
		fill, rest := "", line
		for rest != "" {
			part, code := rest, ""
			rest = ""
			if at := colour.FindStringSubmatchIndex(part); at != nil {
				part, code, rest = part[:at[0]], part[at[2]:at[3]], part[at[1]:]
			}
			if fill == "" {
				drawn.WriteString(html.EscapeString(part))
			} else {
				fmt.Fprintf(&drawn, `<tspan style="fill: %s">%s</tspan>`, fill, html.EscapeString(part))
			}
			fill = fills[code]
		}
		drawn.WriteString("</text>\n")
	}
	// A character of a monospaced font is about 0.6 of its size wide.
	width, height := 2*margin+columns*fontSize*61/100, 2*margin+len(lines)*lineHeight
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="Output of connector-secrets check">
<style>text { font: %dpx ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre }</style>
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
%s</svg>
`, width, height, fontSize, drawn.String())
}
