package sandbox

import (
	"net/http"

	"github.com/connectorsecrets/connectorsecrets-go/api"
)

const (
	yamlPath = "/openapi.yaml"
	jsonPath = "/openapi.json"
)

func isDocumentPath(path string) bool { return path == yamlPath || path == jsonPath }

// newDocumentHandler serves the specification itself, readable for pages of any origin.
func newDocumentHandler() (http.Handler, error) {
	asJSON, err := api.SpecJSON()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		contentType, body := "application/yaml", api.Spec
		if r.URL.Path == jsonPath {
			contentType, body = "application/json", asJSON
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write(body)
	}), nil
}
