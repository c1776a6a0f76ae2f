package connectorsecrets

import (
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
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
	root := members(body)
	meta, detail := members(root["meta"]), members(root["error"])

	var e envelope
	if id := text(meta["request_id"]); isRequestID(id) {
		e.requestID = secret.redact(id)
	}
	if code := text(detail["code"]); isErrorCode(code) {
		e.code = ErrorCode(secret.redact(code))
	}
	e.message = clean(secret.redact(text(detail["message"])), maxMessageLength)
	e.description = clean(secret.redact(text(detail["description"])), maxDescriptionLength)
	return e
}

// lenient reading: what is doubled or is not valid UTF-8 in an error's body harms nobody.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// members returns the members of a JSON object, or nil if value is anything else.
func members(value []byte) map[string]jsontext.Value {
	var object map[string]jsontext.Value
	if json.Unmarshal(value, &object, lenient) != nil {
		return nil
	}
	return object
}

// text returns a JSON string's text, or "" if value is anything else.
func text(value []byte) string {
	var s string
	if json.Unmarshal(value, &s, lenient) != nil {
		return ""
	}
	return s
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
