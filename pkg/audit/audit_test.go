package audit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/audit"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// listing starts a server with these connectors and the names of their secrets. Any other connector gets a 404. It counts
// requests.
func listing(t *testing.T, connectors map[string][]string) (*connectorsecrets.Client, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		path := strings.Split(r.URL.Path, "/")
		names, ok := connectors[path[3]+"/"+path[6]]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		secrets := make([]string, len(names))
		for i, name := range names {
			secrets[i] = fmt.Sprintf(`{"secret_placeholder":"p%d","secret_name":%q}`, i, name)
		}
		_, _ = fmt.Fprintf(w, `{"count":%d,"secrets":[%s]}`, len(names), strings.Join(secrets, ","))
	}))
	t.Cleanup(server.Close)
	return newClient(t, "fake-key", server.URL), &requests
}

// line returns a finding as one line.
func line(f *audit.Finding) string {
	text := fmt.Sprintf("%d/%s %s", f.TeamID, f.ConnectorID, f.State)
	for _, part := range []struct {
		name  string
		names []string
	}{{"missing", f.Missing}, {"elsewhere", f.OnlyElsewhere}, {"extra", f.NotRequired}, {"double", f.Duplicate}} {
		if len(part.names) > 0 {
			text += fmt.Sprintf(" %s %s", part.name, strings.Join(part.names, ","))
		}
	}
	return text
}

func lines(findings []*audit.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, line(f))
	}
	return all
}

func teams(ids ...int64) []audit.Environment {
	var environments []audit.Environment
	for _, id := range ids {
		environment := audit.Environment{TeamID: id}
		if len(ids) > 1 {
			environment.Name = fmt.Sprintf("e%d", id)
		}
		environments = append(environments, environment)
	}
	return environments
}

func TestRun(t *testing.T) {
	client, requests := listing(t, map[string][]string{
		"1/A": {"a", "debug"}, "2/A": {"a"}, "1/B": {"a"}, "2/B": {"a"}, "1/C": {"a"}, "1/D": {"a", "b", "a", "c", "c", "c"},
		"1/EMPTY": {}, "2/EMPTY": {},
	})
	tests := []struct {
		name       string
		connector  audit.Connector
		allowEmpty bool
		want       []string
		matrix     []string
		requests   int32
	}{
		{name: "complete", connector: audit.Connector{ID: "B", Required: []string{"a"}, Environments: teams(1)}, want: []string{"1/B ok"}, requests: 1},
		{name: "missing, extra and double", connector: audit.Connector{ID: "D", Required: []string{"a", "z", "a"}, Environments: teams(1)},
			want: []string{"1/D missing missing z extra b,c double a,c"}, requests: 1},
		{name: "no secrets", connector: audit.Connector{ID: "EMPTY", Required: []string{"a", "z"}, Environments: teams(1)},
			want: []string{"1/EMPTY missing missing a,z"}, requests: 1},
		{name: "unknown", connector: audit.Connector{ID: "X", Required: []string{"a"}, Environments: teams(1)}, want: []string{"1/X error"}, requests: 1},
		{name: "nothing to compare", connector: audit.Connector{ID: "B", Environments: teams(1)}, want: []string{"1/B nothing_to_compare"}},
		{name: "nothing to compare, allowed", connector: audit.Connector{ID: "B", Environments: teams(1)}, allowEmpty: true, want: []string{"1/B nothing_to_compare"}},
		{name: "environments", connector: audit.Connector{ID: "A", Required: []string{"a", "z"}, Environments: teams(1, 2)},
			want:   []string{"1/A missing missing z extra debug", "2/A missing missing z elsewhere debug"},
			matrix: []string{"a present present", "z missing missing", "debug present missing"}, requests: 2},
		{name: "no environment", connector: audit.Connector{ID: "A", Required: []string{"a"}}, want: []string{"0/A error"}},
		{name: "environments without names", connector: audit.Connector{ID: "A", Environments: []audit.Environment{{TeamID: 1}, {TeamID: 2}}},
			want: []string{"1/A ok extra a,debug", "2/A missing elsewhere debug extra a"}, requests: 2},
		{name: "environments that agree", connector: audit.Connector{ID: "B", Environments: teams(1, 2)},
			want: []string{"1/B ok extra a", "2/B ok extra a"}, matrix: []string{"a present present"}, requests: 2},
		{name: "environments without secrets", connector: audit.Connector{ID: "EMPTY", Environments: teams(1, 2)},
			want: []string{"1/EMPTY ok", "2/EMPTY ok"}, matrix: []string{}, requests: 2},
		{name: "drift alone", connector: audit.Connector{ID: "A", Environments: teams(2, 1)},
			want:   []string{"2/A missing elsewhere debug extra a", "1/A ok extra a,debug"},
			matrix: []string{"a present present", "debug missing present"}, requests: 2},
		{name: "one environment can't be read", connector: audit.Connector{ID: "C", Required: []string{"a"}, Environments: teams(2, 1)},
			want: []string{"2/C error", "1/C ok"}, matrix: []string{"a unknown present"}, requests: 2},
		{name: "enough to compare with", connector: audit.Connector{ID: "B", Environments: teams(1, 2, 3)},
			want: []string{"1/B ok extra a", "2/B ok extra a", "3/B error"}, matrix: []string{"a present present"}, requests: 3},
		{name: "nothing to compare with", connector: audit.Connector{ID: "C", Environments: teams(1, 2)},
			want: []string{"1/C nothing_to_compare extra a", "2/C error"}, matrix: []string{"a present unknown"}, requests: 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requests.Store(0)
			manifest := &audit.Manifest{Connectors: []audit.Connector{test.connector}, AllowEmpty: test.allowEmpty}
			findings := slices.Collect(audit.Run(t.Context(), manifest, client))
			if diff := cmp.Diff(test.want, lines(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if requests.Load() != test.requests {
				t.Errorf("%d requests, want %d", requests.Load(), test.requests)
			}
			for i, f := range findings {
				isError := f.State == audit.StateError || f.State == audit.StateNothingToCompare && !test.allowEmpty
				if (f.Err != nil) != isError || (f.Error != nil) != isError {
					t.Errorf("error %v of the state %s", f.Err, f.State)
				}
				if (f.Environments != nil) != (test.matrix != nil && i == len(findings)-1) {
					t.Errorf("finding %d has the matrix %v", i, f.Environments)
				}
			}
			if matrix := findings[len(findings)-1].Environments; matrix != nil {
				cells := []string{}
				for _, row := range matrix.Secrets {
					cells = append(cells, row.Name+" "+row.States[matrix.Environments[0]]+" "+row.States[matrix.Environments[1]])
				}
				if diff := cmp.Diff(test.matrix, cells); diff != "" {
					t.Errorf("matrix (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestRun_NotAsked: if a response ends the run, it is the error of its own connector only.
func TestRun_NotAsked(t *testing.T) {
	tests := []struct {
		name, reason string
		status       int
		headers      []string
	}{
		{"rate limit", "rate limit used up, try again in 46m", http.StatusTooManyRequests, []string{"Retry-After", "2760"}},
		{"credential", "the API refused their credential", http.StatusUnauthorized, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for i := 0; i < len(test.headers); i += 2 {
					w.Header().Set(test.headers[i], test.headers[i+1])
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(`{"meta":{"request_id":"of-the-first"},"error":{"code":"CODE","message":"The first."}}`))
			}))
			defer server.Close()
			manifest, summary := &audit.Manifest{}, &audit.Summary{}
			for i := range 299 {
				manifest.Connectors = append(manifest.Connectors, audit.Connector{ID: fmt.Sprint("C", i), Required: []string{"a"}, Environments: teams(1)})
			}
			for f := range audit.Run(t.Context(), manifest, newClient(t, "fake-key", server.URL), connectorsecrets.WithWorkers(1)) {
				summary.Add(f)
				if isFirst := summary.Total == 1; (f.Err != nil) != isFirst || (f.State == audit.StateError) != isFirst || (f.Reason == "") != isFirst {
					t.Fatalf("finding %d: %+v", summary.Total, f)
				}
			}
			if want := []audit.Reason{{Reason: test.reason, Count: 298}}; !slices.Equal(summary.Reasons, want) || summary.Complete() {
				t.Errorf("%v, want %v", summary.Reasons, want)
			}
			if want := "298 not asked: " + test.reason; summary.Reasons[0].String() != want {
				t.Errorf("%s, want %s", summary.Reasons[0], want)
			}
		})
	}
}

// TestRun_EndOfTheLoop: if the caller leaves the loop, no more requests are sent, and nothing runs on.
func TestRun_EndOfTheLoop(t *testing.T) {
	client, requests := listing(t, map[string][]string{"1/A": {}})
	manifest := &audit.Manifest{}
	for range 100 {
		manifest.Connectors = append(manifest.Connectors, audit.Connector{ID: "A", Required: []string{"a"}, Environments: teams(1)})
	}
	for range audit.Run(t.Context(), manifest, client, connectorsecrets.WithWorkers(1), connectorsecrets.WithPace(0)) {
		break
	}
	if requests.Load() > 10 {
		t.Errorf("%d requests after the loop ended at the first finding", requests.Load())
	}
	stacks := make([]byte, 1<<20)
	if stacks = stacks[:runtime.Stack(stacks, true)]; strings.Contains(string(stacks), "listEach") {
		t.Errorf("ListEach still runs:\n%s", stacks)
	}
}
