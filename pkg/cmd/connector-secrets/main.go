// Command connector-secrets lists the secrets of Supermetrics connectors: names and placeholders, never values.
package main

import (
	"os"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
