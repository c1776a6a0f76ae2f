package sandbox

import (
	"crypto/rand"
	"maps"
	"net/http"
	"strings"
)

// details are properties of an error, by name.
type details map[string]string

// filled returns a copy of a documented error with other details and a request ID of its own. What is empty, and what the
// error has no place for, is left as it is. This file is all that the sandbox knows of the envelope of errors.
func filled(documented any, detail details, hasOwnID bool) any {
	envelope, ok := documented.(map[string]any)
	if !ok {
		return documented
	}
	envelope = maps.Clone(envelope)
	if part, ok := envelope["error"].(map[string]any); ok {
		part = maps.Clone(part)
		for name, value := range detail {
			if value != "" {
				part[name] = value
			}
		}
		envelope["error"] = part
	}
	if part, ok := envelope["meta"].(map[string]any); ok && hasOwnID {
		part = maps.Clone(part)
		if shown, ok := part["request_id"].(string); ok {
			part["request_id"] = shuffled(shown)
		}
		envelope["meta"] = part
	}
	return envelope
}

// named returns a documented error with the code and the message of another status, such as METHOD_NOT_ALLOWED.
func named(documented any, status int) any {
	message := http.StatusText(status)
	code := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_", "'", "").Replace(message))
	return filled(documented, details{"code": code, "message": message}, false)
}

// shuffled returns a text of the same form with other letters and digits. Where there are no letters but those of
// hexadecimal numbers, there will be no others.
func shuffled(text string) string {
	letters := "abcdefghijklmnopqrstuvwxyz"
	if !strings.ContainsAny(strings.ToLower(text), letters[6:]) {
		letters = letters[:6]
	}
	random := make([]byte, len(text))
	_, _ = rand.Read(random) // never fails, as documented
	for i, shown := range []byte(text) {
		switch pick := int(random[i]); {
		case shown >= '0' && shown <= '9':
			random[i] = "0123456789"[pick%10]
		case shown >= 'a' && shown <= 'z':
			random[i] = letters[pick%len(letters)]
		case shown >= 'A' && shown <= 'Z':
			random[i] = letters[pick%len(letters)] - 'a' + 'A'
		default:
			random[i] = shown
		}
	}
	return string(random)
}
