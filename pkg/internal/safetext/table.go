package safetext

import (
	"strings"
	"unicode/utf8"
)

const (
	gap = 2 // spaces between columns
	// leastLast is the width below which the last column is not worth breaking.
	leastLast = 24
)

// Table returns rows with aligned columns. On a terminal of that width, it breaks the last column between words; if too little
// of the width is left for that, each row is a paragraph instead. A width of 0 has no limit. Paint may
// colour a cell, and may be nil.
func Table(rows [][]string, width int, paint func(column int, cell string) string) string {
	var widths []int
	indent, longest := 0, 0 // of the last column
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, width := range widths {
		if longest = width; i < len(widths)-1 {
			indent += width + gap
		}
	}
	fits := width == 0 || indent+longest <= width
	var text strings.Builder
	for n, row := range rows {
		if !fits && width-indent < leastLast {
			if n > 0 {
				text.WriteByte('\n')
			}
			text.WriteString(strings.Join(wrap(strings.Join(nonEmpty(row), "  "), width), "\n") + "\n")
			continue
		}
		var line strings.Builder
		for i, cell := range row {
			if i == len(widths)-1 && !fits {
				cell = strings.Join(wrap(cell, width-indent), "\n"+strings.Repeat(" ", indent))
			}
			padding := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell))+gap)
			if paint != nil {
				cell = paint(i, cell)
			}
			line.WriteString(cell + padding)
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return text.String()
}

// wrap breaks text between words into lines of at most width characters, unless a word is longer.
func wrap(text string, width int) (lines []string) {
	line := ""
	for word := range strings.SplitAfterSeq(text, " ") {
		if line != "" && utf8.RuneCountInString(line)+utf8.RuneCountInString(strings.TrimRight(word, " ")) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line = strings.TrimLeft(line+word, " ")
	}
	return append(lines, line)
}

func nonEmpty(cells []string) (filled []string) {
	for _, cell := range cells {
		if cell != "" {
			filled = append(filled, cell)
		}
	}
	return filled
}
