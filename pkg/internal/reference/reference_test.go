package reference_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

func page(t *testing.T, document []byte, options reference.Options) []byte {
	t.Helper()
	html, err := reference.Page(document, options)
	if err != nil {
		t.Fatal(err)
	}
	return html
}

func document(t *testing.T) []byte {
	t.Helper()
	asJSON, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	return asJSON
}

func TestPage_IsReproducible(t *testing.T) {
	first, second := page(t, document(t), reference.Options{}), page(t, document(t), reference.Options{})
	if !bytes.Equal(first, second) {
		t.Error("two pages of the same document differ")
	}
}

// TestPage_LoadsNothing checks the tags. The sandbox's tests check the page's requests in a browser.
func TestPage_LoadsNothing(t *testing.T) {
	html := page(t, document(t), reference.Options{})
	outside := regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAll(html, nil)
	for _, tag := range regexp.MustCompile(`<(?:script|link|img|iframe|base)[^>]*>`).FindAllString(string(outside), -1) {
		if tag != `<link rel="icon" href="data:,">` {
			t.Errorf("the page has %s", tag)
		}
	}
}

// TestPage_Policy compares the whole policy, except the hashes of the page's two scripts.
func TestPage_Policy(t *testing.T) {
	for connect, options := range map[string]reference.Options{"'self'": {TryItOut: &reference.TryItOut{}}, "'none'": {}} {
		html := string(page(t, document(t), options))
		got := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(html)
		if got == nil {
			t.Fatal("the page has no policy")
		}
		want := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; connect-src " + connect + "; script-src"
		for _, script := range regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(html, -1) {
			sum := sha256.Sum256([]byte(script[1]))
			want += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
		if got[1] != want {
			t.Errorf("policy %q, want %q", got[1], want)
		}
	}
}

// TestPage_KeepsADocumentInItsPlace uses a document with an end tag of a script, and one that is not JSON.
func TestPage_KeepsADocumentInItsPlace(t *testing.T) {
	html := page(t, []byte(`{"info":{"title":"</title><script>1</script>","description":"</script><script>alert(1)</script>"}}`), reference.Options{Notice: "<b>"})
	if count := bytes.Count(html, []byte("</script")); count != 2 {
		t.Errorf("%d ends of a script, want 2", count)
	}
	if bytes.Contains(html, []byte("<b>")) {
		t.Error("the notice is not escaped")
	}
	if _, err := reference.Page([]byte("openapi: 3.0.3"), reference.Options{}); err == nil {
		t.Error("takes YAML for JSON")
	}
}

func TestPage_Lists(t *testing.T) {
	list := reference.List{Title: "<Teams>", Items: []reference.Item{{Value: "<1>", Text: "A, <B>"}, {Value: "2"}}}
	html := string(page(t, document(t), reference.Options{TryItOut: &reference.TryItOut{Lists: []reference.List{list, {Title: "None"}}}}))
	want := `<div class="lists"><section><h2>&lt;Teams&gt;</h2><ul><li><code>&lt;1&gt;</code> <span>A,</span> <span>&lt;B&gt;</span></li><li><code>2</code></li></ul></section>` +
		`<section><h2>None</h2><ul></ul></section></div>`
	if !strings.Contains(html, want) || !strings.Contains(html, `<body class="">`) {
		t.Errorf("no\n%s", want)
	}
	if html := string(page(t, document(t), reference.Options{})); strings.Contains(html, `class="lists"`) || !strings.Contains(html, `<body class="read-only">`) {
		t.Error("a page to read has something to try")
	}
}
