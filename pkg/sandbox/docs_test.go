package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/sandbox"
)

// shown returns the items that the reference shows of a seed, one per line, and the values that it fills in.
func shown(t *testing.T, seed sandbox.Seed) (lines string, filledIn map[string]any) {
	t.Helper()
	_, page := send(t, http.MethodGet, sandbox.Start(t, sandbox.WithSeed(seed)).URL+"/docs/", "")
	settings := regexp.MustCompile(`(?m)const settings = (.*);$`).FindSubmatch(page.body)
	var read struct{ TryItOut map[string]any }
	if page.status != http.StatusOK || settings == nil {
		t.Fatalf("status %d, and no settings in %.2000s", page.status, page.body)
	}
	if err := json.Unmarshal(settings[1], &read); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range regexp.MustCompile(`(?s)<(?:h2|li)>.*?</(?:h2|li)>`).FindAllString(string(page.body), -1) {
		text.WriteString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(part, "") + "\n")
	}
	return text.String(), read.TryItOut
}

func TestDocs_ShowTheSeed(t *testing.T) {
	connectors := []sandbox.Connector{{Identifier: "A"}, {Identifier: "B"}}
	lines, filledIn := shown(t, sandbox.Seed{
		Teams: []sandbox.Team{{ID: 1}, {ID: 9007199254740993, Connectors: connectors}},
		Credentials: []sandbox.Credential{
			{BearerToken: "fake-<token>~"}, {APIKey: "fake-key", Teams: []int64{1, 9007199254740993}}, {APIKey: "fake-second-key", Teams: []int64{1}},
		},
	})
	for _, want := range []string{
		"Credentials\nfake-&lt;token&gt;~ OAuth token for all teams\nfake-key API key for 1, 9007199254740993\nfake-second-key API key for 1\n",
		"Teams and their connectors\n1\n9007199254740993 A, B\nevery team error-",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("the page shows\n%s, want\n%s", lines, want)
		}
	}
	if got := fmt.Sprint(filledIn); got != "map[parameters:map[connector_identifier:A team_id:9007199254740993] token:fake-key]" {
		t.Errorf("filled in: %s", got)
	}
}

// TestDocs_WithNothingToTry has tokens only, and a credential that can read no connector.
func TestDocs_WithNothingToTry(t *testing.T) {
	seed := sandbox.Seed{Teams: []sandbox.Team{{ID: 1}}, Credentials: []sandbox.Credential{{BearerToken: "fake-token"}}}
	if _, filledIn := shown(t, seed); fmt.Sprint(filledIn) != "map[parameters:map[] token:fake-token]" {
		t.Errorf("filled in: %v", filledIn)
	}
	if _, got := send(t, http.MethodGet, sandbox.Start(t, sandbox.WithSeed(seed)).URL, ""); strings.Contains(string(got.body), "Try ") {
		t.Errorf("the root says %s", got.body)
	}
}

// TestDocs_AreShort: the page shows a short list whole, and of a long one the first items and the number of the others.
func TestDocs_AreShort(t *testing.T) {
	const most = 20
	for count, left := range map[int]string{most: "", most + 1: "and 1 more", most + 9: "and 9 more"} {
		var seed sandbox.Seed
		for i := range count {
			seed.Teams = append(seed.Teams, sandbox.Team{ID: int64(i) + 1})
			seed.Teams[0].Connectors = append(seed.Teams[0].Connectors, sandbox.Connector{Identifier: fmt.Sprintf("C%d", i+1)})
			seed.Credentials = append(seed.Credentials, sandbox.Credential{APIKey: fmt.Sprintf("fake-key-%d", i+1)})
		}
		lines, _ := shown(t, seed)
		last := fmt.Sprintf(", C%d\n", most)
		credentials := fmt.Sprintf("fake-key-%d API key for all teams\nTeams", most)
		if left != "" {
			last = fmt.Sprintf(", C%d, %s\n", most, left)
			credentials = fmt.Sprintf("fake-key-%d API key for all teams\n %s\nTeams", most, left)
		}
		if !strings.Contains(lines, last) || !strings.Contains(lines, credentials) || strings.Count(lines, left+"\nevery team") != 1 {
			t.Errorf("%d: the page shows\n%s", count, lines)
		}
	}
}
