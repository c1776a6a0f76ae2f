package connectorsecrets

import (
	"cmp"
	"context"
	"iter"
	"sync"
	"time"
)

const (
	defaultWorkers = 8
	// defaultPace is the highest number of requests a second that the vendor advises.
	defaultPace = 20
	// maxWorkers is far more than is useful: the shared pace and the connections to one host are the real limits.
	maxWorkers = 10_000
	// windowFactor times the number of workers is how many connectors may be in progress or waiting for their turn in the
	// results. It bounds memory, and lets other workers go on while one waits for a retry.
	windowFactor = 4
)

// Connector identifies a connector of a team.
type Connector struct {
	// TeamID and ID are the team ID and the connector identifier, as for [Client.List].
	TeamID int64
	ID     string
	// Credential authenticates the requests for this connector. The zero value means that of the call or the client.
	Credential Credential
}

// Result is the result for one connector: a list, or an error of [Client.List].
type Result struct {
	// Index is the connector's position in the sequence, from 0.
	Index     int
	Connector Connector
	// Asked reports whether a request for this connector was sent, or at least tried. If not, Err is an [*ArgumentError], the
	// end of the context, or the error of another connector that stopped the requests.
	Asked bool
	// List is nil if there is an error.
	List *SecretList
	Err  error
}

// ListEach lists the secrets of many connectors with a few workers. Every connector gets exactly one result, with its own
// list or error. Results come in the order of the connectors, each as soon as it is ready.
//
//   - All workers share one pace. A 429 pauses all of them, for its Retry-After or as the [RetryPolicy] says. Then they go on
//     at half the pace, but not below 1 a second, and 2 % faster with every answer. Attempts with a 429 are not counted,
//     until no connector has got another answer for twice MaxRetryAfter: then they are final. If a Retry-After is longer
//     than MaxRetryAfter, the following connectors get that error without a request.
//   - After 10 connectors in a row that ended with a 429 or without a response, the following ones get the error of the
//     last one without a request.
//   - A final 401 stops the requests with its credential: the following connectors with that credential get that error
//     without a request. A 401 is final if a fresh token does not help.
//   - When the context ends, the remaining connectors get a [*TransportError] with the context's error.
//   - When the loop over the results ends, everything ends. No goroutine and no request is left behind.
//
// ListEach takes connectors one by one and only a little ahead of the loop, so that memory does not grow with their number.
// While the sequence blocks, the loop blocks too, so the sequence must not wait for a result of the same loop. If an option
// is bad, every result has the error.
func (c *Client) ListEach(ctx context.Context, connectors iter.Seq[Connector], options ...CallOption) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		if connectors == nil {
			return
		}
		changed, err := c.with(ctx, options)
		if err == nil {
			changed.listEach(ctx, connectors, yield)
			return
		}
		index := 0
		for connector := range connectors {
			if !yield(Result{Index: index, Connector: connector, Err: err}) {
				return
			}
			index++
		}
	}
}

// job is one connector for a worker. Done has room for the result, so that no worker waits for the loop.
type job struct {
	index     int
	connector Connector
	done      chan Result
}

func (c *Client) listEach(ctx context.Context, connectors iter.Seq[Connector], yield func(Result) bool) {
	pace := c.pace
	if pace == noPace && !c.paced {
		pace = defaultPace
	}
	limiter := newLimiter(pace)
	shared := &gate{limiter: limiter, pace: limiter.Limit(), resume: time.Now(), refused: map[any]*APIError{}}
	most := cmp.Or(c.workers, defaultWorkers)
	window := windowFactor * most

	ctx, cancel := context.WithCancel(ctx)
	jobs := make(chan job, window)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer close(jobs)
	defer cancel()
	work := func() {
		for next := range jobs {
			next.done <- c.listOne(ctx, next, shared)
		}
	}

	var waiting []chan Result // in the order of the connectors
	yieldNext := func() bool {
		next := waiting[0]
		waiting = append(waiting[:0], waiting[1:]...)
		return yield(<-next)
	}
	index := 0
	for connector := range connectors {
		next := job{index, connector, make(chan Result, 1)}
		waiting = append(waiting, next.done)
		jobs <- next // does not block: the buffer holds the window
		if index < most {
			workers.Go(work)
		}
		index++
		for len(waiting) == window || len(waiting) > 0 && len(waiting[0]) > 0 {
			if !yieldNext() {
				return
			}
		}
	}
	for len(waiting) > 0 {
		if !yieldNext() {
			return
		}
	}
}

func (c *Client) listOne(ctx context.Context, next job, shared *gate) Result {
	result := Result{Index: next.index, Connector: next.connector}
	call := call{Client: c, shared: shared}
	if next.connector.Credential != (Credential{}) {
		other := *c
		other.credential = next.connector.Credential
		call.Client = &other
	}
	if result.Err = call.credential.check(); result.Err == nil {
		call.Request, result.Err = newRequest(next.connector.TeamID, next.connector.ID)
	}
	if result.Err == nil {
		result.List, result.Err = call.list(ctx)
		shared.finish(&call, result.Err)
	}
	result.Asked = call.attempts > 0
	return result
}
