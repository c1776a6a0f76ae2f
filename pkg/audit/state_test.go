package audit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestStateOf(t *testing.T) {
	limited := func(after time.Duration) error {
		return &connectorsecrets.APIError{Response: connectorsecrets.Response{StatusCode: 429, RetryAfter: after}}
	}
	refused := &connectorsecrets.APIError{Response: connectorsecrets.Response{StatusCode: 401}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	stopped, stop := context.WithCancelCause(t.Context())
	stop(errors.New("enough is known"))
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	noAnswer := func(cause error) error { return &connectorsecrets.TransportError{Err: cause} }
	tests := []struct {
		name   string
		ctx    context.Context
		result connectorsecrets.Result
		state  audit.State
		reason string
	}{
		{"seconds", t.Context(), connectorsecrets.Result{Err: limited(44500 * time.Millisecond)}, audit.StateNotAsked, "rate limit used up, try again in 45s"},
		{"a minute", t.Context(), connectorsecrets.Result{Err: limited(time.Minute)}, audit.StateNotAsked, "rate limit used up, try again in 1m"},
		{"over a minute", t.Context(), connectorsecrets.Result{Err: limited(61 * time.Second)}, audit.StateNotAsked, "rate limit used up, try again in 2m"},
		{"hours", t.Context(), connectorsecrets.Result{Err: limited(7199 * time.Second)}, audit.StateNotAsked, "rate limit used up, try again in 2h"},
		{"hours and minutes", t.Context(), connectorsecrets.Result{Err: limited(70 * time.Minute)}, audit.StateNotAsked, "rate limit used up, try again in 1h10m"},
		{"its own 429", t.Context(), connectorsecrets.Result{Err: limited(time.Minute), Asked: true}, audit.StateError, ""},
		{"its own failure before the end", ended, connectorsecrets.Result{Err: errors.New("broken"), Asked: true}, audit.StateError, ""},
		{"another's 429 without a delay", t.Context(), connectorsecrets.Result{Err: limited(0)}, audit.StateNotAsked, "rate limit used up, try again later"},
		{"another's 401", t.Context(), connectorsecrets.Result{Err: fmt.Errorf("%w", refused)}, audit.StateNotAsked, "the API refused their credential"},
		{"nothing answers", t.Context(), connectorsecrets.Result{Err: noAnswer(errors.New("silence"))}, audit.StateNotAsked,
			"no response from the API: silence; check the network, the proxy settings and the base URL"},
		{"its own silence", t.Context(), connectorsecrets.Result{Err: noAnswer(errors.New("silence")), Asked: true}, audit.StateError, ""},
		{"interrupted before", ended, connectorsecrets.Result{Err: noAnswer(context.Canceled)}, audit.StateNotAsked, "interrupted"},
		{"interrupted while it waits", ended, connectorsecrets.Result{Err: noAnswer(context.Canceled), Asked: true}, audit.StateError, ""},
		{"no time left", late, connectorsecrets.Result{Err: noAnswer(context.DeadlineExceeded)}, audit.StateNotAsked, "context deadline exceeded"},
		{"a cause", stopped, connectorsecrets.Result{Err: noAnswer(context.Canceled), Asked: true}, audit.StateNotAsked, "enough is known"},
		{"refused before sending", t.Context(), connectorsecrets.Result{Err: &connectorsecrets.ArgumentError{}}, audit.StateError, ""},
		{"read", ended, connectorsecrets.Result{Asked: true}, audit.StateOK, ""},
	}
	for _, test := range tests {
		if state, reason := audit.StateOf(test.ctx, test.result); state != test.state || reason != test.reason {
			t.Errorf("%s: %s, %q; want %s, %q", test.name, state, reason, test.state, test.reason)
		}
	}
}

// TestSummary_Reasons: each reason has its own count, in the order of their first use.
func TestSummary_Reasons(t *testing.T) {
	summary := &audit.Summary{}
	for _, reason := range []string{"interrupted", "rate limit used up", "interrupted"} {
		summary.AddState(audit.StateNotAsked, reason)
	}
	if got := fmt.Sprint(summary.Reasons); got != "[2 not asked: interrupted 1 not asked: rate limit used up]" || summary.Complete() {
		t.Error(got)
	}
}
