//go:build tools

package connectorsecretsgo

// This import pins the generator in go.mod, so that every machine generates the same code.
import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
