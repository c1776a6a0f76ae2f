package audit

import (
	"fmt"
	"slices"
)

// Summary counts the findings of a run by state. It is also its JSON form.
type Summary struct {
	Total int `json:"total"`
	// Checked is the number of connectors that were read and compared: OK and Missing.
	Checked          int `json:"checked"`
	OK               int `json:"ok"`
	Missing          int `json:"missing"`
	Failed           int `json:"failed"`
	NotAsked         int `json:"not_asked"`
	NothingToCompare int `json:"nothing_to_compare"`
	// MissingSecrets is the number of secrets that the connectors of Missing lack together.
	MissingSecrets int `json:"missing_secrets"`

	// Reasons say why connectors were not asked, in the order of their first use.
	Reasons []Reason `json:"-"`
}

// Reason says why connectors were not asked, and how many of them.
type Reason struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// String returns the reason with its count, such as "298 not asked: rate limit used up, try again in 46m".
func (r Reason) String() string { return fmt.Sprintf("%d not asked: %s", r.Count, r.Reason) }

// Add counts a finding.
func (s *Summary) Add(f *Finding) {
	s.AddState(f.State, f.Reason)
	s.MissingSecrets += len(f.Missing) + len(f.OnlyElsewhere)
}

// AddState counts a state. The reason is for [StateNotAsked].
func (s *Summary) AddState(state State, reason string) {
	s.Total++
	switch state {
	case StateOK:
		s.Checked++
		s.OK++
	case StateMissing:
		s.Checked++
		s.Missing++
	case StateNotAsked:
		s.NotAsked++
		i := slices.IndexFunc(s.Reasons, func(r Reason) bool { return r.Reason == reason })
		if i < 0 {
			i = len(s.Reasons)
			s.Reasons = append(s.Reasons, Reason{Reason: reason})
		}
		s.Reasons[i].Count++
	case StateNothingToCompare:
		s.NothingToCompare++
	default:
		s.Failed++
	}
}

// Complete reports whether every connector was asked.
func (s *Summary) Complete() bool { return s.NotAsked == 0 }

// String returns the line for the end of a run, such as
//
//	checked 6: 2 ok, 4 lack 6 secrets, 0 failed, 0 not asked, 0 nothing to compare
//
// Its words stay the same whatever the numbers, for programs that search for them.
func (s *Summary) String() string {
	return fmt.Sprintf("checked %d: %d ok, %d lack %d secrets, %d failed, %d not asked, %d nothing to compare",
		s.Checked, s.OK, s.Missing, s.MissingSecrets, s.Failed, s.NotAsked, s.NothingToCompare)
}
