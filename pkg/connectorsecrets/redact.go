package connectorsecrets

import (
	"strings"
	"unicode"
)

const (
	redacted = "REDACTED"
	// minLongCredential tells credentials that are replaced wherever they stand from those that are replaced as whole words
	// only: "key" must not turn every "monkey" into a gap, and "e" not every text into gaps. Real ones are far longer.
	minLongCredential = 8

	// What is shown of a server's texts in messages, in characters.
	maxShownID   = 100
	maxShownURL  = 255
	maxShownText = 2048
)

// redactor replaces a credential in what a server sends back: some gateways repeat the request's header in their error
// page, and no error may hold a credential. It finds one in every spelling that a [speller] reads.
type redactor struct {
	// credential is what follows the scheme, and whole the value of the header, unless its scheme is known.
	whole, credential string
	// shortest is the least length of a text that can have one of them inside.
	shortest int
}

// newRedactor takes an Authorization header's value.
func newRedactor(authorization string) redactor {
	scheme, credential, found := strings.Cut(authorization, " ")
	r := redactor{credential: credential}
	if scheme != bearerScheme {
		r.whole = authorization // the credential may be in both parts
	}
	if !found {
		credential = authorization
	}
	r.shortest = len(credential) - strings.Count(credential, " ") // escapes and more white space only make it longer
	return r
}

// text makes a server's text fit to be kept: without the credential, and without characters that can't be printed, which
// could steer a terminal.
func (r redactor) text(s string) string {
	s = replace(replace(s, r.whole), r.credential)
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// isIn reports whether a text that is kept as it is holds the credential, or is the credential if that is short.
func (r redactor) isIn(s string) bool {
	return len(s) >= r.shortest && (isIn(s, spell(r.whole)) || isIn(s, spell(r.credential)))
}

func isIn(s, credential string) bool {
	text := speller(s)
	begin, end := text.find(credential, 0)
	isWhole := begin == text.plain(0).begin && text.plain(end).char == 0
	return begin >= 0 && (len(credential) >= minLongCredential || isWhole)
}

// replace replaces a credential in all its spellings.
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
