package connectorsecrets

import (
	"context"
	"iter"
	"sync"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
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
	// TeamID is the team ID, as for [Client.List].
	TeamID int64
	// ID is the connector identifier, as for [Client.List].
	ID string
	// Credential authenticates the requests for this connector. The zero value means the credential of the call or the
	// client.
	Credential Credential
}

// Result is the result for one connector: a list, or an error of [Client.List].
type Result struct {
	// Index is the connector's position in the sequence, from 0.
	Index     int
	Connector Connector
	// Asked reports whether a request for this connector was sent, or at least tried. If not, Err is one of: an
	// [*ArgumentError], the end of the context, the panic of a token source, or the error of another connector that stopped
	// the requests.
	Asked bool
	// List is nil if there is an error.
	List *SecretList
	Err  error
}

// ListEach lists the secrets of many connectors with a few workers. Every connector gets exactly one result, with its own
// list or error. Results come in the order of the connectors, each as soon as it is ready.
//
//   - All workers share one pace. A 429 with a Retry-After pauses all of them, so that they don't run into the limit one by
//     one. If the pause is longer than the [RetryPolicy] allows, the following connectors get that error without a request.
//   - A final 401 stops the requests with its credential: the following connectors with that credential get that error
//     without a request. A 401 is final if a fresh token does not help.
//   - When the context ends, the remaining connectors get a [*TransportError] with the context's error.
//   - If a token source or a transport panics or calls [runtime.Goexit], its connector gets a [*TransportError].
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

// job is one connector for a worker.
type job struct {
	index     int
	connector Connector
	result    chan Result // buffered, so that no worker waits for the loop
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

	var work func()
	work = func() {
		ended := false
		defer func() {
			if !ended { // by runtime.Goexit
				workers.Go(work)
			}
		}()
		for next := range jobs {
			c.listOne(ctx, next, settings, shared)
		}
		ended = true
	}
	started := 0
	start := func(next job) {
		jobs <- next // does not block: the buffer holds the window
		if started < settings.workers {
			started++
			workers.Go(work)
		}
	}

	next, stop := iter.Pull(connectors)
	defer stop()
	var waiting []job // in the order of the connectors
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

// listOne sends the result of a job, even if a token source or a transport panics or calls [runtime.Goexit]: the caller can't
// recover that on the worker's goroutine.
func (c *Client) listOne(ctx context.Context, next job, settings callSettings, shared *gate) {
	result := Result{Index: next.index, Connector: next.connector}
	var call *call
	returned := false
	defer func() {
		if panicked := recover(); !returned {
			result.Err = panicError(call, panicked)
		}
		result.Asked = call != nil && call.attempts > 0
		next.result <- result
	}()
	if call, result.Err = c.connectorCall(next.connector, settings); result.Err == nil {
		call.shared = shared
		result.List, result.Err = c.list(ctx, call)
		shared.finish(call, result.Err)
	}
	returned = true
}

func (c *Client) connectorCall(connector Connector, settings callSettings) (*call, error) {
	if connector.Credential != (Credential{}) {
		settings.credential = connector.Credential
		if err := settings.credential.check(); err != nil {
			return nil, err
		}
	}
	return c.newCall(listSecrets, secretsapi.NewListConnectorSecretsInput(connector.TeamID, connector.ID), settings)
}
