package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/api"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/reference"
)

// docsPage returns the reference. Its page sends requests to the sandbox.
func docsPage(trial *reference.TryItOut) ([]byte, error) {
	spec, err := api.SpecJSON()
	if err != nil {
		return nil, err
	}
	return reference.Page(spec, reference.Options{
		Notice:   "This is a sandbox: its teams and connectors are made up. A credential and a connector are filled in below.",
		TryItOut: trial,
	})
}

func newTrial(seed Seed, reserved map[string]int) *reference.TryItOut {
	credentials, teams := reference.List{Title: "Credentials"}, reference.List{Title: "Teams and their connectors"}
	for _, credential := range seed.credentials() {
		kind, readable := "API key", "all teams"
		if credential.APIKey == "" {
			kind = "OAuth token"
		}
		if len(credential.Teams) > 0 {
			readable = strings.ReplaceAll(strings.Trim(fmt.Sprint(credential.Teams), "[]"), " ", ", ")
		}
		credentials.Items = append(credentials.Items, reference.Item{Value: credential.value(), Text: kind + " for " + readable})
	}
	for _, team := range seed.Teams {
		item := reference.Item{Value: strconv.FormatInt(team.ID, 10)}
		for _, connector := range team.Connectors {
			item.Text = strings.TrimPrefix(item.Text+", "+connector.Identifier, ", ")
		}
		teams.Items = append(teams.Items, item)
	}
	errors := reference.Item{Value: "every team", Text: strings.Join(slices.Sorted(maps.Keys(reserved)), ", ")}
	trial := &reference.TryItOut{Parameters: map[string]string{}}
	trial.Lists = []reference.List{credentials, teams, {Title: "Connectors for errors", Items: []reference.Item{errors}}}
	trial.Token = cmp.Or(seed.first().APIKey, seed.first().BearerToken)
	if teamID, connectorID, ok := seed.Readable(trial.Token); ok {
		trial.Parameters[teamParameter], trial.Parameters[connectorParameter] = strconv.FormatInt(teamID, 10), connectorID
	}
	return trial
}
