package sandbox

import (
	"net/http"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/api/conformance"
)

// file is a file that the sandbox serves besides the API.
type file struct {
	contentType string
	body        func() ([]byte, error)
	// unlogged is set for the request log: requests for it are not logged, and pages of other origins can't read it.
	unlogged bool
}

// files need no credential, and are the same in all sandboxes.
var files = map[string]file{
	"/openapi.yaml":                  {contentType: "application/yaml", body: constant(api.Spec)},
	"/openapi.json":                  {contentType: "application/json", body: sync.OnceValues(api.SpecJSON)},
	"/openapi.client.yaml":           {contentType: "application/yaml", body: api.ClientSpec},
	"/openapi.client.json":           {contentType: "application/json", body: sync.OnceValues(api.ClientSpecJSON)},
	"/conformance/cases.json":        {contentType: "application/json", body: constant(conformance.JSON)},
	"/conformance/cases.schema.json": {contentType: "application/schema+json", body: constant(conformance.Schema)},
}

// file returns the file at a path.
func (s *Sandbox) file(path string) (found file, ok bool) {
	switch path {
	case "/docs", "/docs/":
		return file{contentType: "text/html; charset=utf-8", body: s.docs}, true
	case "/_sandbox/requests":
		return file{contentType: "application/json", body: s.requestsJSON, unlogged: true}, true
	default:
		found, ok = files[path]
		return found, ok
	}
}

func constant(body []byte) func() ([]byte, error) { return func() ([]byte, error) { return body, nil } }

// serve responds with the file.
func (f file) serve(w http.ResponseWriter, c *call) {
	body, err := f.body()
	if err != nil {
		c.send(w, failure(http.StatusInternalServerError, "%v", err))
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	if !f.unlogged {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}
