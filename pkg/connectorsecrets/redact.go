package connectorsecrets

import (
	"strings"
	"unicode"
)

const (
	redacted = "REDACTED"
	// minRedactedLength keeps a credential like "key" from turning every text that has the word into gaps. Real
	// credentials are far longer.
	minRedactedLength = 8

	// What is shown of a server's texts in messages, in characters.
	maxShownID   = 100
	maxShownURL  = 255
	maxShownText = 2048
)

// redactor replaces a credential in what a server sends back: some gateways repeat the request's header in their error
// page, and no error may hold a credential. The names and placeholders of a list are as the server sent them.
type redactor struct{ credential string }

// newRedactor takes an Authorization header's value. It looks for the credential without its scheme, which covers the
// value with it.
func newRedactor(authorization string) redactor {
	_, credential, _ := strings.Cut(authorization, " ")
	if credential = strings.TrimSpace(credential); len(credential) < minRedactedLength {
		// There is no scheme before it, or what follows the first space is not the credential.
		credential = authorization
	}
	if len(credential) < minRedactedLength {
		return redactor{}
	}
	return redactor{credential}
}

// text makes a server's text fit to be kept: without the credential, and without control characters, which could steer a
// terminal.
func (r redactor) text(s string) string {
	if r.credential != "" {
		s = strings.ReplaceAll(s, r.credential, redacted)
	}
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// shown makes one line of a text, cut to a number of characters.
func shown(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}
