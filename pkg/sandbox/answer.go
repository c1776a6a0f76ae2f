package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// answer is what an operation makes of a call: the body of its documented success, or the status of an error with a
// description.
type answer struct {
	body        any
	status      int
	description string
}

// failure answers with the documented error of a status. The description says more of it, or is empty.
func failure(status int, format string, args ...any) *answer {
	return &answer{status: status, description: fmt.Sprintf(format, args...)}
}

// send writes an answer in the form that the document has for it. What the document forbids is not sent.
func (c *call) send(w http.ResponseWriter, a *answer) {
	if a.status == 0 {
		body, err := c.operation.successBody(a.body)
		if err == nil {
			c.write(w, c.operation.success, body)
			return
		}
		a = failure(http.StatusInternalServerError, "The sandbox has an answer that the specification forbids: %v.", err)
	}
	// People read it in a terminal, with <, > and & as they are.
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(c.operation.forStatus(a.status).errorBody(a.description)) // It came from JSON.
	c.write(w, a.status, body.Bytes())
}

// write writes an answer with all the headers that the document has for its status: those of the rate limit as they are
// now, the others as the document shows them.
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
		_, _ = w.Write(body[:len(body)/2])        //nolint:gosec // It is JSON, and says so.
		_ = http.NewResponseController(w).Flush() // What can't be flushed is cut before.
		panic(http.ErrAbortHandler)
	}
	// An error here means that the client has gone.
	_, _ = w.Write(body) //nolint:gosec // It is JSON, and says so.
}

// successBody encodes the body of a success, completed by the document's example, unless the document forbids it.
func (o *operation) successBody(body any) ([]byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	documented := o.forStatus(o.success)
	// What the sandbox has no value for, it has from the example.
	if example, ok := documented.example.(map[string]any); ok {
		var own map[string]json.RawMessage
		if err := json.Unmarshal(data, &own); err != nil {
			return nil, err
		}
		completed := maps.Clone(example)
		for name, value := range own {
			completed[name] = value
		}
		data, _ = json.Marshal(completed) // It came from JSON.
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, err
	}
	return append(data, '\n'), meets(documented.schema, plain)
}
