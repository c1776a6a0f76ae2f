// Package reference makes the API reference for a browser: one HTML file with the document and Swagger UI. It loads nothing
// from other hosts, and its content security policy enforces that.
package reference

import (
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

//go:embed page.html
var page string

//go:embed page.css
var ownStyle string

//go:embed page.js
var script string

// Options of [Page].
type Options struct {
	// Notice is a sentence above the reference; empty for none.
	Notice string
	// TryItOut lets readers send requests to the host that the page is from. Without it, the page can't send any.
	TryItOut *TryItOut
}

// TryItOut has the values that the page fills in.
type TryItOut struct {
	// Token is the page's credential; empty for none.
	Token string `json:"token"`
	// Parameters has the values of parameters, by name.
	Parameters map[string]string `json:"parameters"`
	// Lists are shown above the reference.
	Lists []List `json:"lists"`
}

// List is a list of values to try.
type List struct {
	Title string `json:"title"`
	Items []Item `json:"items"`
}

// Item is a value to copy, with words about it.
type Item struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// Page returns the page for an OpenAPI document in JSON. The bytes depend only on the document and the options.
func Page(document []byte, options Options) ([]byte, error) {
	library, err := asset("swagger-ui-bundle.js.gz")
	if err != nil {
		return nil, err
	}
	style, err := asset("swagger-ui.css.gz")
	if err != nil {
		return nil, err
	}
	// Marshal escapes HTML tags, in the document as well.
	settings, err := json.Marshal(map[string]any{"document": json.RawMessage(document), "tryItOut": options.TryItOut})
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	start := "const settings = " + string(settings) + ";\n" + script
	connect := "'none'"
	if options.TryItOut != nil {
		connect = "'self'"
	}
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; connect-src " +
		connect + "; script-src " + source(library) + " " + source(start)
	// A Replacer makes one pass, so inserted text can't contain placeholders. Package html/template would make every program
	// with a sandbox 4 MB larger.
	return []byte(strings.NewReplacer("{{policy}}", policy, "{{notice}}", html.EscapeString(options.Notice), "{{style}}", style,
		"{{ownStyle}}", ownStyle, "{{library}}", library, "{{start}}", start).Replace(page)), nil
}

// source returns the source expression of a content security policy that allows a script by its hash.
func source(script string) string {
	hash := sha256.Sum256([]byte(script))
	return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

func asset(name string) (string, error) {
	file, err := static.FS.Open(name)
	if err != nil {
		return "", fmt.Errorf("swagger UI: %w", err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return "", fmt.Errorf("swagger UI: %s: %w", name, err)
	}
	text, err := io.ReadAll(plain)
	return string(text), err
}
