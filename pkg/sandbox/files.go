package sandbox

import (
	"net/http"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

// file is what the sandbox serves besides the API. Its body is made when it is first asked for.
type file struct {
	contentType string
	body        func() ([]byte, error)
}

// files are for everyone, without a credential.
var files = map[string]file{
	"/openapi.yaml":                  {"application/yaml", constant(api.Spec)},
	"/openapi.json":                  {"application/json", sync.OnceValues(api.SpecJSON)},
	"/openapi.client.yaml":           {"application/yaml", api.ClientSpec},
	"/openapi.client.json":           {"application/json", sync.OnceValues(api.ClientSpecJSON)},
	"/docs":                          {"text/html; charset=utf-8", docs},
	"/docs/":                         {"text/html; charset=utf-8", docs},
	"/conformance/cases.json":        {"application/json", constant(conformance.JSON)},
	"/conformance/cases.schema.json": {"application/schema+json", constant(conformance.Schema)},
}

func constant(body []byte) func() ([]byte, error) { return func() ([]byte, error) { return body, nil } }

// docs is the reference, from which the sandbox itself can be tried out.
var docs = sync.OnceValues(func() ([]byte, error) {
	spec, err := api.SpecJSON()
	if err != nil {
		return nil, err
	}
	return reference.Page(spec, reference.Options{
		Notice:   "This is a sandbox with made-up teams and connectors. It printed its credentials when it was started.",
		TryItOut: true,
	})
})

// serve answers with the file, in a way that pages of any origin can read.
func (f file) serve(w http.ResponseWriter, c *call) {
	body, err := f.body()
	if err != nil {
		c.send(w, failure(http.StatusInternalServerError, "%v", err))
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	_, _ = w.Write(body)
}
