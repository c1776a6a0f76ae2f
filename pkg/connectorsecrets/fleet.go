package connectorsecrets

import (
	"context"
	"errors"
	"iter"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Defaults of [Client.ListEach].
const (
	// DefaultWorkers is the number of calls under way at once.
	DefaultWorkers = 8
	// DefaultPace is the number of requests a second, which the vendor advises not to exceed.
	DefaultPace = 20.0
)

// windowFactor times the workers is the number of connectors between the one whose result is given out and the one that
// was taken last. It bounds memory, and lets the other workers go on while one waits for a retry.
const windowFactor = 4

// Connector names a connector of a team.
type Connector struct {
	// TeamID is at least 1.
	TeamID int64
	// ID is the connector identifier: 1 to 100 ASCII letters, digits, "_" and "-".
	ID string
}

// Result is what came of one connector: a list, or an error of [Client.List].
type Result struct {
	Connector Connector
	// List is nil if there is an error.
	List *SecretList
	Err  error
}

// EachOption sets something for one call of [Client.ListEach].
type EachOption func(*eachSettings) error

type eachSettings struct {
	workers int
	pace    float64
	timeout time.Duration
}

// WithWorkers sets how many calls are under way at once. 0 means [DefaultWorkers].
func WithWorkers(workers int) EachOption {
	return func(s *eachSettings) error {
		if workers < 0 {
			return &ArgumentError{Argument: "workers", Reason: "must not be negative"}
		}
		if workers == 0 {
			workers = DefaultWorkers
		}
		s.workers = workers
		return nil
	}
}

// WithPace lets at most perSecond requests a second go out, retries included, evenly spaced over all workers. 0 means no
// pace; without this option it is [DefaultPace]. A [WithRateLimit] of the client holds besides it.
func WithPace(perSecond float64) EachOption {
	return func(s *eachSettings) error {
		if !(perSecond >= 0) || math.IsInf(perSecond, 1) {
			return &ArgumentError{Argument: "pace", Reason: "must be a number of requests a second, 0 or more"}
		}
		s.pace = perSecond
		return nil
	}
}

// WithConnectorTimeout limits what each connector may take as a whole, its waits for the common pace and for retries
// included. [WithTimeout] of the client still limits each attempt. 0 means no limit, which is the default.
func WithConnectorTimeout(timeout time.Duration) EachOption {
	return func(s *eachSettings) error {
		if timeout < 0 {
			return &ArgumentError{Argument: "connector timeout", Reason: "must not be negative"}
		}
		s.timeout = timeout
		return nil
	}
}

// ListEach lists the secrets of many connectors with a few workers. The results come in the order of the connectors, as
// soon as they are ready, each connector exactly once: with its list, or with an error of its own.
//
//   - All workers share one pace, and a Retry-After on a 429 pauses all of them, so that a limit is met once and not once
//     a worker. If it is longer than the [RetryPolicy] allows, the connectors after it get that error without a request.
//   - A 401 that no fresh token cures ends the requests: the connectors after it get that error without one.
//   - The end of the context ends the requests too: what is left gets a [*TransportError] with the context's error.
//   - The end of the loop over the results ends everything. No goroutine and no request is left behind.
//
// Connectors are taken one by one, on the goroutine that loops over the results and only a little ahead of it, so that
// memory does not grow with their number. A bad option is the error of every result.
func (c *Client) ListEach(ctx context.Context, connectors iter.Seq[Connector], options ...EachOption) iter.Seq[Result] {
	s := eachSettings{workers: DefaultWorkers, pace: DefaultPace}
	var refused error
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&s); err != nil && refused == nil {
			refused = err
		}
	}
	if ctx == nil {
		refused = &ArgumentError{Argument: "context", Reason: "must not be nil"}
	}
	return func(yield func(Result) bool) {
		if connectors == nil {
			return
		}
		if refused != nil {
			for connector := range connectors {
				if !yield(Result{Connector: connector, Err: refused}) {
					return
				}
			}
			return
		}
		c.listEach(ctx, connectors, s, yield)
	}
}

// job is a connector on its way through a worker.
type job struct {
	connector Connector
	result    chan Result // holds one, so that no worker waits for the loop
}

func (c *Client) listEach(ctx context.Context, connectors iter.Seq[Connector], s eachSettings, yield func(Result) bool) {
	ctx, cancel := context.WithCancel(ctx)
	window := windowFactor * s.workers
	jobs := make(chan job, window)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer close(jobs)
	defer cancel()

	fleet := newFleet(s.pace)
	started := 0
	start := func(connector Connector) job {
		next := job{connector: connector, result: make(chan Result, 1)}
		jobs <- next // has room for the window
		if started < s.workers {
			started++
			workers.Go(func() {
				for next := range jobs {
					list, err := c.list(ctx, next.connector, s.timeout, fleet)
					next.result <- Result{Connector: next.connector, List: list, Err: err}
				}
			})
		}
		return next
	}

	next, stop := iter.Pull(connectors)
	defer stop()
	var waiting []job // in the order asked
	for more := true; more || len(waiting) > 0; {
		if more && len(waiting) < window && (len(waiting) == 0 || len(waiting[0].result) == 0) {
			var connector Connector
			if connector, more = next(); more {
				waiting = append(waiting, start(connector))
			}
			continue
		}
		result := <-waiting[0].result
		waiting = append(waiting[:0], waiting[1:]...)
		if !yield(result) {
			return
		}
	}
}

// list is List for a connector of a fleet.
func (c *Client) list(ctx context.Context, connector Connector, timeout time.Duration, fleet *fleet) (*SecretList, error) {
	if c == nil || c.api == nil {
		return nil, &ArgumentError{Argument: "client", Reason: "must be made with New"}
	}
	if err := CheckConnector(connector.TeamID, connector.ID); err != nil {
		return nil, err
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	r := run{client: c, teamID: connector.TeamID, connectorID: connector.ID, call: c.call, fleet: fleet}
	list, err := r.retry(ctx)
	fleet.finished(err)
	return list, err
}

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
