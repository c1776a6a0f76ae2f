// Package connectorsecretsgo has the commands that generate this module's code. Run `make generate` after every change to
// api/openapi.yaml.
//
// There is nothing to import at this level. The client is in
// [github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets].
package connectorsecretsgo

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.yaml -o gen/secretsapi/secretsapi.gen.go api/openapi.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.codes.yaml -o gen/secretsapi/codes.gen.go api/openapi.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.wrapper.yaml -o pkg/connectorsecrets/document.gen.go api/openapi.yaml
