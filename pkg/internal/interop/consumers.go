package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// consumer is a program that calls the API through one client. It has its own folder, in which its commands run.
type consumer struct {
	folder, language, generator string
	// clientForm means that it is generated from the client form of the document. It must then also pass the cases past the
	// limits.
	clientForm bool
	// versionFile pins the generator's version. The only group of versionPattern matches it.
	versionFile, versionPattern string
	// tools must be on the PATH. The commands install all others.
	tools []string
	// made has patterns for the files that generate and compile make. Files of an earlier run are removed first. After
	// generate, there must be a file that matches the first pattern.
	made []string
	// harmless is a warning of the generator to ignore; empty for none.
	harmless string
	// install, generate and compile run in this order, and each must succeed.
	install, generate, compile [][]string
	// run gets the URL of the API and the file with the cases as arguments.
	run []string
}

// consumers are in the order of the report. The README in each folder has the same commands for people.
var consumers = []consumer{
	{
		folder: "go-connectorsecrets", language: "Go", generator: "connectorsecrets, this project's",
		made:  []string{"go-connectorsecrets"},
		tools: []string{"go"},
		// The repository has its generated code. `make verify` compares it.
		generate: [][]string{{"go", "-C", "../../..", "test", "-count=1", "-run", "^TestGenerated_UpToDate$", "./api"}, {"go", "build", "."}},
		compile:  [][]string{{"go", "vet", "."}},
		run:      []string{"./go-connectorsecrets"},
	},
	{
		folder: "go-ogen", language: "Go", generator: "ogen", clientForm: true,
		versionFile: "go.mod", versionPattern: `ogen-go/ogen v(\S+)`,
		made:    []string{"client", "go-ogen"},
		tools:   []string{"go"},
		install: [][]string{{"go", "mod", "download"}},
		// The case of header field names does not matter in HTTP.
		harmless: "Header name is not canonical",
		generate: [][]string{{"go", "generate"}},
		compile:  [][]string{{"go", "vet", "."}, {"go", "build", "."}},
		run:      []string{"./go-ogen"},
	},
	{
		folder: "typescript-openapi-fetch", language: "TypeScript", generator: "openapi-typescript, openapi-fetch",
		versionFile: "package.json", versionPattern: `"openapi-typescript": "(.+)"`,
		made:     []string{"src/generated", "dist"},
		tools:    []string{"node", "npm"},
		install:  [][]string{{"npm", "ci", "--no-audit", "--no-fund"}},
		generate: [][]string{{"npm", "run", "generate"}},
		compile:  [][]string{{"npm", "run", "build"}},
		run:      []string{"node", "dist/main.js"},
	},
	{
		folder: "typescript-hey-api", language: "TypeScript", generator: "@hey-api/openapi-ts, zod", clientForm: true,
		versionFile: "package.json", versionPattern: `"@hey-api/openapi-ts": "(.+)"`,
		made:     []string{"src/generated", "dist"},
		tools:    []string{"node", "npm"},
		install:  [][]string{{"npm", "ci", "--no-audit", "--no-fund"}},
		generate: [][]string{{"npm", "run", "generate"}},
		compile:  [][]string{{"npm", "run", "build"}},
		run:      []string{"node", "dist/main.js"},
	},
	{
		folder: "python-openapi-python-client", language: "Python", generator: "openapi-python-client",
		versionFile: "requirements.txt", versionPattern: `(?m)^openapi-python-client==(.+)$`,
		made:     []string{"connector_secrets_client"},
		tools:    []string{"python3"},
		install:  pip,
		generate: [][]string{{"./generate.sh"}},
		compile:  pythonChecks,
		run:      []string{".venv/bin/python", "main.py"},
	},
	{
		folder: "python-openapi-generator", language: "Python", generator: "OpenAPI Generator, python", clientForm: true,
		versionFile: "requirements.txt", versionPattern: `(?m)^openapi-generator-cli==(.+)$`,
		made:     []string{"connector_secrets_client"},
		tools:    []string{"python3", "java"},
		install:  pip,
		generate: [][]string{{"./generate.sh"}},
		compile:  pythonChecks,
		run:      []string{".venv/bin/python", "main.py"},
	},
	{
		folder: "java-openapi-generator", language: "Java", generator: "OpenAPI Generator, java native",
		versionFile: "pom.xml", versionPattern: `<openapi-generator.version>(.+)</openapi-generator.version>`,
		made:     []string{"target/generated-sources", "target"},
		tools:    []string{"java", "javac", "mvn"},
		generate: [][]string{{"mvn", "-B", "-ntp", "clean", "generate-sources"}},
		compile:  [][]string{{"mvn", "-B", "-ntp", "package"}},
		run:      []string{"java", "-Dfile.encoding=UTF-8", "-jar", "target/connector-secrets.jar"},
	},
	{
		folder: "php-openapi-generator", language: "PHP", generator: "OpenAPI Generator, php", clientForm: true,
		versionFile: "generate.sh", versionPattern: `(?m)^version=(.+)$`,
		made:     []string{"client"},
		tools:    []string{"php", "java", "mvn"},
		generate: [][]string{{"./generate.sh"}},
		compile:  [][]string{{"sh", "-c", "find main.php client/lib -name '*.php' -print0 | xargs -0 -n 1 php -l"}},
		run:      []string{"php", "-d", "error_reporting=-1", "main.php"},
	},
	{
		folder: "ruby-openapi-generator", language: "Ruby", generator: "OpenAPI Generator, ruby", clientForm: true,
		versionFile: "generate.sh", versionPattern: `(?m)^version=(.+)$`,
		made:     []string{"client"},
		tools:    []string{"ruby", "java", "mvn"},
		generate: [][]string{{"./generate.sh"}},
		compile:  [][]string{{"ruby", "-wc", "main.rb"}, {"sh", "-c", "find client/lib -name '*.rb' -print0 | xargs -0 -n 1 ruby -c"}},
		run:      []string{"ruby", "-W:deprecated", "main.rb"},
	},
	{
		folder: "rust-progenitor", language: "Rust", generator: "progenitor", clientForm: true,
		versionFile: "Cargo.toml", versionPattern: `(?m)^progenitor = \{ version = "=(.+?)"`,
		made:    []string{"target/debug/build/rust-progenitor-*", "target/debug/rust-progenitor"},
		tools:   []string{"cargo", "cargo-clippy", "cargo-fmt", "cc"},
		install: [][]string{{"cargo", "fetch"}, {"cargo", "clean", "-p", "rust-progenitor"}},
		// Its build script generates the client. Cargo does not show the output of build scripts.
		generate: [][]string{{"cargo", "build"}, {"sh", "-c", "cat target/debug/build/rust-progenitor-*/stderr"}},
		compile:  [][]string{{"cargo", "fmt", "--check"}, {"cargo", "clippy", "--all-targets", "--", "-D", "warnings"}},
		run:      []string{"target/debug/rust-progenitor"},
	},
}

var (
	pip = [][]string{
		{"python3", "-m", "venv", ".venv"},
		{".venv/bin/pip", "install", "--disable-pip-version-check", "--quiet", "-r", "requirements.txt"},
	}
	pythonChecks = [][]string{{".venv/bin/mypy"}, {".venv/bin/ruff", "check"}, {".venv/bin/ruff", "format", "--check"}}
)

// version reads the version that the folder pins.
func (c consumer) version(root string) (string, error) {
	if c.versionFile == "" {
		return connectorsecrets.Version, nil
	}
	content, err := os.ReadFile(filepath.Join(root, c.folder, c.versionFile))
	if err != nil {
		return "", err
	}
	match := regexp.MustCompile(c.versionPattern).FindSubmatch(content)
	if match == nil {
		return "", fmt.Errorf("%s/%s does not pin %s", c.folder, c.versionFile, c.generator)
	}
	return string(match[1]), nil
}
