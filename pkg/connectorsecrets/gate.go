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

// gate lets requests pass one by one: at a pace, and not while a pause lasts that a server has asked for. A nil gate lets
// everything pass.
type gate struct {
	limiter *rate.Limiter
	// longest is the longest pause to wait for. 0 means that pauses are the business of each call alone.
	longest time.Duration

	mu sync.Mutex
	// resume is when the pause ends, and pause the 429 that asked for it.
	resume time.Time
	pause  *APIError
	// refused has the 401 that ended the requests with a credential, by the credential's key.
	refused map[any]*APIError
}

// maxRefused bounds memory where each connector brings a credential of its own, and all are refused.
const maxRefused = 1000

// newGate returns nil if there is nothing to hold back.
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

// pace lets each attempt wait for its turn at the gates, and tells them how it ended.
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

// turn waits until both gates let a request pass.
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
		// A pause has begun during the wait for the turn.
	}
}

// wait returns when a request may be sent. If the requests have been stopped, it returns the API error that stopped them.
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

// isOpen reports whether nothing holds a request back but its turn.
func (g *gate) isOpen(ctx context.Context, credential Credential) bool {
	if g == nil {
		return true
	}
	pause, err := g.state(ctx, credential)
	return pause <= 0 && err == nil
}

// state returns how long the pause still is, or the error that stopped the requests: a 401 of the same credential, or a
// 429 whose pause is longer than the longest or outlasts the context.
func (g *gate) state(ctx context.Context, credential Credential) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pause := time.Until(g.resume)
	stop := g.refused[credential.key()]
	if stop == nil && pause > 0 {
		deadline, ok := ctx.Deadline()
		if g.pause.Response.RetryAfter > g.longest || ok && time.Until(deadline) <= pause {
			stop = g.pause.clone()
			stop.Response.RetryAfter = (pause + time.Second - 1).Truncate(time.Second) // what is left of it
		}
	}
	if stop == nil {
		return pause, nil
	}
	stop = stop.clone()
	stop.Response.Attempts = 0
	return 0, stop
}

// observe begins a pause after a 429 that asks for one.
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

// finish ends the requests with a call's credential after a 401 that is final: the credential is fixed, or a fresh token was
// refused as well.
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

// waitFor waits for a limiter. Its error tells whether the context ended or its deadline comes too soon.
func waitFor(ctx context.Context, limiter *rate.Limiter) error {
	err := limiter.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = contextError(ctx)
	default:
		err = fmt.Errorf("the client's own pace leaves no time for it: %w", context.DeadlineExceeded)
	}
	return &TransportError{Err: err}
}

// sleep waits, or returns the context's error.
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
