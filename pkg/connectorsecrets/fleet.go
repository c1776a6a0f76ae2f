package connectorsecrets

import (
	"context"
	"iter"
	"sync"
	"time"
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
// memory does not grow with their number. While the sequence waits for something, so does the loop: it must not wait for
// a result of the same loop. A bad option is the error of every result.
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
	r := run{client: c, teamID: connector.TeamID, connectorID: connector.ID, call: c.call, fleet: fleet, total: timeout}
	list, err := r.retry(ctx)
	fleet.finished(err)
	return list, err
}
