package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate lets requests pass one by one, at a pace. It stops them during a pause that a server has asked for. A nil gate lets
// every request pass.
type gate struct {
	limiter *rate.Limiter
	// longest is the longest pause that the gate waits for. 0 means that the gate has no pauses; each call then waits on
	// its own.
	longest time.Duration

	mu sync.Mutex
	// resume is the end of the pause, and pause the 429 that asked for it.
	resume time.Time
	pause  *APIError
	// refused holds the final 401 of each refused credential, by the credential's key.
	refused map[any]*APIError
}

// maxRefused bounds the memory for refused credentials, because each connector may have its own.
const maxRefused = 1000

// newGate returns nil if the gate would let every request pass.
func newGate(pace float64, longest time.Duration) *gate {
	if pace <= 0 && longest == 0 {
		return nil
	}
	g := &gate{longest: longest}
	if pace > 0 {
		g.limiter = rate.NewLimiter(rate.Limit(pace), 1)
	}
	return g
}

// pace makes each attempt wait for its turn at the gates, and shows its error to the shared gate.
func pace(next step) step {
	return func(ctx context.Context, c *call) (*answer, error) {
		if err := c.turn(ctx); err != nil {
			return nil, err
		}
		if c.begin.IsZero() {
			c.begin = time.Now()
		}
		a, err := next(ctx, c)
		c.shared.observe(err)
		return a, err
	}
}

// turn waits until both gates let the request pass.
func (c *call) turn(ctx context.Context) error {
	for {
		if err := c.shared.wait(ctx, c.credential); err != nil || c.ours == nil {
			return err
		}
		if err := c.ours.wait(ctx, c.credential); err != nil {
			return err
		}
		if c.shared.isOpen(ctx, c.credential) {
			return nil
		}
		// A pause has begun at the shared gate during the wait at the client's.
	}
}

// wait waits until a request may be sent. If the requests have been stopped, it returns the API error that stopped them.
func (g *gate) wait(ctx context.Context, credential Credential) error {
	if g == nil {
		return nil
	}
	for {
		pause, err := g.state(ctx, credential)
		if err != nil {
			return err
		}
		if pause > 0 {
			if err := sleep(ctx, pause); err != nil {
				return err
			}
			continue
		}
		if g.limiter != nil {
			if err := waitFor(ctx, g.limiter); err != nil {
				return err
			}
		}
		if g.isOpen(ctx, credential) {
			return nil
		}
	}
}

// isOpen reports whether the gate has neither a pause nor a refusal for the credential.
func (g *gate) isOpen(ctx context.Context, credential Credential) bool {
	if g == nil {
		return true
	}
	pause, err := g.state(ctx, credential)
	return pause <= 0 && err == nil
}

// state returns the rest of the pause, or the error that stopped the requests: a final 401 for the same credential, or a
// 429 whose pause is too long for the gate or for the context.
func (g *gate) state(ctx context.Context, credential Credential) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pause := time.Until(g.resume)
	stop := g.refused[credential.key()]
	if stop == nil && pause > 0 {
		deadline, ok := ctx.Deadline()
		if g.pause.Response.RetryAfter > g.longest || ok && time.Until(deadline) <= pause {
			stop = g.pause.clone()
			stop.Response.RetryAfter = (pause + time.Second - 1).Truncate(time.Second) // the rest of the pause
		}
	}
	if stop == nil {
		return pause, nil
	}
	stop = stop.clone()
	stop.Response.Attempts = 0
	return 0, stop
}

// observe starts a pause after a 429 with a Retry-After.
func (g *gate) observe(err error) {
	if g == nil || g.longest == 0 || err == nil {
		return
	}
	answer, ok := errors.AsType[*APIError](err)
	if !ok || answer.Response.StatusCode != http.StatusTooManyRequests {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if resume := time.Now().Add(answer.Response.RetryAfter); answer.Response.RetryAfter > 0 && resume.After(g.resume) {
		g.resume, g.pause = resume, answer.clone()
	}
}

// finish stops further requests with the credential of a call that ended with a final 401. It is final if the credential is
// fixed, or if the server has refused a fresh token too.
func (g *gate) finish(c *call, err error) {
	answer, ok := errors.AsType[*APIError](err)
	if !ok || answer.Response.StatusCode != http.StatusUnauthorized || c.credential.changes && !c.renewed {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refused == nil {
		g.refused = map[any]*APIError{}
	}
	if len(g.refused) < maxRefused {
		g.refused[c.credential.key()] = answer.clone()
	}
}

// waitFor waits for the limiter. Its error says whether the context ended, or whether its deadline is too soon.
func waitFor(ctx context.Context, limiter *rate.Limiter) error {
	err := limiter.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = contextError(ctx)
	default:
		err = fmt.Errorf("the client's pace leaves no time before the deadline: %w", context.DeadlineExceeded)
	}
	return &TransportError{Err: err}
}

// sleep waits. If ctx ends first, it returns an error with the context's error.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &TransportError{Err: contextError(ctx)}
	}
}
