package connectorsecrets

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode"
)

const (
	redacted = "REDACTED"
	// minCredential is the length from which a credential is looked for: a shorter one could be part of any word.
	minCredential = 8
	// How many characters of a server's text a message shows.
	maxShownID   = 100
	maxShownText = 2048
)

// clean makes a server's text safe to keep. Some gateways echo the request in their error page, so it replaces the credential, as
// it is and with the escapes of JSON and URLs. It also replaces characters that can't be printed, because they could control a
// terminal.
func clean(text, authorization string) string {
	scheme, credential, _ := strings.Cut(authorization, " ")
	secrets := []string{authorization, credential} // of an unknown scheme, either part may be secret
	if scheme == bearerScheme {
		secrets = secrets[1:]
	}
	for _, secret := range secrets {
		if len(secret) < minCredential || len(secret) > len(text) { // no form is shorter than the secret
			continue
		}
		quoted, _ := json.Marshal(secret)
		for _, form := range []string{secret, string(quoted[1 : len(quoted)-1]), url.PathEscape(secret), url.QueryEscape(secret)} {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// cleanError returns err, or an error with its clean text if it quotes the credential or what can't be printed.
func cleanError(err error, authorization string) error {
	if text := clean(err.Error(), authorization); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// shown puts s on one line and cuts it to limit characters.
func shown(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}
