package connectorsecrets

import (
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// Secret is one secret of a connector: its name and its placeholder, never its value. It is generated from the specification.
type Secret = secretsapi.Secret

// SecretList is the result of [Client.List]: all secrets of a connector. Its JSON has the same form as the API's response.
type SecretList struct {
	// SecretList is the generated model. Its Count is the server's count and equals len(Secrets) in every list that is
	// returned without an error. Its Secrets are in the order of the response and never nil: a connector without secrets
	// has an empty slice.
	secretsapi.SecretList
	// Response describes the HTTP response.
	Response Response `json:"-"`
}

// Names returns the secrets' names in the order of the list. It does not remove duplicates.
func (l *SecretList) Names() []string {
	names := make([]string, len(l.Secrets))
	for i := range l.Secrets {
		names[i] = l.Secrets[i].Name
	}
	return names
}

// ByName returns the first secret with exactly this name. Names need not be unique, because people choose them.
func (l *SecretList) ByName(name string) (Secret, bool) {
	return first(l.Secrets, func(s Secret) bool { return s.Name == name })
}

// ByPlaceholder returns the secret with exactly this placeholder. Placeholders are unique.
func (l *SecretList) ByPlaceholder(placeholder string) (Secret, bool) {
	return first(l.Secrets, func(s Secret) bool { return s.Placeholder == placeholder })
}

func first(secrets []Secret, match func(Secret) bool) (secret Secret, found bool) {
	if i := slices.IndexFunc(secrets, match); i >= 0 {
		return secrets[i], true
	}
	return Secret{}, false
}

// Missing returns the required names that no secret has, each once and in the order given. It returns nil if none is
// missing. Names are case-sensitive.
func (l *SecretList) Missing(required ...string) []string {
	seen := make(map[string]struct{}, len(l.Secrets)+len(required)) // the names in the list, and those already missed
	for i := range l.Secrets {
		seen[l.Secrets[i].Name] = struct{}{}
	}
	var missing []string
	for _, name := range required {
		if _, ok := seen[name]; !ok {
			seen[name] = struct{}{}
			missing = append(missing, name)
		}
	}
	return missing
}
