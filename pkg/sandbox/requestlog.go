package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Request is a request that a sandbox received, and the status of the response. It has no credential, query or header field.
type Request struct {
	// Time is when the request arrived.
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	// Path is the escaped path, cut to 1,024 bytes.
	Path string `json:"path"`
	// TeamID and ConnectorID are those in the path. They are zero if it has none.
	TeamID      int64  `json:"team_id,omitzero"`
	ConnectorID string `json:"connector_identifier,omitzero"`
	// Status is that of the response, or 0 if the connection ended before it.
	Status int `json:"status"`
}

// String returns the request in one line, such as "15:04:05.000 200 GET /docs".
func (r Request) String() string {
	status := "cut"
	if r.Status != 0 {
		status = strconv.Itoa(r.Status)
	}
	return fmt.Sprintf("%s %s %s %s", r.Time.Format("15:04:05.000"), status, r.Method, r.Path)
}

const (
	maxLoggedRequests = 10_000
	maxLoggedText     = 1024
)

// Requests returns the last 10,000 requests, in the order of the responses. A request is in the log before its client gets
// the response. Requests for the log itself are not logged.
func (s *Sandbox) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...) // a list in JSON as well, when it is empty
}

// respond logs the request and begins the response. So the request is in the log before its client gets the response.
func (c *call) respond(status int) {
	c.log(status)
	c.w.WriteHeader(status)
}

// log adds the request to the log, unless it was added before. Status 0 means that there is no response.
func (c *call) log(status int) {
	if c.isLogged || c.request.URL.Path == requestsPath {
		return
	}
	c.isLogged = true
	logged := Request{
		Time: c.arrived, Method: c.loggable(c.request.Method), Path: c.loggable(c.request.URL.EscapedPath()), Status: status,
		TeamID: c.teamID, ConnectorID: c.loggable(c.connectorID),
	}
	s := c.sandbox
	s.mu.Lock()
	if s.requests = append(s.requests, logged); len(s.requests) > maxLoggedRequests {
		s.requests = s.requests[1:] // append frees the old ones when it runs out of capacity.
	}
	s.mu.Unlock()
	if s.notify != nil {
		s.notifying.Lock()
		defer s.notifying.Unlock()
		s.notify(logged)
	}
}

// loggable returns a text without the request's credential, in case somebody put it in the wrong place too, and cut to
// [maxLoggedText].
func (c *call) loggable(text string) string {
	if fields := strings.Fields(c.request.Header.Get("Authorization")); len(fields) > 0 {
		text = strings.ReplaceAll(text, fields[len(fields)-1], "REDACTED")
	}
	return strings.Clone(text[:min(len(text), maxLoggedText)]) // A copy, so that the rest can be freed.
}
