package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Only this file knows the error envelope: where it has the code, the message, the description and the request ID.

// errorBody returns the body of an error: the example, with a new request ID and the description where the schema allows
// them.
func (r *response) errorBody(description string) any {
	id := make([]byte, 24)
	_, _ = rand.Read(id) // never fails, as documented
	body := r.with(r.example, "meta", "request_id", base64.RawURLEncoding.EncodeToString(id))
	return r.with(body, "error", "description", description)
}

// with returns a copy of a body with a property of one of its parts set to a value. It returns the body unchanged if there
// is no such part, the value is empty, or the schema does not allow it.
func (r *response) with(body any, part, property, value string) any {
	envelope, _ := body.(map[string]any)
	properties, ok := envelope[part].(map[string]any)
	if !ok || value == "" {
		return body
	}
	envelope, properties = maps.Clone(envelope), maps.Clone(properties)
	properties[property], envelope[part] = value, properties
	if meets(r.schema, envelope) != nil {
		return body
	}
	return envelope
}

// forStatus returns the documented response of a status. For an undocumented status, it is made from another error.
func (o *operation) forStatus(status int) *response {
	if documented, ok := o.responses[status]; ok {
		return documented
	}
	lent := o.lend(status)
	lent.headers = nil
	return &lent
}

// examples counts the errors with an example.
func (o *operation) examples() int {
	count := 0
	for status, response := range o.responses {
		if status >= 400 && response.example != nil {
			count++
		}
	}
	return count
}

// lend returns the first error with an example, changed to the code and the message of status, such as METHOD_NOT_ALLOWED.
func (o *operation) lend(status int) response {
	if o != o.fallback && o.examples() == 0 {
		return o.fallback.lend(status)
	}
	message := http.StatusText(status)
	code := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_", "'", "").Replace(message))
	for _, other := range slices.Sorted(maps.Keys(o.responses)) {
		if lent := *o.responses[other]; other >= 400 && lent.example != nil {
			lent.example = lent.with(lent.with(lent.example, "error", "code", code), "error", "message", message)
			return lent
		}
	}
	return response{schema: &openapi3.Schema{}}
}

// lendExamples gives every error without an example that of another error. It returns an error if the schema forbids it.
func (o *operation) lendExamples() error {
	for _, status := range slices.Sorted(maps.Keys(o.responses)) {
		response := o.responses[status]
		if status < 400 || response.mediaType == "" || response.example != nil {
			continue
		}
		response.example = o.lend(status).example
		if err := meets(response.schema, response.example); err != nil {
			return fmt.Errorf("status %d: there is no example, and the example of another error breaks its schema: %w", status, err)
		}
	}
	return nil
}
