package audit_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

func TestStateOf(t *testing.T) {
	limited := func(after time.Duration) error {
		return &connectorsecrets.APIError{Response: connectorsecrets.Response{StatusCode: 429, RetryAfter: after}}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
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
		{"its own 429", t.Context(), connectorsecrets.Result{Err: limited(time.Minute), Asked: true}, audit.StateError, ""},
		{"its own failure before the end", ended, connectorsecrets.Result{Err: errors.New("broken"), Asked: true}, audit.StateError, ""},
		{"the end", ended, connectorsecrets.Result{Err: context.Canceled, Asked: true}, audit.StateNotAsked, "interrupted"},
		{"refused before sending", t.Context(), connectorsecrets.Result{Err: &connectorsecrets.ArgumentError{}}, audit.StateError, ""},
		{"read", ended, connectorsecrets.Result{Asked: true}, audit.StateOK, ""},
	}
	for _, test := range tests {
		if state, reason := audit.StateOf(test.ctx, test.result); state != test.state || reason != test.reason {
			t.Errorf("%s: %s, %q; want %s, %q", test.name, state, reason, test.state, test.reason)
		}
	}
}

// TestReport_AllowedEmpty: what is allowed is skipped and no failure, and one connector that was not asked is not all.
func TestReport_AllowedEmpty(t *testing.T) {
	var text bytes.Buffer
	summary := report(t, &text, audit.JUnit, audit.Style{}, func(yield func(*audit.Finding) bool) {
		yield(&audit.Finding{TeamID: 1, ConnectorID: "A", State: audit.StateNothingToCompare})
	})
	if !strings.Contains(text.String(), `errors="0" skipped="1"`) || !summary.Complete() {
		t.Errorf("%s", text.String())
	}
	if summary.AddState(audit.StateNotAsked, "x"); summary.Complete() {
		t.Error("complete without one")
	}
}
