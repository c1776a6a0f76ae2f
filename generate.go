// Package connectorsecretsgo holds what makes the generated code of this module: run `go generate ./...` here after
// every change to api/openapi.yaml.
//
// There is nothing to import at this level. The client is in
// [github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets].
package connectorsecretsgo

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.yaml -o gen/secretsapi/secretsapi.gen.go api/openapi.yaml
