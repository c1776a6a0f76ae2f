package main

//go:generate go tool oapi-codegen -generate types,client -package main -o client.gen.go ../../openapi.yaml
