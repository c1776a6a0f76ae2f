// Package audit finds out which secrets connectors lack. A [Manifest] names connectors, the secrets that each must have,
// and the environments (teams) that should have the same ones. [Run] lists the secrets of all of them through a client,
// and compares. A [Reporter] writes the findings in the form that a person, a spreadsheet or a CI system reads.
//
// An audit is never wrong in favour of a connector: one that could not be read, was not asked, or has nothing to be
// compared with is never [StateOK].
//
// The package reads no flag, no terminal and no environment of its own: a [Source] gives it access to files and variables.
package audit

import (
	"context"
	"iter"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/connectorsecrets"
)

// Run checks what a manifest asks for. It yields one finding for each connector and environment, in the order of the
// manifest, those of a connector together as soon as all its environments have been read. The client and the options are
// those of [connectorsecrets.Client.ListEach], which sets the pace, the retries, and what ends the requests early; an
// environment's own credential takes the place of the client's.
//
// When ctx ends, the findings that are left have [StateNotAsked], and the context's cause is their reason.
func Run(ctx context.Context, manifest *Manifest, client *connectorsecrets.Client, options ...connectorsecrets.CallOption) iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		next, stop := iter.Pull(client.ListEach(ctx, manifest.asked(), options...))
		defer stop()
		for i := range manifest.Connectors {
			connector := &manifest.Connectors[i]
			findings := make([]*Finding, len(connector.Environments))
			for j := range connector.Environments {
				findings[j] = newFinding(connector, j)
				if connector.isEmpty() {
					findings[j].nothingToCompare(manifest.AllowEmpty)
				} else if result, ok := next(); ok {
					findings[j].compare(ctx, result)
				}
			}
			if connector.Environments[0].Name != "" && !connector.isEmpty() {
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

// asked are the connectors to list: all that there is something to compare for.
func (m *Manifest) asked() iter.Seq[connectorsecrets.Connector] {
	return func(yield func(connectorsecrets.Connector) bool) {
		for _, connector := range m.Connectors {
			if connector.isEmpty() {
				continue
			}
			for _, environment := range connector.Environments {
				next := connectorsecrets.Connector{TeamID: environment.TeamID, ID: connector.ID, Credential: environment.Credential}
				if !yield(next) {
					return
				}
			}
		}
	}
}

// isEmpty reports whether there is nothing to compare a connector's secrets with: no name, and no second environment.
func (c Connector) isEmpty() bool { return len(c.Required) == 0 && len(c.Environments) < 2 }

// unique returns names without repetition, in their order.
func unique(names []string) []string {
	seen := make(map[string]bool, len(names))
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		isTwice := seen[name]
		seen[name] = true
		return isTwice
	})
}
