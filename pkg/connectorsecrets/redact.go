package connectorsecrets

import (
	"strings"
	"unicode"
)

const (
	redacted = "REDACTED"
	// minLongCredential is the length from which a credential is replaced even inside a word. A shorter one is replaced
	// only as a whole word: "key" must not change "monkey". Real credentials are far longer.
	minLongCredential = 8

	// How many characters of a server's text a message shows.
	maxShownID   = 100
	maxShownURL  = 255
	maxShownText = 2048
)

// redactor replaces the credential in what a server sends. Some gateways echo the request in their error page, and no error
// may hold a credential. It finds the credential in every spelling that a [speller] reads.
type redactor struct {
	// credential is the part after the scheme. Whole is the whole header value, or empty if the scheme is Bearer.
	whole, credential string
	// shortest is the minimum length of a text that can contain either.
	shortest int
}

// newRedactor takes the value of the Authorization header field.
func newRedactor(authorization string) redactor {
	scheme, credential, found := strings.Cut(authorization, " ")
	r := redactor{credential: credential}
	if scheme != bearerScheme {
		r.whole = authorization // either part may be secret
	}
	if !found {
		credential = authorization
	}
	r.shortest = len(credential) - strings.Count(credential, " ") // escapes and more white space only add length
	return r
}

// text makes a server's text safe to keep. It removes the credential, and it replaces characters that can't be printed,
// because they could control a terminal.
func (r redactor) text(s string) string {
	s = replace(replace(s, r.whole), r.credential)
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// isIn reports whether s contains the credential. A short credential must be the whole of s.
func (r redactor) isIn(s string) bool {
	return len(s) >= r.shortest && (isIn(s, spell(r.whole)) || isIn(s, spell(r.credential)))
}

func isIn(s, credential string) bool {
	text := speller(s)
	begin, end := text.find(credential, 0)
	isWhole := begin == text.plain(0).begin && text.plain(end).char == 0
	return begin >= 0 && (len(credential) >= minLongCredential || isWhole)
}

// replace replaces the credential in all its spellings.
func replace(s, credential string) string {
	credential = spell(credential)
	var kept strings.Builder
	from := 0
	for {
		begin, end := speller(s).find(credential, from)
		if begin < 0 {
			break
		}
		kept.WriteString(s[from:begin] + redacted)
		from = end
	}
	if from == 0 {
		return s
	}
	return kept.String() + s[from:]
}

// shown puts s on one line and cuts it to limit characters.
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
