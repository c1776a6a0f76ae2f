package safetext

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const gap, leastLast = 2, 24 // spaces between columns; width below which the last column is not worth breaking

// Table returns rows of the same length with aligned columns. On a terminal of that width, it breaks the last column between
// words; if too little of the width is left for that, each row is a paragraph instead. A width of 0 has no limit. Paint may
// colour a cell, and may be nil.
func Table(rows [][]string, width int, paint func(column int, cell string) string) string {
	last := len(rows[0]) - 1
	widths := make([]int, last+1)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	indent := 0 // of the last column
	for _, width := range widths[:last] {
		indent += width + gap
	}
	isBroken := width > 0 && indent+widths[last] > width
	isParagraphs := isBroken && width-indent < leastLast
	var text strings.Builder
	for _, row := range rows {
		if isParagraphs {
			filled := slices.DeleteFunc(slices.Clone(row), func(cell string) bool { return cell == "" })
			text.WriteString(wrap(strings.Join(filled, "  "), width, 0) + "\n\n")
			continue
		}
		var line strings.Builder
		for i, cell := range row {
			if i == last && isBroken {
				cell = wrap(cell, width-indent, indent)
			}
			padding := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell))+gap)
			if paint != nil {
				cell = paint(i, cell)
			}
			line.WriteString(cell + padding)
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return strings.TrimRight(text.String(), "\n") + "\n"
}

// wrap breaks text between words into lines of at most width characters, unless a word is longer, and indents all but the first.
func wrap(text string, width, indent int) string {
	var lines []string
	line := ""
	for word := range strings.SplitAfterSeq(text, " ") {
		if line != "" && utf8.RuneCountInString(line)+utf8.RuneCountInString(strings.TrimRight(word, " ")) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line = strings.TrimLeft(line+word, " ")
	}
	return strings.Join(append(lines, line), "\n"+strings.Repeat(" ", indent))
}
