package audit_test

import (
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
)

// TestFinding_Hints: a missing name that is a registered one in all but what is hard to see.
func TestFinding_Hints(t *testing.T) {
	const lacks, look = "hint: connector A of team 1 lacks ", ": they differ only in case, spaces, Unicode form or look-alike letters"
	tests := []struct {
		missing    string
		registered []string
		want       string
	}{
		{"api_key", []string{"Api_Key"}, lacks + "api_key, but has Api_Key" + look},
		{"STRASSE\u03a3", []string{"strasse\u03c2"}, lacks + `"STRASSE\u03a3", but has "strasse\u03c2"` + look},
		{"Schl\u00fcssel", []string{"Schlu\u0308ssel"}, lacks + `"Schl\u00fcssel", but has "Schlu\u0308ssel"` + look},
		{"key1", []string{"ｋｅｙ１"}, lacks + `key1, but has "\uff4b\uff45\uff59\uff11"` + look},
		{"client secret", []string{"client\u00a0secret"}, lacks + `client secret, but has "client\u00a0secret"` + look},
		{"client_id", []string{"client_id "}, lacks + `client_id, but has "client_id "` + look},
		{"client_id", []string{"client\u200d_\ufe0fid"}, lacks + `client_id, but has "client\u200d_\ufe0fid"` + look},
		{"client_id", []string{"\u0441lient_id"}, lacks + `client_id, but has "\u0441lient_id"` + look},
		{"api-key", []string{"api\u2013key"}, lacks + `api-key, but has "api\u2013key"` + look},
		{"Client Id", []string{"\u0441lient\u00a0id"}, lacks + `Client Id, but has "\u0441lient\u00a0id"` + look},
		{"a,b", []string{"b"}, lacks + `"a,b", but has b: a comma does not separate names, so give each one by itself`},
		{"a, b", []string{"a", "b"}, lacks + `"a, b", but has a, b: a comma does not separate names, so give each one by itself`},
		{"a,c", []string{"b"}, ""},
		{"client_id", []string{"client-id", "cliend_id", "client_id2"}, ""},
		{"a", nil, ""},
	}
	for _, test := range tests {
		for _, finding := range []*audit.Finding{
			{Required: []string{test.missing}, Missing: []string{test.missing}, NotRequired: test.registered},
			{Required: append(test.registered, test.missing), Missing: []string{test.missing}},
			{Required: test.registered, OnlyElsewhere: []string{test.missing}},
		} {
			finding.TeamID, finding.ConnectorID = 1, "A"
			if got := strings.Join(finding.Hints(), "\n"); got != test.want {
				t.Errorf("%+q: %s, want %s", test.missing, got, test.want)
			}
		}
	}
	both := audit.Finding{TeamID: 1, ConnectorID: "A", Missing: []string{"a", "A,B"}, NotRequired: []string{"A", "b"}}
	if hints := both.Hints(); len(hints) != 2 {
		t.Errorf("%q", hints)
	}
}
