package connectorsecrets

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

const (
	redacted                 = "REDACTED"
	minCredential            = 8         // in bytes; a shorter one could be part of any word
	maxShownID, maxShownText = 100, 2048 // how many characters of a server's text a message shows
)

// clean makes a server's text safe to keep. It replaces the credential, which some gateways echo in their error pages, as it is and
// with the escapes of JSON and URLs, and characters that can't be printed, because they could control a terminal.
func clean(text, authorization string) string {
	scheme, credential, _ := strings.Cut(authorization, " ")
	if scheme != bearerScheme { // of an unknown scheme, all may be secret
		text = replaceForms(text, authorization)
	}
	text = replaceForms(text, strings.TrimLeft(credential, " "))
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// replaceForms replaces a secret in every form that clean looks for. No form is shorter than the secret.
func replaceForms(text, secret string) string {
	if len(secret) < minCredential || len(secret) > len(text) || !strings.Contains(text, word.FindString(secret)) {
		return text
	}
	ofGo, _ := json.Marshal(secret) // which escapes <, > and &
	inJSON := strconv.Quote(secret)
	forms := []string{secret, string(ofGo[1 : len(ofGo)-1]), inJSON[1 : len(inJSON)-1], strings.ReplaceAll(inJSON[1:len(inJSON)-1], "/", `\/`)}
	for _, escaped := range []string{url.PathEscape(secret), url.QueryEscape(secret)} {
		forms = append(forms, escaped, hexDigits.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	for _, form := range forms {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}

var (
	word      = regexp.MustCompile(`[0-9A-Za-z]+`) // which no form of a secret changes
	hexDigits = regexp.MustCompile(`%[0-9A-F]{2}`)
	// passing is what differs between connections: local addresses with their ports, and numbers of HTTP/2 streams.
	passing = regexp.MustCompile(`\S+:\d+->|stream ID \d+; |LastStreamID=\d+, `)
)

// cleanedError has the text of another error as [clean] leaves it. Only errors.Is and errors.As get to the other one: code that
// walks through fields and prints them does not.
type cleanedError struct {
	text  string
	other func() error
}

func (e *cleanedError) Error() string        { return e.text }
func (e *cleanedError) Is(target error) bool { return errors.Is(e.other(), target) }
func (e *cleanedError) As(target any) bool   { return errors.As(e.other(), target) }

// cleanError returns an error of the transport with a text that is safe to keep, and that is the same for the same cause.
func cleanError(err error, authorization string) error {
	return &cleanedError{passing.ReplaceAllString(clean(err.Error(), authorization), ""), func() error { return err }}
}

// shown puts s on one line and cuts it to limit characters.
func shown(s string, limit int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	return string(runes[:min(limit, len(runes))])
}
