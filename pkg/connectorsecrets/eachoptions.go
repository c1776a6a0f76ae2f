package connectorsecrets

import (
	"fmt"
	"math"
	"time"
)

// Defaults of [Client.ListEach].
const (
	// DefaultWorkers is the number of calls under way at once.
	DefaultWorkers = 8
	// DefaultPace is the number of requests a second, which the vendor advises not to exceed.
	DefaultPace = 20.0
)

// EachOption sets something for one call of [Client.ListEach].
type EachOption func(*eachSettings) error

type eachSettings struct {
	workers int
	pace    float64
	timeout time.Duration
}

// maxWorkers is far beyond what helps: the common pace, and the connections to one host, set the bound.
const maxWorkers = 10_000

// WithWorkers sets how many calls are under way at once, at most 10,000. 0 means [DefaultWorkers].
func WithWorkers(workers int) EachOption {
	return func(s *eachSettings) error {
		if workers < 0 || workers > maxWorkers {
			return &ArgumentError{Argument: "workers", Reason: fmt.Sprintf("must be from 0 to %d", maxWorkers)}
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

// WithConnectorTimeout limits what each connector may take as a whole, from its first request on: its retries, and its
// waits for them and for a common pause, included. [WithTimeout] of the client still limits each attempt. 0 means no
// limit, which is the default.
func WithConnectorTimeout(timeout time.Duration) EachOption {
	return func(s *eachSettings) error {
		if timeout < 0 {
			return &ArgumentError{Argument: "connector timeout", Reason: "must not be negative"}
		}
		s.timeout = timeout
		return nil
	}
}
