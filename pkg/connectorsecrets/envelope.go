package connectorsecrets

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of the error envelope, from the API's specification.
const (
	minRequestIDLength   = 8
	maxRequestIDLength   = 64
	maxErrorCodeLength   = 100
	maxMessageLength     = 255
	maxDescriptionLength = 2048
)

// envelope is what could be read of an error's body.
type envelope struct {
	code        ErrorCode
	message     string
	description string
	requestID   string
}

// decodeEnvelope reads the shared error envelope as far as it is one, field by field: the status has already told what
// happened, so that a null, a missing field or a page of HTML costs the caller no more than that field. A request ID
// and a code that break their patterns are dropped, because a program may rely on their form.
func decodeEnvelope(body []byte, secret redactor) envelope {
	var e envelope
	text := func(decoder *jsontext.Decoder) (string, error) {
		if decoder.PeekKind() != '"' {
			return "", decoder.SkipValue()
		}
		text, _, err := readText(decoder)
		return secret.redact(text), err
	}
	meta := func(decoder *jsontext.Decoder, name jsontext.Value) error {
		if !isName(name, "request_id") {
			return decoder.SkipValue()
		}
		id, err := text(decoder)
		if isRequestID(id) {
			e.requestID = id
		}
		return err
	}
	detail := func(decoder *jsontext.Decoder, name jsontext.Value) (err error) {
		var value string
		switch {
		case isName(name, "code"):
			if value, err = text(decoder); isErrorCode(value) {
				e.code = ErrorCode(value)
			}
		case isName(name, "message"):
			value, err = text(decoder)
			e.message = clean(value, maxMessageLength)
		case isName(name, "description"):
			value, err = text(decoder)
			e.description = clean(value, maxDescriptionLength)
		default:
			err = decoder.SkipValue()
		}
		return err
	}
	// An error ends the reading, and leaves what was read before it: a body that is cut loses no more than its end.
	_ = withDecoder(body, func(decoder *jsontext.Decoder) error {
		return readObject(decoder, func(name jsontext.Value) error {
			var member func(*jsontext.Decoder, jsontext.Value) error
			switch {
			case isName(name, "meta"):
				member = meta
			case isName(name, nameError):
				member = detail
			}
			if member == nil || decoder.PeekKind() != '{' {
				return decoder.SkipValue()
			}
			return readObject(decoder, func(name jsontext.Value) error { return member(decoder, name) })
		})
	}, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return e
}

// isRequestID holds id to ^[A-Za-z0-9_-]{8,64}$.
func isRequestID(id string) bool {
	if len(id) < minRequestIDLength || len(id) > maxRequestIDLength {
		return false
	}
	for i := range len(id) {
		if !isIdentifierByte(id[i]) {
			return false
		}
	}
	return true
}

// isErrorCode holds code to ^[A-Z][A-Z0-9_]*$ and at most 100 characters.
func isErrorCode(code string) bool {
	if code == "" || len(code) > maxErrorCodeLength || code[0] < 'A' || code[0] > 'Z' {
		return false
	}
	for i := range len(code) {
		if b := code[i]; (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '_' {
			return false
		}
	}
	return true
}

// clean makes a server's text fit to be shown: no control characters, which could steer a terminal, and at most limit
// characters.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(s, string(unicode.ReplacementChar))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
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
