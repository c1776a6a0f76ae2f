//go:build tools

package connectorsecretsgo

// The generator is pinned in go.mod through this import, so that every machine generates the same code.
import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
