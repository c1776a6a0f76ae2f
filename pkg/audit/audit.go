// Package audit finds out which secrets connectors lack. A [Manifest] names connectors, the secrets that each must have,
// and the environments (teams) that should have the same secrets. [Run] lists the secrets of all connectors through a
// client, and compares them. A [Reporter] writes the findings for a person, a spreadsheet or a CI system.
//
// A connector is [StateOK] only if it was read and compared, and nothing is missing.
//
// The package reads no flags, terminals or environment variables by itself: a [Source] gives it access to files and variables.
package audit

import (
	"context"
	"iter"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// Run checks the connectors of a manifest. It yields one finding for each connector and environment, in the order of the
// manifest. The findings of a connector come together, once all its environments have been read. Run calls
// [connectorsecrets.Client.ListEach] with the options; its documentation describes the pace, the retries, and what ends the
// requests early. If an environment has a credential, it replaces the client's.
//
// If ctx ends, the remaining findings have [StateNotAsked], and the cause of the context is their reason.
func Run(ctx context.Context, manifest *Manifest, client *connectorsecrets.Client, options ...connectorsecrets.CallOption) iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		next, stop := iter.Pull(client.ListEach(ctx, manifest.asked(), options...))
		defer stop()
		for i := range manifest.Connectors {
			connector := &manifest.Connectors[i]
			environments := connector.environments()
			findings := make([]*Finding, len(environments))
			for j, environment := range environments {
				findings[j] = newFinding(connector, environment)
				if connector.isEmpty() {
					findings[j].nothingToCompare(manifest.AllowEmpty)
				} else if result, ok := next(); ok {
					findings[j].compare(ctx, result)
				}
			}
			if !connector.isEmpty() {
				compareEnvironments(findings, manifest.AllowEmpty)
			}
			for _, finding := range findings {
				if !yield(finding) {
					return
				}
			}
		}
	}
}

// asked returns the connectors to list. It leaves out those with nothing to compare.
func (m *Manifest) asked() iter.Seq[connectorsecrets.Connector] {
	return func(yield func(connectorsecrets.Connector) bool) {
		for _, connector := range m.Connectors {
			if connector.isEmpty() {
				continue
			}
			for _, environment := range connector.environments() {
				next := connectorsecrets.Connector{TeamID: environment.TeamID, ID: connector.ID, Credential: environment.Credential}
				if !yield(next) {
					return
				}
			}
		}
	}
}

// environments returns the connector's environments. If it has none, the result is one without a team, which the client
// refuses: no connector is left out.
func (c Connector) environments() []Environment {
	if len(c.Environments) == 0 {
		return []Environment{{}}
	}
	return c.Environments
}

// isEmpty reports whether there is nothing to compare: the connector has no required name and no second environment.
func (c Connector) isEmpty() bool { return len(c.Required) == 0 && len(c.Environments) < 2 }

// unique returns the names without repetition, in the same order. The result is never nil, because in JSON nil would be null.
func unique(names []string) []string {
	seen := make(map[string]bool, len(names))
	return slices.DeleteFunc(append([]string{}, names...), func(name string) bool {
		isTwice := seen[name]
		seen[name] = true
		return isTwice
	})
}

// set returns the set of the names.
func set(names []string) map[string]bool {
	is := make(map[string]bool, len(names))
	for _, name := range names {
		is[name] = true
	}
	return is
}
