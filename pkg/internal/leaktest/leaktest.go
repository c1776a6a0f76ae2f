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

var escapes = regexp.MustCompile(`%[0-9a-fA-F]{2}`)

// Reveals reports whether a text contains the planted text as it is or escaped as in JSON or a URL, in either letter
// case. It shares no code with the client.
func Reveals(text, planted string) bool {
	text = escapes.ReplaceAllStringFunc(strings.ReplaceAll(text, `\`, ""), func(escape string) string {
		code, _ := strconv.ParseUint(escape[1:], 16, 8)
		return string(rune(code))
	})
	return strings.Contains(strings.ToLower(text), strings.ToLower(planted))
}

// A Place is a place in a response where a server can put text.
type Place struct {
	Name     string
	Response func(text string) string // returns a response with a text in the place
	// OfTheContract means that the document has a text there, which clients may print. Only a credential must not appear.
	OfTheContract bool
}

const mark = "\x00"

// Places returns all places, including those in the documented bodies.
func Places(t *testing.T) []Place {
	t.Helper()
	var all []Place
	add := func(ofTheContract bool, name, message string) {
		response := func(text string) string { return strings.ReplaceAll(message, mark, text) }
		all = append(all, Place{name, response, ofTheContract})
	}
	const ok, empty = "HTTP/1.1 200 OK\r\nConnection: close\r\n", "Content-Length: 24\r\n\r\n" + `{"count":0,"secrets":[]}`
	add(false, "status text", "HTTP/1.1 403 "+mark+"\r\nContent-Length: 0\r\n\r\n")
	add(false, "instead of HTTP", mark+"\r\n\r\n")
	add(false, "name of a field", "HTTP/1.1 403 No\r\n"+mark+": x\r\nContent-Length: 0\r\n\r\n")
	add(false, "body that is no JSON", ok+"\r\n<html>"+mark)
	add(false, "body that breaks", ok+"Content-Length: 900\r\n\r\n{\""+mark)
	add(false, "body of an error that breaks", "HTTP/1.1 500 No\r\nContent-Length: 900\r\n\r\n{\"meta\":{\"x\":\""+mark)
	add(false, "body of another success", "HTTP/1.1 202 OK\r\nConnection: close\r\n\r\n"+mark)
	add(false, "after the body", ok+empty+mark)
	for _, name := range append([]string{"X-Unknown", "Set-Cookie", "Content-Type"}, secretsapi.ResponseHeaders...) {
		for _, status := range []int{200, 403, 429} {
			message := fmt.Sprintf("HTTP/1.1 %d OK\r\nConnection: close\r\n%s: "+mark+"\r\n"+empty, status, name)
			add(slices.Contains(secretsapi.ResponseHeaders, name), fmt.Sprintf("field %s of %d", name, status), message)
		}
	}
	const user, host = "https://" + mark + ":" + mark + "@example.com/", "https://a." + mark + ".example.com/"
	for _, target := range []string{user, host, "/a/" + mark, "/?a=" + mark, mark} {
		message := "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + "\r\n\r\n"
		add(target == host, "redirect to "+target, message)
	}
	spec, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	operation := spec.Paths.Value(secretsapi.ListConnectorSecretsPath).GetOperation(secretsapi.ListConnectorSecretsMethod)
	for status, response := range operation.Responses.Map() {
		content := response.Value.Content.Get("application/json")
		for marked, texts := 0, 0; len(status) == 3 && content != nil && marked < texts+2; marked++ {
			texts = 0
			body, _ := json.Marshal(filled(content.Schema.Value, marked, &texts))
			all = append(all, Place{fmt.Sprintf("text %d of %s", marked, status), func(text string) string {
				inJSON, _ := json.Marshal(text)
				body := strings.ReplaceAll(string(body), `\u0000`, strings.Trim(string(inJSON), `"`))
				return fmt.Sprintf("HTTP/1.1 %s Text\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
			}, marked < texts})
		}
	}
	return all
}

// filled returns a value that meets a schema. It numbers the texts of the value and puts the mark into that with the number
// marked. Past the last number, the mark is the name, and then the text, of an unknown property.
func filled(schema *openapi3.Schema, marked int, texts *int) any {
	for _, part := range schema.AllOf {
		return filled(part.Value, marked, texts)
	}
	switch {
	case schema.Type.Is("object"):
		object := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			object[name] = filled(schema.Properties[name].Value, marked, texts)
		}
		if *texts == marked {
			object[mark] = 1
		} else if *texts == marked-1 {
			object["unknown"] = mark
		}
		return object
	case schema.Type.Is("array"):
		return []any{filled(schema.Items.Value, marked, texts)}
	case schema.Type.Is("string"):
		if *texts++; *texts-1 == marked {
			return mark
		}
		return "NOTHING"
	default:
		return 1
	}
}
