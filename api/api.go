// Package api embeds the OpenAPI document of the API, and makes its client form.
package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"
)

// Spec is the OpenAPI 3.0.3 document, api/openapi.yaml, byte for byte.
//
//go:embed openapi.yaml
var Spec []byte

// SpecJSON returns the document as indented JSON, in the order of the YAML.
func SpecJSON() ([]byte, error) { return toJSON(Spec) }

func toJSON(document []byte) ([]byte, error) {
	compact, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, fmt.Errorf("convert the specification to JSON: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("convert the specification to JSON: %w", err)
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}
