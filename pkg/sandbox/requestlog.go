package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// requestLog keeps the last requests.
type requestLog struct {
	mu       sync.Mutex
	requests []Request
	// next is the index of the oldest request once the log is full. The next request replaces it.
	next int

	notifying sync.Mutex
	notify    func(Request)
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	if len(l.requests) < maxLoggedRequests {
		l.requests = append(l.requests, r)
	} else {
		l.requests[l.next] = r
		l.next = (l.next + 1) % maxLoggedRequests
	}
	l.mu.Unlock()
	if l.notify != nil {
		l.notifying.Lock()
		defer l.notifying.Unlock()
		l.notify(r)
	}
}

// Requests returns the last 10,000 requests, in the order of the responses. A request is in the log before its client gets
// the response. Requests for the log itself are not logged.
func (s *Sandbox) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Concat(s.log.requests[s.log.next:], s.log.requests[:s.log.next])
}

func (s *Sandbox) requestsJSON() ([]byte, error) {
	return json.Marshal(append([]Request{}, s.Requests()...))
}

// loggedResponse adds its request to the log once the status is known, before the client gets it.
type loggedResponse struct {
	http.ResponseWriter

	log     *requestLog
	request Request
	isDone  bool
}

func (s *Sandbox) logged(w http.ResponseWriter, c *call) *loggedResponse {
	redact := s.redacter(c.request)
	path := c.request.URL.EscapedPath()
	if plain := redact(c.request.URL.Path); plain != c.request.URL.Path {
		path = (&url.URL{Path: plain}).EscapedPath()
	}
	teamID, err := strconv.ParseInt(c.path[teamParameter], 10, 64)
	if err != nil {
		teamID = 0
	}
	return &loggedResponse{ResponseWriter: w, log: &s.log, request: Request{
		Time: time.Now(), Method: clip(c.request.Method), Path: clip(path), TeamID: teamID,
		ConnectorID: clip(redact(c.path[connectorParameter])),
	}}
}

// clip cuts a text to [maxLoggedText]. It copies, so that the rest can be freed.
func clip(text string) string { return strings.Clone(text[:min(len(text), maxLoggedText)]) }

// redacter returns a function that removes credentials from a text, in case somebody put one in the wrong place. It removes
// those that the sandbox knows and that of the request.
func (s *Sandbox) redacter(r *http.Request) func(string) string {
	fields := strings.Fields(r.Header.Get("Authorization"))
	if len(fields) == 0 {
		return s.store.redact.Replace
	}
	own := strings.NewReplacer(fields[len(fields)-1], redacted)
	return func(text string) string { return own.Replace(s.store.redact.Replace(text)) }
}

func (r *loggedResponse) WriteHeader(status int) {
	r.done(status)
	r.ResponseWriter.WriteHeader(status)
}

// done adds the request with its status, unless it was added before.
func (r *loggedResponse) done(status int) {
	if !r.isDone {
		r.isDone, r.request.Status = true, status
		r.log.add(r.request)
	}
}

// Unwrap is for [http.ResponseController].
func (r *loggedResponse) Unwrap() http.ResponseWriter { return r.ResponseWriter }
