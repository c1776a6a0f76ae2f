package connectorsecrets

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"sync"
	"time"
)

const (
	defaultWorkers = 8
	maxWorkers     = 10_000 // far more than is useful: the pace and the connections to one host are the real limits
	defaultPace    = 20     // requests a second, as many as the vendor advises at most
	// windowFactor times workers is how many connectors may have been taken but not yielded. So others go on during a retry.
	windowFactor = 4
)

// Connector identifies a connector of a team.
type Connector struct {
	TeamID     int64      // as for [Client.List]
	ID         string     // the connector identifier, as for [Client.List]
	Credential Credential // of the requests for this connector; the zero value means that of the call or the client
}

// Result is the result for one connector: a list, or an error of [Client.List].
type Result struct {
	Index     int // the connector's position in the sequence, from 0
	Connector Connector
	// Asked reports whether a request for this connector was sent, or at least tried. If not, Err is an [*ArgumentError], a
	// [*TransportError] such as the end of the context, or the error of another connector that stopped the requests.
	Asked bool
	List  *SecretList // nil if there is an error
	Err   error
}

// ListEach lists the secrets of many connectors with a few workers. Every connector gets exactly one result, with its own
// list or error, in the order of the connectors and as soon as it is ready.
//
//   - All workers share one pace. A 429 pauses all of them, for its Retry-After or as the [RetryPolicy] says. Then they go on
//     at half the pace, but not below 1 a second, and 2 % faster with every response. Attempts with a 429 do not count, until
//     no connector has got another response for twice MaxRetryAfter: then a 429 is final.
//   - Some errors become those of the following connectors, without a request: a 429 with a Retry-After over MaxRetryAfter; a
//     401 that a fresh token does not help, for the same credential; and the last connector's error after max(10, workers + 2)
//     in a row that got no response, or such a final 429.
//   - When the context ends, the remaining connectors get a [*TransportError] with its error, or the 429 whose pause outlasts it.
//   - When the loop over the results ends, everything ends. No goroutine and no request is left behind.
//
// ListEach takes connectors only a little ahead of the loop, so that memory does not grow with their number. While the sequence
// takes its time, results wait: it must not wait for one of the same loop. If an option is bad, every result has the error.
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

func (c *Client) listEach(ctx context.Context, connectors iter.Seq[Connector], yield func(Result) bool) {
	workers := cmp.Or(c.workers, defaultWorkers)
	limiter := newLimiter(c.pace)
	shared := &gate{
		queue: make(chan struct{}, 1), maxLost: max(10, workers+2), limiter: limiter, pace: limiter.Limit(), resume: time.Now(),
		refused: map[any]*APIError{}, doubted: map[any]time.Time{},
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	slots := make(chan struct{}, workers) // has room while a worker is free
	var waiting []chan Result             // in the order of the connectors
	index := 0
	for connector := range connectors {
		for isStarted := false; !isStarted || len(waiting) > 0 && len(waiting[0]) > 0; {
			head, start := (chan Result)(nil), slots // a nil channel is never ready
			if len(waiting) > 0 {
				head = waiting[0]
			}
			if isStarted || len(waiting) == windowFactor*workers {
				start = nil
			}
			select {
			case result := <-head:
				if waiting = waiting[1:]; !yield(result) {
					return
				}
			case start <- struct{}{}:
				done := make(chan Result, 1) // has room, so that no worker waits for the loop
				waiting = append(waiting, done)
				result := Result{Index: index, Connector: connector}
				running.Go(func() {
					defer func() { <-slots }()
					c.listOne(ctx, result, shared, done)
				})
				isStarted, index = true, index+1
			}
		}
	}
	for _, done := range waiting {
		if !yield(<-done) {
			return
		}
	}
}

// listOne sends the result for a connector, even if a token source or a transport panics or ends the goroutine.
func (c *Client) listOne(ctx context.Context, result Result, shared *gate, done chan<- Result) {
	call := call{client: c, shared: shared}
	hasReturned := false
	defer func() {
		if panicked := recover(); !hasReturned { // it is nil after runtime.Goexit, and else may hold a credential
			err := fmt.Errorf("the token source or the transport ended its goroutine, by a panic with a %T or by Goexit", panicked)
			result.Err = newTransportError(call.attempts, err)
		}
		result.Asked = call.attempts > 0
		done <- result
	}()
	if own := result.Connector.Credential; own != (Credential{}) {
		call.client, result.Err = c.with(ctx, []CallOption{WithCredential(own)})
	}
	if result.Err == nil {
		call.request, result.Err = newRequest(result.Connector.TeamID, result.Connector.ID)
	}
	if result.Err == nil {
		result.List, result.Err = call.list(ctx)
		shared.finish(&call, result.Err)
	}
	hasReturned = true
}
