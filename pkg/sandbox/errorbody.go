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

// This file is all that the sandbox knows of the envelope of errors: where the code, the message, the description and the
// request ID are in it.

// errorBody returns the body of an error: the example, with a description and a request ID of its own where the schema
// takes them.
func (r *response) errorBody(description string) any {
	id := make([]byte, 24)
	_, _ = rand.Read(id) // never fails, as documented
	body := r.with(r.example, "meta", "request_id", base64.RawURLEncoding.EncodeToString(id))
	return r.with(body, "error", "description", description)
}

// with returns a copy of a body in which a property of one of its parts has another value. It returns the body as it is
// if it has no such part, the value is empty or the schema does not take it.
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

// forStatus returns what the document says of a status. For one that it does not have, it is the body of another error.
func (o *operation) forStatus(status int) *response {
	if documented, ok := o.responses[status]; ok {
		return documented
	}
	lent := o.lend(status)
	lent.headers = nil
	return &lent
}

// examples counts the errors that the document has an example of.
func (o *operation) examples() int {
	count := 0
	for status, response := range o.responses {
		if status >= 400 && response.example != nil {
			count++
		}
	}
	return count
}

// lend returns the first error that the document has an example of, with the code and the message of another status, such
// as METHOD_NOT_ALLOWED.
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

// lendExamples gives the errors for which the document shows no body that of another, where their schemas allow it.
func (o *operation) lendExamples() error {
	for _, status := range slices.Sorted(maps.Keys(o.responses)) {
		response := o.responses[status]
		if status < 400 || response.mediaType == "" || response.example != nil {
			continue
		}
		response.example = o.lend(status).example
		if err := meets(response.schema, response.example); err != nil {
			return fmt.Errorf("status %d: there is no example, and that of another error does not fit: %w", status, err)
		}
	}
	return nil
}
