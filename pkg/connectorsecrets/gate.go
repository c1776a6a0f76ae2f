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
	// refused has the 401 that ended the requests with a credential.
	refused map[Credential]*APIError
}

// maxRefused bounds memory where each connector brings a credential of its own, and all are refused.
const maxRefused = 1000

// newGate returns nil if there is nothing to hold back.
func newGate(pace float64, longest time.Duration) *gate {
	g := &gate{longest: longest}
	switch {
	case pace > 0:
		g.limiter = rate.NewLimiter(rate.Limit(pace), 1)
	case longest == 0:
		return nil
	}
	return g
}

// pace lets each attempt wait for its turn at the gates, and tells them how it ended.
func pace(next step) step {
	return func(ctx context.Context, c *call) (*answer, error) {
		for _, g := range [...]*gate{c.shared, c.ours} {
			if err := g.wait(ctx, c.credential); err != nil {
				return nil, err
			}
		}
		if c.begin.IsZero() {
			c.begin = time.Now()
		}
		a, err := next(ctx, c)
		c.shared.observe(err)
		return a, err
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
		// A pause may have begun during the wait for the turn.
		if pause, err := g.state(ctx, credential); pause <= 0 && err == nil {
			return nil
		}
	}
}

// state returns how long the pause still is, or the error that stopped the requests: a 401 of the same credential, or a
// 429 whose pause is longer than the longest or outlasts the context.
func (g *gate) state(ctx context.Context, credential Credential) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pause := time.Until(g.resume)
	stop := g.refused[credential]
	if stop == nil && pause > 0 {
		deadline, ok := ctx.Deadline()
		if g.pause.Response.RetryAfter > g.longest || ok && time.Until(deadline) <= pause {
			stop = g.pause
		}
	}
	if stop == nil {
		return pause, nil
	}
	other := *stop
	other.Response.Attempts = 0
	return 0, &other
}

// observe begins a pause after a 429 that asks for one.
func (g *gate) observe(err error) {
	var answer *APIError
	if g == nil || g.longest == 0 || !errors.As(err, &answer) || answer.Response.StatusCode != http.StatusTooManyRequests {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if resume := time.Now().Add(answer.Response.RetryAfter); answer.Response.RetryAfter > 0 && resume.After(g.resume) {
		g.resume, g.pause = resume, answer
	}
}

// finish ends the requests with a credential after a 401 that is final for a call, which has tried a fresh token if there
// was one.
func (g *gate) finish(err error, credential Credential) {
	var answer *APIError
	if !errors.As(err, &answer) || answer.Response.StatusCode != http.StatusUnauthorized {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refused == nil {
		g.refused = map[Credential]*APIError{}
	}
	if len(g.refused) < maxRefused {
		g.refused[credential] = answer
	}
}

// waitFor waits for a limiter, and tells which of the ways not to get through it was.
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
