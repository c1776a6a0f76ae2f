package connectorsecrets

import (
	"net/http"
	"strings"
)

// minRedactedLength keeps a credential like "key" from turning every text that has the word into gaps. Real credentials
// are far longer.
const minRedactedLength = 8

// redactor replaces a credential in what a server sends back: some gateways repeat the request's headers in their error
// page, and no error or result may hold a credential.
type redactor struct{ secret string }

// newRedactor takes an Authorization header's value. It looks for the credential without its scheme, which covers the
// value with it.
func newRedactor(authorization string) redactor {
	_, secret, _ := strings.Cut(authorization, " ")
	if secret = strings.TrimSpace(secret); len(secret) < minRedactedLength {
		// There is no scheme before it, or what follows the first space is not the credential.
		secret = authorization
	}
	if len(secret) < minRedactedLength {
		return redactor{}
	}
	return redactor{secret: secret}
}

func (r redactor) redact(s string) string {
	if r.secret == "" {
		return s
	}
	return strings.ReplaceAll(s, r.secret, redacted)
}

// header redacts the values of header in place.
func (r redactor) header(header http.Header) {
	if r.secret == "" {
		return
	}
	for _, values := range header {
		for i, value := range values {
			if strings.Contains(value, r.secret) {
				values[i] = strings.ReplaceAll(value, r.secret, redacted)
			}
		}
	}
}
