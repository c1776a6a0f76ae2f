package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

// TestSummary_Reasons: each reason has its own count, in the order of their first use.
func TestSummary_Reasons(t *testing.T) {
	summary := &audit.Summary{}
	for _, reason := range []string{"interrupted", "rate limit used up", "interrupted", "interrupted", "rate limit used up"} {
		summary.AddState(audit.StateNotAsked, reason)
	}
	want := []audit.Reason{{Reason: "interrupted", Count: 3}, {Reason: "rate limit used up", Count: 2}}
	if diff := cmp.Diff(want, summary.Reasons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
