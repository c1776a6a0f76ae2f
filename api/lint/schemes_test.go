//go:build gate

package lint_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestSchemesFilter_LeavesOneScheme runs OpenAPI Generator with the filters in the document's text. Each must leave one scheme,
// because a client in C# needs a credential for every scheme.
func TestSchemesFilter_LeavesOneScheme(t *testing.T) {
	document, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pom, err := os.ReadFile("../interop/java-openapi-generator/pom.xml")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`<openapi-generator.version>(.+)</`).FindSubmatch(pom)
	folder := t.TempDir()
	output, err := run(t, nil, "mvn", "-B", "-ntp", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy",
		"-Dartifact=org.openapitools:openapi-generator-cli:"+string(version[1]), "-Dmdep.stripVersion", "-DoutputDirectory="+folder)
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	providers := func(t *testing.T, options ...string) []string {
		t.Helper()
		client := t.TempDir()
		generate := []string{"-jar", filepath.Join(folder, "openapi-generator-cli.jar"), "generate", "-g", "csharp", "-i", "api/openapi.yaml", "-o", client}
		if output, err := run(t, nil, "java", append(generate, options...)...); err != nil {
			t.Fatalf("%v:\n%s", err, output)
		}
		files, err := filepath.Glob(filepath.Join(client, "src/Org.OpenAPITools/Api/*Api.cs"))
		if err != nil || len(files) == 0 {
			t.Fatalf("files %q: %v", files, err)
		}
		var found []string
		for _, file := range files {
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range regexp.MustCompile(`TokenProvider<(\w+)Token>`).FindAllSubmatch(code, -1) {
				found = append(found, string(match[1])+"Auth")
			}
		}
		slices.Sort(found)
		return slices.Compact(found)
	}

	if all := providers(t); len(all) < 2 {
		t.Errorf("without a filter the client has the schemes %q: the document needs no filter", all)
	}
	const filter = "SECURITY_SCHEMES_FILTER="
	keys := regexp.MustCompile("`(?:--openapi-normalizer "+filter+")?key:(\\w+)`").FindAllSubmatch(document, -1)
	if len(keys) == 0 || !bytes.Contains(document, []byte("--openapi-normalizer "+filter)) {
		t.Fatal("the document gives no filter")
	}
	for _, key := range keys {
		scheme := string(key[1])
		if got := providers(t, "--openapi-normalizer", filter+"key:"+scheme); !slices.Equal(got, []string{scheme}) {
			t.Errorf("filtered by %s, the client has the schemes %q", scheme, got)
		}
	}
}
