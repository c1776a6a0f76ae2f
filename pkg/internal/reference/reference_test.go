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

// TestPage_Policy compares the whole policy, except the hashes of the page's two scripts. The page has no other tags that load
// something. The tests in a browser check its requests.
func TestPage_Policy(t *testing.T) {
	document, err := api.SpecJSON()
	if err != nil {
		t.Fatal(err)
	}
	for connect, options := range map[string]reference.Options{"'self'": {TryItOut: &reference.TryItOut{}}, "'none'": {}} {
		html, err := reference.Page(document, options)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := reference.Page(document, options); err != nil || !bytes.Equal(html, again) {
			t.Errorf("two pages of the same document differ: %v", err)
		}
		got := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindSubmatch(html)
		if got == nil {
			t.Fatal("the page has no policy")
		}
		want := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:; connect-src " + connect + "; script-src"
		for _, script := range regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllSubmatch(html, -1) {
			sum := sha256.Sum256(script[1])
			want += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
		if string(got[1]) != want {
			t.Errorf("policy %q, want %q", got[1], want)
		}
		outside := regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAll(html, nil)
		tags := regexp.MustCompile(`<(?:script|link|img|iframe|base)[^>]*>`).FindAllString(string(outside), -1)
		if strings.Join(tags, "") != `<link rel="icon" href="data:,">` {
			t.Errorf("the page has %s", tags)
		}
	}
}

// TestPage_KeepsItsPartsInPlace uses a document with an end tag of a script, and one that is not JSON. Neither Swagger UI nor its
// style may have such a tag.
func TestPage_KeepsItsPartsInPlace(t *testing.T) {
	document := []byte(`{"info":{"title":"</title><script>1</script>","description":"</script><script>alert(1)</script>"}}`)
	html, err := reference.Page(document, reference.Options{Notice: "<b>"})
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]int{"</script": 2, "</style": 2, "</title": 1, "<b>": 0} {
		if count := bytes.Count(html, []byte(tag)); count != want {
			t.Errorf("%d times %s, want %d", count, tag, want)
		}
	}
	if _, err := reference.Page([]byte("openapi: 3.0.3"), reference.Options{}); err == nil {
		t.Error("takes YAML for JSON")
	}
}
