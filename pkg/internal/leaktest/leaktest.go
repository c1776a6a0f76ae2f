// Package leaktest lists every place in a response where a server can put text. Tests use it to plant a credential in each
// place, and then look for the credential in all output.
package leaktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Reveals reports whether a text contains the planted one: as it is or escaped as in JSON or a URL, in either letter case. It
// shares no code with the client.
func Reveals(text, planted string) bool {
	text, planted = strings.ToLower(text), strings.ToLower(planted)
	decoded := escapes.ReplaceAllStringFunc(text, func(escape string) string {
		code, _ := strconv.ParseUint(strings.TrimLeft(escape, `\u%`), 16, 16)
		return string(rune(code)) //nolint:gosec // It has at most four hex digits.
	})
	return strings.Contains(text, planted) || strings.Contains(decoded, planted)
}

var escapes = regexp.MustCompile(`\\+u[0-9a-f]{4}|%[0-9a-f]{2}`)

// A Place is a place in a response where a server can put text.
type Place struct {
	Name string
	// Response returns a response with a text in the place.
	Response func(text string) string
	// OfTheContract means that the document has a text there, which clients may print. Only a credential must not appear.
	OfTheContract bool
}

const mark = "\x00"

// Places returns all places, including those in the documented bodies.
func Places(t *testing.T) []Place {
	t.Helper()
	inHeader := func(name, message string) Place {
		return Place{Name: name, Response: func(text string) string { return strings.ReplaceAll(message, mark, text) }}
	}
	const empty = `{"count":0,"secrets":[]}`
	ok := func(head, body string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
	}
	all := []Place{
		inHeader("status text", "HTTP/1.1 403 "+mark+"\r\nContent-Length: 0\r\n\r\n"),
		inHeader("status", "HTTP/1.1 "+mark+"\r\nContent-Length: 0\r\n\r\n"),
		inHeader("instead of HTTP", mark+"\r\n\r\n"),
		inHeader("line of the header", "HTTP/1.1 403 No\r\n"+mark+"\r\n\r\n"),
		inHeader("name of a field", "HTTP/1.1 403 No\r\n"+mark+": x\r\nContent-Length: 0\r\n\r\n"),
		inHeader("early hints", "HTTP/1.1 103 Early Hints\r\nLink: "+mark+"\r\n\r\n"+ok("", empty)),
		inHeader("length", "HTTP/1.1 200 OK\r\nContent-Length: "+mark+"\r\n\r\n"),
		inHeader("transfer encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: "+mark+"\r\n\r\n"),
		inHeader("chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"+mark+"\r\n"),
		inHeader("trailer", "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\nTrailer: X-Last\r\n\r\n0\r\nX-Last: "+mark+"\r\n\r\n"),
		inHeader("body that is no JSON", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>"+mark),
		inHeader("body that breaks", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\""+mark),
		inHeader("body of an error that breaks", "HTTP/1.1 500 No\r\nContent-Length: 900\r\n\r\n{\"meta\":{\"x\":\""+mark),
		inHeader("body of another success", "HTTP/1.1 202 OK\r\nConnection: close\r\n\r\n"+mark),
		inHeader("after the body", ok("", empty)+mark),
		inHeader("gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"+mark),
	}
	for _, name := range append([]string{"X-Unknown", "Set-Cookie", "Content-Type"}, secretsapi.ResponseHeaders...) {
		for _, status := range []int{200, 403, 429} {
			one := inHeader(fmt.Sprintf("field %s of %d", name, status), strings.Replace(ok(name+": "+mark+"\r\n", empty), "200", strconv.Itoa(status), 1))
			one.OfTheContract = slices.Contains(secretsapi.ResponseHeaders, name)
			all = append(all, one)
		}
	}
	for name, target := range map[string]string{
		"host": "https://" + mark + "/x", "part of the host": "https://a." + mark + ".example.com/", "user": "https://" + mark + ":" + mark + "@example.com/",
		"path": "/a/" + mark + "/b", "query": "https://example.com/?a=" + mark, "fragment": "#" + mark, "scheme": mark + "://example.com", "nothing else": mark,
	} {
		one := inHeader("redirect's "+name, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "+target+"\r\n\r\n")
		one.OfTheContract = strings.Contains(name, "host")
		all = append(all, one)
	}
	return append(all, bodies(t)...)
}

// bodies returns a place for every text in every documented body, and for undocumented ones.
func bodies(t *testing.T) []Place {
	t.Helper()
	var all []Place
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	operation := spec.Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	for status, response := range operation.Responses.Map() {
		content := response.Value.Content.Get("application/json")
		if len(status) != 3 || content == nil {
			continue
		}
		for marked := 0; ; marked++ {
			text := 0
			body, _ := json.Marshal(filled(content.Schema.Value, marked, &text))
			if marked >= text+2 {
				break
			}
			all = append(all, Place{fmt.Sprintf("text %d of %s", marked, status), func(text string) string {
				inJSON, _ := json.Marshal(text)
				body := strings.ReplaceAll(string(body), `\u0000`, strings.Trim(string(inJSON), `"`))
				return fmt.Sprintf("HTTP/1.1 %s Text\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
			}, marked < text})
		}
	}
	return all
}

// filled returns a value that meets a schema. It numbers the texts of the value and puts the mark into the text with the
// number marked. Past the last number, the mark is the name, and then the text, of an unknown property.
func filled(schema *openapi3.Schema, marked int, text *int) any {
	for _, part := range schema.AllOf {
		return filled(part.Value, marked, text)
	}
	switch {
	case schema.Type.Is("object"):
		object := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			object[name] = filled(schema.Properties[name].Value, marked, text)
		}
		if *text == marked {
			object[mark] = 1
		} else if *text == marked-1 {
			object["unknown"] = mark
		}
		return object
	case schema.Type.Is("array"):
		return []any{filled(schema.Items.Value, marked, text)}
	case schema.Type.Is("string"):
		*text++
		if *text-1 == marked {
			return mark
		}
		return "NOTHING"
	default:
		return 1
	}
}
