package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// result is a row of the report.
type result struct {
	consumer consumer
	version  string
	// skipped says which tool is missing. If it is set, the other results are empty.
	skipped string
	// warnings are those of the generator; nil for none.
	warnings            []string
	generated, compiled bool
	cases, passed       int
	// problem is the first problem, as text.
	problem string
}

func (r result) ok() bool {
	return r.skipped == "" && r.problem == "" && r.generated && len(r.warnings) == 0 && r.compiled && r.cases > 0 && r.passed == r.cases
}

// report prints the table and a summary line.
func report(w io.Writer, results []result) error {
	rows := []string{"LANGUAGE\tCLIENT\tVERSION\tFORM\tNO WARNING\tCOMPILED\tCASES PASSED"}
	languages := map[string]bool{}
	var complete, skipped int
	for _, r := range results {
		if r.skipped != "" {
			skipped++
			rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\tskipped\tskipped\tskipped: %s",
				r.consumer.language, r.consumer.generator, r.version, r.consumer.form(), r.skipped))
			continue
		}
		if r.ok() {
			complete++
			languages[r.consumer.language] = true
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%d of %d", r.consumer.language, r.consumer.generator, r.version, r.consumer.form(),
			stepResult(r.generated, len(r.warnings) == 0), stepResult(r.generated, r.compiled), r.passed, r.cases))
	}
	rows = append(rows, "", fmt.Sprintf("%d of %d clients, in %d languages, passed every case; %d failed, %d skipped.",
		complete, len(results), len(languages), len(results)-complete-skipped, skipped))

	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(table, strings.Join(rows, "\n")); err != nil {
		return err
	}
	return table.Flush()
}

// form is the form of the document that a consumer is generated from.
func (c consumer) form() string {
	if c.clientForm {
		return "client"
	}
	return "full"
}

// stepResult returns the text for a step, which may not have been reached.
func stepResult(reached, good bool) string {
	switch {
	case !reached:
		return "not generated"
	case good:
		return "yes"
	default:
		return "no"
	}
}
