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
	Lists []List `json:"-"`
}

// List is a list of values to try.
type List struct {
	Title string
	Items []Item
}

// Item is a value to copy, with a text about it.
type Item struct{ Value, Text string }

// Page returns the page for an OpenAPI document in JSON. The bytes depend only on the document and the options.
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
	// Such a tag would end the script or the style too early.
	if strings.Contains(library, "</script") || strings.Contains(style, "</style") {
		return nil, fmt.Errorf("swagger UI can't be put into a page: it has an end tag in it")
	}
	// Marshal escapes HTML tags, in the document as well.
	settings, err := json.Marshal(map[string]any{"document": json.RawMessage(document), "tryItOut": options.TryItOut})
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	class, lists := "read-only", ""
	if options.TryItOut != nil {
		class, lists = "", listsHTML(options.TryItOut.Lists)
	}
	start := "const settings = " + string(settings) + ";\n" + script

	// A Replacer makes one pass, so inserted text can't contain placeholders. Package html/template would make every program
	// with a sandbox 4 MB larger.
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
			// A box for each word, so that the browser does not break it at a hyphen.
			for word := range strings.FieldsSeq(item.Text) {
				fmt.Fprintf(&text, " <span>%s</span>", html.EscapeString(word))
			}
			text.WriteString("</li>")
		}
		text.WriteString("</ul></section>")
	}
	return text.String() + `</div><p><a class="jump" href="#swagger-ui">Go to the operation</a></p>`
}

// policy allows the page's own scripts by their hashes. It allows requests to its own host if readers can send them.
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
