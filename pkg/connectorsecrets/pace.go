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

// newLimiter returns a limiter that spaces requests evenly. 0 means no limit.
func newLimiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(cmp.Or(max(perSecond, 0), float64(rate.Inf))), 1)
}

// gate is what the calls of one ListEach share: the pace, the pause after a 429, and what stops further requests.
type gate struct {
	mu sync.Mutex
	// limiter keeps the pace, and a slower one after a 429. That replaces it, so that no turn of the faster one is left.
	limiter *rate.Limiter
	pace    rate.Limit
	// resume is the end of the last pause, at first the start of the run, and limited the 429 that asked for it.
	resume  time.Time
	limited *APIError
	// refused holds the final 401 of each refused credential, up to maxRefused of them.
	refused map[any]*APIError
	// refusals counts the pauses since the last answer to any connector, from the time since, and lost the connectors that
	// ended with a 429 or without a response. LostTo is why the last one had none.
	refusals, lost int
	since          time.Time
	lostTo         error
}

const (
	maxRefused = 1000
	// maxLost is how many connectors in a row may be lost before the rest is not asked.
	maxLost = 10
	// A 429 halves the pace, but not below slowest, a second. Then it grows by the factor recovery with every answer.
	slowest, recovery = 1, 1.02
)

// turn waits for the pause and the paces of the gate and the client, or returns the error that has stopped the requests.
func (c *call) turn(ctx context.Context) error {
	if c.shared == nil {
		return waitFor(ctx, c.limiter)
	}
	for waited := (*rate.Limiter)(nil); ; {
		// A pause may have begun during the wait for the limiters, so this looks again after it.
		limiter, pause, err := c.shared.state(ctx, c)
		if err != nil || limiter == waited && pause <= 0 {
			return err
		}
		if err := cmp.Or(sleep(ctx, pause), waitFor(ctx, limiter), waitFor(ctx, c.limiter)); err != nil {
			return err
		}
		waited = limiter
	}
}

// state returns the limiter and the rest of the pause, or the error that stopped the requests: a final 401 for the same
// credential, that of too many lost connectors, or a 429 whose pause is too long for the policy or for the context.
func (g *gate) state(ctx context.Context, c *call) (limiter *rate.Limiter, pause time.Duration, stopped error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	refused, pause := g.refused[c.credential.key()], time.Until(g.resume)
	deadline, limited := ctx.Deadline()
	switch {
	case refused != nil:
		return nil, 0, refused.unsent()
	case g.lost >= maxLost && g.lostTo != nil:
		return nil, 0, newTransportError(0, fmt.Errorf("none of the last %d connectors got an answer: %w", maxLost, g.lostTo))
	case g.lost >= maxLost, pause > 0 && (g.limited.Response.RetryAfter > c.retry.MaxRetryAfter || limited && time.Until(deadline) <= pause):
		stop := g.limited.unsent()
		stop.Response.RetryAfter = max(0, min(stop.Response.RetryAfter, (pause+time.Second-1).Truncate(time.Second))) // the rest of it
		return nil, 0, stop
	default:
		return g.limiter, pause, nil
	}
}

// observe pauses the requests after a 429, and lets them go on at half the pace. It returns the pause.
func (g *gate) observe(c *call, err error) time.Duration {
	limited, ok := errors.AsType[*APIError](err)
	if g == nil || !ok || limited.Response.StatusCode != http.StatusTooManyRequests {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !c.sent.Before(g.resume) { // what was sent before a pause says nothing about the pace after it
		limit := min(g.limiter.Limit(), c.limiter.Limit())
		if limit == rate.Inf {
			limit = defaultPace
		}
		g.limiter = rate.NewLimiter(max(limit/2, min(limit, slowest)), 1)
		g.limiter.Allow() // the next turn comes as long after this one as those after it
		if g.refusals++; g.refusals == 1 {
			g.since = time.Now()
		}
	}
	c.allowed++
	if c.retry.MaxAttempts == 1 || time.Since(g.since)/2 > c.retry.MaxRetryAfter {
		c.allowed = 0
	}
	pause := cmp.Or(limited.Response.RetryAfter, c.retry.backoff(g.refusals))
	if resume := time.Now().Add(pause); g.limited == nil || resume.After(g.resume) {
		g.resume, g.limited = resume, limited.unsent()
	}
	return pause
}

// finish learns from the end of a call. A 401 of the API is final if the credential is fixed, or a fresh token was refused too.
func (g *gate) finish(c *call, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	failed, isAPI := errors.AsType[*APIError](err)
	lost, isTransport := errors.AsType[*TransportError](err)
	switch {
	case c.attempts == 0:
	case isTransport:
		g.lost, g.lostTo = g.lost+1, lost.Err
	case isAPI && failed.Response.StatusCode == http.StatusTooManyRequests:
		g.lost, g.lostTo = g.lost+1, nil
	default:
		g.since, g.refusals, g.lost = time.Now(), 0, 0
		g.limiter.SetLimit(max(g.limiter.Limit(), min(g.limiter.Limit()*recovery, g.pace)))
		final := isAPI && failed.Response.StatusCode == http.StatusUnauthorized && failed.foreign == "" && (c.renewed || !c.credential.changes)
		if final && len(g.refused) < maxRefused {
			g.refused[c.credential.key()] = failed.unsent()
		}
	}
}

// waitFor waits for the turn of a request. Its error says whether the context ended, or whether its deadline is too soon.
func waitFor(ctx context.Context, limiter *rate.Limiter) error {
	switch {
	case limiter.Limit() == rate.Inf, limiter.Wait(ctx) == nil:
		return nil
	case ctx.Err() != nil:
		return newTransportError(0, contextError(ctx))
	default:
		return newTransportError(0, fmt.Errorf("the client's pace leaves no time before the deadline: %w", context.DeadlineExceeded))
	}
}

// sleep waits. If ctx ends first, it returns an error with the context's error.
func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return newTransportError(0, contextError(ctx))
	}
}
