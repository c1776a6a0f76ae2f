package connectorsecrets

import (
	"context"
	"iter"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

const (
	defaultWorkers = 8
	// defaultPace is the number of requests a second that the vendor advises not to exceed.
	defaultPace = 20

	// maxWorkers is far beyond what helps: the common pace, and the connections to one host, set the bound.
	maxWorkers = 10_000
	// windowFactor times the workers is the number of connectors between the one whose result is given out and the one
	// that was taken last. It bounds memory, and lets the other workers go on while one waits for a retry.
	windowFactor = 4
)

// Connector names a connector of a team.
type Connector struct {
	// TeamID is the ID of the team, as for [Client.List].
	TeamID int64
	// ID is the connector identifier, as for [Client.List].
	ID string
	// Credential authenticates the requests for this connector, in place of the call's or the client's. The zero value
	// means that one.
	Credential Credential
}

// Result is the outcome of one connector: a list, or an error of [Client.List].
type Result struct {
	// Index is the connector's place in the sequence, from 0.
	Index     int
	Connector Connector
	// Asked reports whether a request was sent for this connector, or tried. If not, Err is an [*ArgumentError], the
	// context's end, the panic of a token source, or the answer to another connector that stopped the requests.
	Asked bool
	// List is nil if there is an error.
	List *SecretList
	Err  error
}

// ListEach lists the secrets of many connectors with a few workers. The results come in the order of the connectors, as
// soon as they are ready, each connector exactly once: with its list, or with an error of its own.
//
//   - All workers share one pace, and a Retry-After on a 429 pauses all of them, so that a limit is met once and not once
//     a worker. If it is longer than the [RetryPolicy] allows, the connectors after it get that error without a request.
//   - A 401 that no fresh token cures ends the requests with that credential: the connectors after it get that error
//     without one.
//   - The end of the context ends the requests too: what is left gets a [*TransportError] with the context's error.
//   - A panic of a token source or a transport is the [*TransportError] of its connector.
//   - The end of the loop over the results ends everything. No goroutine and no request is left behind.
//
// Connectors are taken one by one, while the loop waits for results and only a little ahead of it, so that memory does not
// grow with their number. While the sequence waits for something, so does the loop: it must not wait for a result of the
// same loop. A bad option is the error of every result.
func (c *Client) ListEach(ctx context.Context, connectors iter.Seq[Connector], options ...CallOption) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		if connectors == nil {
			return
		}
		settings, err := c.settings(ctx, options)
		if err == nil {
			c.listEach(ctx, connectors, settings, yield)
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

// job is a connector that a worker lists.
type job struct {
	index     int
	connector Connector
	result    chan Result // holds one, so that no worker waits for the loop
}

func (c *Client) listEach(ctx context.Context, connectors iter.Seq[Connector], settings callSettings, yield func(Result) bool) {
	if settings.workers == 0 {
		settings.workers = defaultWorkers
	}
	if settings.pace == noPace && !c.paced {
		settings.pace = defaultPace
	}
	shared := newGate(settings.pace, c.retry.MaxRetryAfter)

	ctx, cancel := context.WithCancel(ctx)
	window := windowFactor * settings.workers
	jobs := make(chan job, window)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer close(jobs)
	defer cancel()

	started := 0
	start := func(next job) {
		jobs <- next // has room for the window
		if started < settings.workers {
			started++
			workers.Go(func() {
				for next := range jobs {
					next.result <- c.listOne(ctx, next, settings, shared)
				}
			})
		}
	}

	next, stop := iter.Pull(connectors)
	defer stop()
	var waiting []job // in the order asked
	index := 0
	for more := true; more || len(waiting) > 0; {
		if more && len(waiting) < window && (len(waiting) == 0 || len(waiting[0].result) == 0) {
			var connector Connector
			if connector, more = next(); more {
				waiting = append(waiting, job{index, connector, make(chan Result, 1)})
				start(waiting[len(waiting)-1])
				index++
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

func (c *Client) listOne(ctx context.Context, next job, settings callSettings, shared *gate) (result Result) {
	result = Result{Index: next.index, Connector: next.connector}
	var call *call
	defer func() {
		// The caller could not recover what happens on a goroutine of ours.
		if panicked := recover(); panicked != nil {
			result.Asked = call != nil && call.attempts > 0
			result.Err = panicError(call, panicked)
		}
	}()
	if next.connector.Credential != (Credential{}) {
		settings.credential = next.connector.Credential
		if result.Err = settings.credential.check(); result.Err != nil {
			return result
		}
	}
	input := secretsapi.NewListConnectorSecretsInput(next.connector.TeamID, next.connector.ID)
	if call, result.Err = c.newCall(listSecrets, input, settings); result.Err != nil {
		return result
	}
	call.shared = shared
	result.List, result.Err = c.list(ctx, call)
	result.Asked = call.attempts > 0
	shared.finish(call, result.Err)
	return result
}
