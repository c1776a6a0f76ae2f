// Package reference makes the API reference for a browser: one HTML file that holds the document, Swagger UI and nothing
// from any other place. It asks no other host, and its content security policy sees to that.
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

// TryItOut is what readers find filled in.
type TryItOut struct {
	// Token is what the page authorizes with; empty for nothing.
	Token string `json:"token"`
	// Parameters are values of parameters by their names.
	Parameters map[string]string `json:"parameters"`
	// Lists stand above the reference.
	Lists []List `json:"-"`
}

// List is what there is to try.
type List struct {
	Title string
	Items []Item
}

// Item is a value to copy, and what there is to say of it.
type Item struct{ Value, Text string }

// Page returns the page for an OpenAPI document in JSON. The same document and options make the same bytes.
func Page(document []byte, options Options) ([]byte, error) {
	var info struct {
		Info struct {
			Title string `json:"title"`
		} `json:"info"`
	}
	if err := json.Unmarshal(document, &info); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	library, err := asset("swagger-ui-bundle.js.gz")
	if err != nil {
		return nil, err
	}
	style, err := asset("swagger-ui.css.gz")
	if err != nil {
		return nil, err
	}
	// An HTML parser would take this for the end of the script.
	if strings.Contains(library, "</script") || strings.Contains(style, "</style") {
		return nil, fmt.Errorf("swagger UI can't be put into a page: it has an end tag in it")
	}
	// Marshal escapes what HTML would take for a tag, in the document as well.
	settings, err := json.Marshal(map[string]any{"document": json.RawMessage(document), "tryItOut": options.TryItOut})
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	class, lists := "read-only", ""
	if options.TryItOut != nil {
		class, lists = "", listsHTML(options.TryItOut.Lists)
	}
	start := "const settings = " + string(settings) + ";\n" + script

	// One pass, so that nothing that is put in can be taken for a place to put something in. Package html/template would
	// make every program that has a sandbox 4 MB larger.
	return []byte(strings.NewReplacer(
		"{{title}}", html.EscapeString(info.Info.Title),
		"{{notice}}", html.EscapeString(options.Notice),
		"{{class}}", class,
		"{{lists}}", lists,
		"{{policy}}", policy(options.TryItOut != nil, library, start),
		"{{style}}", style,
		"{{ownStyle}}", ownStyle,
		"{{library}}", library,
		"{{start}}", start,
	).Replace(page)), nil
}

func listsHTML(lists []List) string {
	var text strings.Builder
	text.WriteString(`<div class="lists">`)
	for _, list := range lists {
		fmt.Fprintf(&text, "<section><h2>%s</h2><ul>", html.EscapeString(list.Title))
		for _, item := range list.Items {
			fmt.Fprintf(&text, "<li><code>%s</code>", html.EscapeString(item.Value))
			// Each word is a box, so that none is broken at its hyphens.
			for word := range strings.FieldsSeq(item.Text) {
				fmt.Fprintf(&text, " <span>%s</span>", html.EscapeString(word))
			}
			text.WriteString("</li>")
		}
		text.WriteString("</ul></section>")
	}
	return text.String() + `</div><p><a class="jump" href="#swagger-ui">Go to the operation</a></p>`
}

// policy allows the page's own scripts by their hashes, and requests to its own host at most.
func policy(tryItOut bool, scripts ...string) string {
	connect := "'none'"
	if tryItOut {
		connect = "'self'"
	}
	sources := make([]string, len(scripts))
	for i, script := range scripts {
		hash := sha256.Sum256([]byte(script))
		sources[i] = "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
	}
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; connect-src " +
		connect + "; script-src " + strings.Join(sources, " ")
}

// asset reads a compressed file of Swagger UI.
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
	if err != nil {
		return "", fmt.Errorf("swagger UI: %s: %w", name, err)
	}
	return string(text), nil
}
