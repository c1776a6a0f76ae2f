package audit

import (
	_ "embed"
	"io"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/safetext"
)

// ReportSchema is the JSON Schema of reports in [JSON]. Its definition "finding" describes a line of [NDJSON].
//
//go:embed report.schema.json
var ReportSchema []byte

type jsonReporter struct {
	kept
	w io.Writer
}

func (r *jsonReporter) Close(summary *Summary) error {
	report := struct {
		// Complete is false if a connector was not asked.
		Complete     bool       `json:"complete"`
		Summary      *Summary   `json:"summary"`
		NotAsked     []Reason   `json:"not_asked"`
		Connectors   []*Finding `json:"connectors"`
		Environments []*Matrix  `json:"environments"`
	}{summary.Complete(), summary, append([]Reason{}, summary.Reasons...), append([]*Finding{}, r.findings...), r.matrices()}
	return safetext.WriteJSON(r.w, report, "  ")
}

type ndjsonReporter struct{ w io.Writer }

func (r *ndjsonReporter) Write(f *Finding) error { return safetext.WriteJSON(r.w, f, "") }
func (r *ndjsonReporter) Close(*Summary) error   { return nil }
