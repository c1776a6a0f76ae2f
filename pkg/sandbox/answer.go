package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// answer is the result of a call: the body of the documented success, or the status of an error with a description.
type answer struct {
	body        any
	status      int
	description string
}

// failure returns the documented error of a status. The description gives details, or is empty.
func failure(status int, format string, args ...any) *answer {
	return &answer{status: status, description: fmt.Sprintf(format, args...)}
}

// send writes a response as the document describes it. If the document forbids the body, send writes a 500 instead.
func (c *call) send(w http.ResponseWriter, a *answer) {
	if a.status == 0 {
		body, err := c.operation.successBody(a.body)
		if err == nil {
			c.write(w, c.operation.success, body)
			return
		}
		a = failure(http.StatusInternalServerError, "The sandbox has a response that the specification forbids: %v.", err)
	}
	// People read it in a terminal, so <, > and & are not escaped.
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(c.operation.forStatus(a.status).errorBody(a.description)) // can't fail: the value was decoded from JSON
	c.write(w, a.status, body.Bytes())
}

// write writes a response with all header fields that the document has for its status. Those of the rate limit have their
// current values, the others those of the document's examples.
func (c *call) write(w http.ResponseWriter, status int, body []byte) {
	if !c.scripted.wait(c.request.Context(), w) {
		panic(http.ErrAbortHandler) // net/http closes the connection.
	}
	documented := c.operation.forStatus(status)
	live := c.quota.headers(status)
	for name, header := range documented.headers {
		value, ok := live[http.CanonicalHeaderKey(name)]
		if !ok || value != "" && !header.allows(value) {
			value = header.example
		}
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	if value := c.scripted.retryAfter(); value != "" {
		w.Header().Set(retryAfter, value)
	}
	if documented.mediaType == "" {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", documented.mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if c.scripted.Cut == CutWithin {
		_, _ = w.Write(body[:len(body)/2])        //nolint:gosec // The content type is JSON.
		_ = http.NewResponseController(w).Flush() // If this fails, the response is cut before its body.
		panic(http.ErrAbortHandler)
	}
	// An error here means that the client has gone.
	_, _ = w.Write(body) //nolint:gosec // The content type is JSON.
}

// successBody encodes the body of a success, or returns how it breaks the document's schema. Properties that the sandbox
// does not know come from the document's example.
func (o *operation) successBody(body any) ([]byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	documented := o.forStatus(o.success)
	if example, ok := documented.example.(map[string]any); ok {
		var own map[string]json.RawMessage
		if err := json.Unmarshal(data, &own); err != nil {
			return nil, err
		}
		completed := maps.Clone(example)
		for name, value := range own {
			completed[name] = value
		}
		data, _ = json.Marshal(completed) // can't fail: the value was decoded from JSON
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, err
	}
	return append(data, '\n'), meets(documented.schema, plain)
}
