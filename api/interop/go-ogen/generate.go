package main

//go:generate go tool ogen --clean --package client --target client --config ogen.yaml ../../openapi.client.yaml
