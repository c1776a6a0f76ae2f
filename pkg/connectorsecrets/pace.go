package connectorsecrets

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// fleet is what the workers of one ListEach share. A nil fleet lets everything pass.
type fleet struct {
	limiter *rate.Limiter

	mu sync.Mutex
	// resume is when the pause is over that a 429 asked for, and pause is that answer.
	resume time.Time
	pause  *APIError
	// stop is why no request is made: until resume if it is the pause, and for ever if it is a 401.
	stop *APIError
}

func newFleet(pace float64) *fleet {
	f := &fleet{}
	if pace > 0 {
		f.limiter = rate.NewLimiter(rate.Limit(pace), 1)
	}
	return f
}

// admit waits until a request may be made, at the common pace and outside of a common pause. Its error is the answer that
// stands for the request's.
func (f *fleet) admit(ctx context.Context) error {
	if f == nil {
		return nil
	}
	for {
		wait, err := f.state(ctx)
		if err != nil {
			return err
		}
		if wait > 0 {
			if err := sleep(ctx, wait); err != nil {
				return err
			}
			continue
		}
		if f.limiter != nil {
			if err := waitFor(ctx, f.limiter); err != nil {
				return err
			}
		}
		// A pause may have begun while this worker waited for its turn.
		if wait, err := f.state(ctx); wait <= 0 && err == nil {
			return nil
		}
	}
}

// state returns how long the pause still is, or the error that stands for every request: of what stopped the fleet, or of
// a pause that outlasts the context.
func (f *fleet) state(ctx context.Context) (time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wait := time.Until(f.resume)
	if f.stop == f.pause && wait <= 0 {
		f.stop, f.pause = nil, nil
	}
	because := f.stop
	if deadline, ok := ctx.Deadline(); ok && wait > 0 && because == nil && time.Until(deadline) <= wait {
		because = f.pause
	}
	if because == nil {
		return wait, nil
	}
	answer := *because
	answer.Attempts = 0
	return 0, &answer
}

// attempted tells the others of a 429.
func (f *fleet) attempted(err error, longest time.Duration) {
	var answer *APIError
	if f == nil || !errors.As(err, &answer) || answer.StatusCode != http.StatusTooManyRequests || answer.RetryAfter <= 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	resume := time.Now().Add(answer.RetryAfter)
	if !resume.After(f.resume) {
		return
	}
	own := *answer // the call goes on with the other one
	if f.stop == f.pause {
		f.stop = nil
		if own.RetryAfter > longest {
			f.stop = &own
		}
	}
	f.resume, f.pause = resume, &own
}

// finished tells the others of a 401 that is final for the call, which has tried a fresh token if there was one.
func (f *fleet) finished(err error) {
	var answer *APIError
	if !errors.As(err, &answer) || answer.StatusCode != http.StatusUnauthorized {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	own := *answer
	f.stop = &own
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
