package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Response is a scripted response of a connector. A connector sends the responses of its list in order, whichever client
// sends the requests. After the last one, it responds with its secrets. For example, a connector with
//
//	{Status: 503, Times: 2}
//
// fails twice and then works. One with {DelaySeconds: 5} is always slow.
type Response struct {
	// Times is how often the response is sent. 0 means always.
	Times int `json:"times,omitzero"`
	// Status is an error, from 400 to 599, documented or not. 0 means that the response has the secrets.
	Status int `json:"status,omitzero"`
	// DelaySeconds is the time before the response, at most an hour.
	DelaySeconds float64 `json:"delay_seconds,omitzero"`
	// RetryAfterSeconds is sent in the header field Retry-After of an error. With RetryAfterDate, it is sent as the date that
	// many seconds from now, or in the past if it is negative.
	RetryAfterSeconds int  `json:"retry_after_seconds,omitzero"`
	RetryAfterDate    bool `json:"retry_after_date,omitzero"`
	// Cut closes the connection: CutBefore the response, or CutWithin its body.
	Cut string `json:"cut,omitzero"`
}

// Values of [Response.Cut].
const (
	CutBefore = "before"
	CutWithin = "within"
)

const maxDelaySeconds = 3600

func (s *spec) checkResponses(responses []Response) error {
	for i, response := range responses {
		err := response.validate(s)
		if err == nil && i > 0 && responses[i-1].Times == 0 {
			err = errors.New("is never reached, because the one before it has no times")
		}
		if err != nil {
			return fmt.Errorf("responses[%d]: %w", i, err)
		}
	}
	return nil
}

func (r Response) validate(spec *spec) error {
	switch {
	case r.Times < 0:
		return fmt.Errorf("times %d: must be 1 or more; leave it out for all requests", r.Times)
	case r.Status != 0 && (r.Status < 400 || r.Status > 599):
		return fmt.Errorf("status %d: must be an error, 400 to 599; leave it out for the secrets", r.Status)
	case !(r.DelaySeconds >= 0 && r.DelaySeconds <= maxDelaySeconds):
		return fmt.Errorf("delay_seconds %v: must be 0 to %d", r.DelaySeconds, maxDelaySeconds)
	case r.Cut != "" && r.Cut != CutBefore && r.Cut != CutWithin:
		return fmt.Errorf("cut: must be %q the response or %q its body", CutBefore, CutWithin)
	case r.RetryAfterDate && r.RetryAfterSeconds == 0:
		return errors.New("retry_after_date: give retry_after_seconds as well")
	case r.RetryAfterSeconds != 0 && r.Status == 0:
		return errors.New("retry_after_seconds: give a status as well")
	case r.RetryAfterSeconds == 0 || r.RetryAfterDate:
		return nil
	case r.RetryAfterSeconds < 0:
		return fmt.Errorf("retry_after_seconds %d: only a date can be in the past: add retry_after_date", r.RetryAfterSeconds)
	}
	if err := spec.checkHeader(r.Status, "Retry-After", r.RetryAfterSeconds); err != nil {
		return fmt.Errorf("retry_after_seconds %d: the specification of status %d: %w", r.RetryAfterSeconds, r.Status, err)
	}
	return nil
}

// retryAfter returns the value of the header field Retry-After, or "" for none.
func (r Response) retryAfter() string {
	switch {
	case r.RetryAfterDate:
		// Rounded up, because dates have whole seconds and the client must not wait too short a time.
		return time.Now().Add(time.Duration(r.RetryAfterSeconds)*time.Second + time.Second - 1).UTC().Format(http.TimeFormat)
	case r.RetryAfterSeconds != 0:
		return strconv.Itoa(r.RetryAfterSeconds)
	default:
		return ""
	}
}

// wait waits for the delay. It returns false if no response follows: the client has gone, or the script cuts the connection.
func (r Response) wait(ctx context.Context, w http.ResponseWriter) bool {
	if delay := time.Duration(r.DelaySeconds * float64(time.Second)); delay > 0 {
		// The server's timeouts begin after the delay. An error means that it was not started by Listen and may have none.
		connection := http.NewResponseController(w)
		_ = connection.SetReadDeadline(time.Now().Add(delay + readTimeout))
		_ = connection.SetWriteDeadline(time.Now().Add(delay + writeTimeout))
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return false
		}
	}
	return r.Cut != CutBefore
}

// next returns the scripted response to the next request for a connector, or the zero value once there is none.
func (s *Sandbox) next(c *connector) Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(c.script) == 0 {
		return Response{}
	}
	response := c.script[0]
	c.script[0].Times-- // never 0 again for a response that is sent always
	if c.script[0].Times == 0 {
		c.script = c.script[1:]
	}
	return response
}
