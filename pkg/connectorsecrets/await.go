package connectorsecrets

import (
	"context"
	"fmt"
	"runtime"
)

// foreign is what runs code that is not ours.
type foreign interface{ run() }

// await runs foreign code, which may not heed ctx, and reports whether it returned before ctx ended. If not, its goroutine
// ends when the code returns. A panic of the code, and [runtime.Goexit], become the caller's.
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

// exited is the outcome of code that ended its goroutine.
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

// panicError is the error of a connector whose token source or transport panicked. It shows what the runtime panics with,
// and of anything else the type alone: what foreign code says may hold a credential.
func panicError(c *call, panicked any) *TransportError {
	e := &TransportError{Err: fmt.Errorf("a panic in the token source or the transport, of type %T", panicked)}
	if failure, ok := panicked.(runtime.Error); ok {
		e.Err = fmt.Errorf("a panic in the token source or the transport: %w", failure)
	}
	if c != nil {
		e.Attempts = c.attempts
	}
	return e
}
