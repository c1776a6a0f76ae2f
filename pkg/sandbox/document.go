package sandbox

import (
	"net/http"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// document is a file that the sandbox serves besides the API.
type document struct {
	contentType string
	body        []byte
}

// newDocuments returns the specification and the conformance cases by path.
func newDocuments() (map[string]document, error) {
	asJSON, err := api.SpecJSON()
	if err != nil {
		return nil, err
	}
	return map[string]document{
		"/openapi.yaml":                  {"application/yaml", api.Spec},
		"/openapi.json":                  {"application/json", asJSON},
		"/conformance/cases.json":        {"application/json", conformance.JSON},
		"/conformance/cases.schema.json": {"application/schema+json", conformance.Schema},
	}, nil
}

// ServeHTTP serves the document, readable for pages of any origin.
func (d document) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", d.contentType)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	_, _ = w.Write(d.body)
}
