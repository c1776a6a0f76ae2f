package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// result is a row of the report.
type result struct {
	consumer consumer
	version  string
	// skipped says which tool is missing; nothing else is known then.
	skipped string
	// warnings that the generator printed; nil if it printed none.
	warnings            []string
	generated, compiled bool
	cases, passed       int
	// problem is the first thing that went wrong, for people.
	problem string
}

func (r result) ok() bool {
	return r.skipped == "" && r.problem == "" && r.generated && len(r.warnings) == 0 && r.compiled && r.cases > 0 && r.passed == r.cases
}

// report prints the table and one line that sums it up.
func report(w io.Writer, results []result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LANGUAGE\tCLIENT\tVERSION\tNO WARNING\tCOMPILED\tCASES PASSED")
	languages := map[string]bool{}
	var complete, skipped int
	for _, r := range results {
		if r.skipped != "" {
			skipped++
			fmt.Fprintf(table, "%s\t%s\t%s\tskipped\tskipped\tskipped: %s\n", r.consumer.language, r.consumer.generator, r.version, r.skipped)
			continue
		}
		if r.ok() {
			complete++
			languages[r.consumer.language] = true
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d of %d\n", r.consumer.language, r.consumer.generator, r.version,
			yesNo(r.generated && len(r.warnings) == 0), yesNo(r.compiled), r.passed, r.cases)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d clients, in %d languages, passed every case; %d failed, %d skipped.\n",
		complete, len(results), len(languages), len(results)-complete-skipped, skipped)
	return err
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
