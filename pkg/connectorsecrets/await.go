package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// foreign runs code that is not ours, such as a transport or a token source.
type foreign interface{ run() }

// await runs code on a new goroutine, because it may ignore ctx. It reports whether code returned before ctx ended. If not,
// the goroutine ends when code returns. A panic or [runtime.Goexit] in code is passed on to the caller.
func await(ctx context.Context, code foreign) bool {
	done := make(chan any, 1)
	go perform(code, done)
	select {
	case outcome := <-done:
		switch outcome.(type) {
		case nil:
			return true
		case exited:
			runtime.Goexit()
		}
		panic(outcome)
	case <-ctx.Done():
		return false
	}
}

// exited is the outcome of code that called runtime.Goexit.
type exited struct{}

func perform(code foreign, done chan<- any) {
	var outcome any = exited{}
	defer func() {
		if panicked := recover(); panicked != nil {
			outcome = panicked
		}
		done <- outcome
	}()
	code.run()
	outcome = nil
}

// panicError returns the error of a connector whose token source or transport panicked, or called [runtime.Goexit] if
// panicked is nil. It shows the text of a runtime error. Of any other value it shows only the type, because the value may hold
// a credential.
func panicError(c *call, panicked any) *TransportError {
	e := &TransportError{}
	switch panicked := panicked.(type) {
	case nil:
		e.Err = errors.New("the token source or the transport called runtime.Goexit")
	case runtime.Error:
		e.Err = fmt.Errorf("a panic in the token source or the transport: %w", panicked)
	default:
		e.Err = fmt.Errorf("a panic in the token source or the transport, of type %T", panicked)
	}
	if c != nil {
		e.Attempts = c.attempts
	}
	return e
}
