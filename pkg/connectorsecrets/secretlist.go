package connectorsecrets

import (
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Secret is one secret of a connector: its name and its placeholder, never its value. It is the model that is generated
// from the API's specification.
type Secret = secretsapi.Secret

// SecretList is the answer to a call of [Client.List]: all secrets of a connector. In JSON it has the form of the API's
// own answer.
type SecretList struct {
	// SecretList is the generated model. Its Count is the number of secrets, as the server counted them, and equals
	// len(Secrets) in every list that is returned without an error. Its Secrets are in the order of the answer and never
	// nil: a connector without secrets has an empty slice.
	secretsapi.SecretList
	// Response is what is known of the answer besides the list.
	Response Response `json:"-"`
}

// Names returns the secrets' names in the order of the list. A name that is registered twice is there twice.
func (l *SecretList) Names() []string {
	names := make([]string, len(l.Secrets))
	for i := range l.Secrets {
		names[i] = l.Secrets[i].Name
	}
	return names
}

// ByName returns the first secret with exactly this name. Names are chosen by people and need not be unique.
func (l *SecretList) ByName(name string) (Secret, bool) {
	return l.find(func(s Secret) bool { return s.Name == name })
}

// ByPlaceholder returns the secret with exactly this placeholder, which is its unique identifier.
func (l *SecretList) ByPlaceholder(placeholder string) (Secret, bool) {
	return l.find(func(s Secret) bool { return s.Placeholder == placeholder })
}

func (l *SecretList) find(match func(Secret) bool) (secret Secret, found bool) {
	if i := slices.IndexFunc(l.Secrets, match); i >= 0 {
		return l.Secrets[i], true
	}
	return Secret{}, false
}

// Missing returns which of the required names no secret has: each once, in the order given, and nil if all are there.
// Names are compared exactly, upper and lower case included.
func (l *SecretList) Missing(required ...string) []string {
	// Marked as seen from the start are the names that are there; those found missing join them.
	seen := make(map[string]struct{}, len(l.Secrets)+len(required))
	for i := range l.Secrets {
		seen[l.Secrets[i].Name] = struct{}{}
	}
	var missing []string
	for _, name := range required {
		if _, ok := seen[name]; ok {
			continue
		}
		seen[name] = struct{}{}
		missing = append(missing, name)
	}
	return missing
}
