// Package api embeds the OpenAPI document of the API.
package api

import _ "embed"

// Spec is the OpenAPI 3.0.3 document, api/openapi.yaml, byte for byte.
//
//go:embed openapi.yaml
var Spec []byte
