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

// maxShown is the number of items that the reference shows of a list.
const maxShown = 20

// docsPage returns a function that makes the reference. Its page sends requests to the sandbox.
func docsPage(seed Seed, reserved map[string]int) func() ([]byte, error) {
	trial := newTrial(seed, reserved)
	return func() ([]byte, error) {
		spec, err := api.SpecJSON()
		if err != nil {
			return nil, err
		}
		return reference.Page(spec, reference.Options{
			Notice:   "This is a sandbox: its teams and connectors are made up. A credential and a connector are filled in below.",
			TryItOut: trial,
		})
	}
}

// newTrial returns the lists of a seed that the reference shows, and the values that it fills in.
func newTrial(seed Seed, reserved map[string]int) *reference.TryItOut {
	var credentials, teams []reference.Item
	for _, credential := range seed.credentials() {
		kind := "API key"
		if credential.APIKey == "" {
			kind = "OAuth token"
		}
		readable := make([]string, len(credential.Teams))
		for i, id := range credential.Teams {
			readable[i] = strconv.FormatInt(id, 10)
		}
		text := kind + " for all teams"
		if len(readable) > 0 {
			text = kind + " for " + strings.Join(few(readable), ", ")
		}
		credentials = append(credentials, reference.Item{Value: credential.APIKey + credential.BearerToken, Text: text})
	}
	for _, team := range seed.Teams {
		identifiers := make([]string, len(team.Connectors))
		for i, connector := range team.Connectors {
			identifiers[i] = connector.Identifier
		}
		teams = append(teams, reference.Item{Value: strconv.FormatInt(team.ID, 10), Text: strings.Join(few(identifiers), ", ")})
	}
	errors := strings.Join(few(slices.Sorted(maps.Keys(reserved))), ", ")
	lists := []reference.List{
		{Title: "Credentials", Items: fewItems(credentials)},
		{Title: "Teams and their connectors", Items: append(fewItems(teams), reference.Item{Value: "every team", Text: errors})},
	}
	trial := &reference.TryItOut{Lists: lists, Parameters: map[string]string{}}
	apiKey, bearerToken := seed.firstCredentials()
	trial.Token = cmp.Or(apiKey, bearerToken)
	if teamID, connectorID, ok := seed.Readable(trial.Token); ok {
		trial.Parameters[teamParameter], trial.Parameters[connectorParameter] = strconv.FormatInt(teamID, 10), connectorID
	}
	return trial
}

// hint suggests a request to a person without a browser.
func (s Seed) hint() string {
	apiKey, bearerToken := s.firstCredentials()
	credential := cmp.Or(apiKey, bearerToken)
	teamID, connectorID, ok := s.Readable(credential)
	if !ok {
		return ""
	}
	return fmt.Sprintf(" Try %s with the header Authorization: Bearer %s", ListPath(teamID, connectorID), credential)
}

// few returns the first values, and a text with the number of the others.
func few(values []string) []string {
	if len(values) <= maxShown {
		return values
	}
	return append(values[:maxShown:maxShown], fmt.Sprintf("and %d more", len(values)-maxShown))
}

func fewItems(items []reference.Item) []reference.Item {
	if len(items) <= maxShown {
		return items
	}
	return append(items[:maxShown:maxShown], reference.Item{Text: fmt.Sprintf("and %d more", len(items)-maxShown)})
}
