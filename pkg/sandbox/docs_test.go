package sandbox_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// TestDocs_ShowTheSeed reads what the page shows and fills in. The browser's tests look at the page itself.
func TestDocs_ShowTheSeed(t *testing.T) {
	server := sandbox.Start(t, sandbox.WithSeed(sandbox.Seed{
		Teams: []sandbox.Team{{ID: 1}, {ID: 9007199254740993, Connectors: []sandbox.Connector{{Identifier: "A"}, {Identifier: "B"}}}},
		Credentials: []sandbox.Credential{
			{BearerToken: "fake-<token>~"}, {APIKey: "fake-key", Teams: []int64{1, 9007199254740993}}, {APIKey: "fake-second-key", Teams: []int64{1}},
		},
	}))
	type item struct{ Value, Text string }
	type trial struct {
		Token      string
		Parameters map[string]string
		Lists      []struct {
			Title string
			Items []item
		}
	}
	page := get(t, server.URL+"/docs/")
	settings := regexp.MustCompile(`(?m)const settings = (.*);$`).FindSubmatch(page.body)
	if page.status != 200 || settings == nil {
		t.Fatalf("status %d, and no settings in %.2000s", page.status, page.body)
	}
	var got struct{ TryItOut trial }
	if err := json.Unmarshal(settings[1], &got); err != nil {
		t.Fatal(err)
	}
	lists := got.TryItOut.Lists
	want := [][]item{
		{{"fake-<token>~", "OAuth token for all teams"}, {"fake-key", "API key for 1, 9007199254740993"}, {"fake-second-key", "API key for 1"}},
		{{"1", ""}, {"9007199254740993", "A, B"}},
	}
	if diff := cmp.Diff(want, [][]item{lists[0].Items, lists[1].Items}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.TryItOut.Token != "fake-key" || !cmp.Equal(got.TryItOut.Parameters, map[string]string{"connector_identifier": "A", "team_id": "9007199254740993"}) {
		t.Errorf("filled in: %s, %v", got.TryItOut.Token, got.TryItOut.Parameters)
	}
}
