package connectorsecrets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A 429 halves the pace, but not below slowest, a second. Then it grows by the factor recovery with every response.
const slowest, recovery = 1, 1.02

// newLimiter returns a limiter that spaces requests evenly. 0 means no limit.
func newLimiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(cmp.Or(max(perSecond, 0), float64(rate.Inf))), 1)
}

// gate is what the calls of one ListEach share: the pace, the pause after a 429, and what stops further requests.
type gate struct {
	queue   chan struct{} // admits one worker at a time to wait for its turn, so that a pause finds only one reserved turn
	pace    rate.Limit    // of the run, if no 429 has slowed it
	maxLost int           // how many connectors in a row may be lost

	mu      sync.Mutex
	limiter *rate.Limiter     // a new one after a 429, so that no turn of the faster one is left
	resume  time.Time         // the end of the last pause, at first the start of the run
	limited *APIError         // the 429 that asked for it
	pauses  int               // since the last response but 429
	since   time.Time         // the time of the first of these pauses, if there is one
	lost    int               // the connectors in a row that ended without a response, or stuck
	stopped error             // the error of all others once they are too many
	refused map[any]*APIError // the 401 of a fixed credential, or of a token that its source returned after another 401
	doubted map[any]time.Time // the time of that other 401, if no success came after it
}

// turn waits for the pause and the paces of the gate and the client, or returns the error that has stopped the requests.
func (c *call) turn(ctx context.Context) error {
	if c.shared == nil {
		return waitFor(ctx, c.client.limiter)
	}
	select {
	case c.shared.queue <- struct{}{}:
		defer func() { <-c.shared.queue }()
	case <-ctx.Done():
		return newTransportError(0, ended(ctx, ctx.Err()))
	}
	for waited := (*rate.Limiter)(nil); ; {
		// A pause may have begun during the wait for the limiters, so this looks again after it.
		limiter, pause, err := c.shared.state(ctx, c)
		if err != nil || limiter == waited && pause <= 0 {
			return err
		}
		if pause > 0 {
			err = sleep(ctx, pause)
		} else {
			waited = limiter
			err = waitFor(ctx, limiter, c.client.limiter)
		}
		if err != nil {
			return err
		}
	}
}

// state returns the limiter and the rest of the pause, or what stopped the requests, such as a pause too long for the policy.
func (g *gate) state(ctx context.Context, c *call) (limiter *rate.Limiter, pause time.Duration, stopped error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if refused := g.refused[c.client.credential.key()]; refused != nil {
		return nil, 0, refused.unsent()
	}
	if g.stopped != nil && c.attempts == 0 && ctx.Err() == nil {
		return nil, 0, g.stopped
	}
	pause = time.Until(g.resume)
	if pause > 0 && (g.limited.Response.RetryAfter > c.client.retry.MaxRetryAfter || endsWithin(ctx, pause)) {
		stop := g.limited.unsent()
		stop.Response.RetryAfter = min(stop.Response.RetryAfter, wholeSeconds(pause)) // the rest of it
		return nil, 0, stop
	}
	return g.limiter, pause, nil
}

// observe learns from the status of a response and the error of its attempt, or nil.
func (g *gate) observe(c *call, status int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	failed, _ := errors.AsType[*APIError](err)
	if status == http.StatusTooManyRequests {
		g.slowDown(c, failed.unsent())
		return
	}
	g.pauses, g.lost, g.stopped = 0, 0, nil
	g.limiter.SetLimit(max(g.limiter.Limit(), min(g.limiter.Limit()*recovery, g.pace)))
	key := c.client.credential.key()
	doubted, isDoubted := g.doubted[key]
	switch {
	case status != http.StatusUnauthorized || failed.isForeign:
		delete(g.doubted, key)
	case !c.client.credential.changes, isDoubted && c.began.After(doubted):
		g.refused[key] = failed.unsent()
	case !isDoubted:
		g.doubted[key] = time.Now()
	}
}

// slowDown pauses the requests after a 429, and halves their pace.
func (g *gate) slowDown(c *call, limited *APIError) {
	if !c.began.Before(g.resume) { // what was sent before a pause says nothing about the pace after it
		limit := min(g.limiter.Limit(), c.client.limiter.Limit())
		if limit == rate.Inf {
			limit = defaultPace
		}
		g.limiter = rate.NewLimiter(max(limit/2, min(limit, slowest)), 1)
		g.limiter.Allow() // the next turn comes as long after this one as those after it
		if g.pauses++; g.pauses == 1 {
			g.since = time.Now()
		}
	}
	if c.stuck = g.pauses > 0 && time.Since(g.since)/2 > c.client.retry.MaxRetryAfter; !c.stuck {
		g.lost, g.stopped = 0, nil
		c.uncounted += min(1, c.client.retry.MaxAttempts-1) // without retry, none is free
	}
	pause := cmp.Or(limited.Response.RetryAfter, c.client.retry.backoff(g.pauses))
	if resume := time.Now().Add(pause); g.limited == nil || resume.After(g.resume) {
		g.resume, g.limited = resume, limited
	}
}

// finish learns from the error of a call. If too many connectors in a row ended without a response, or stuck, no other is asked.
func (g *gate) finish(c *call, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && c.attempts > 0 && (!c.answered || c.stuck) {
		if g.lost++; g.lost == g.maxLost {
			g.stopped = fmt.Errorf("not asked, because none of the last %d connectors got a list: %w", g.lost, err)
		}
	}
}

// waitFor waits for the turn of a request. Its error says whether the context ended, or whether its deadline is too soon.
func waitFor(ctx context.Context, limiters ...*rate.Limiter) error {
	for _, limiter := range limiters {
		if ctx.Err() == nil && limiter.Limit() == rate.Inf || limiter.Wait(ctx) == nil {
			continue
		}
		late := fmt.Errorf("the client's pace leaves no time before the deadline: %w", context.DeadlineExceeded)
		return newTransportError(0, ended(ctx, late))
	}
	return nil
}

// sleep waits. If ctx ends first, it returns an error with the context's error.
func sleep(ctx context.Context, wait time.Duration) error {
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return newTransportError(0, ended(ctx, ctx.Err()))
	}
}

// endsWithin reports whether ctx has a deadline that leaves no more than wait.
func endsWithin(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) <= wait
}
