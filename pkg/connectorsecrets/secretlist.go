package connectorsecrets

import (
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// SecretList is the result of [Client.List]: all secrets of a connector. Its JSON has the same form as the API's response.
type SecretList struct {
	// SecretList is the generated model, with Count and Secrets. Count equals len(Secrets) in every list that is returned
	// without an error. Secrets are in the order of the response. They are never nil, but empty if there are none.
	secretsapi.SecretList
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
	var missing []string
	for _, name := range required {
		if _, ok := l.ByName(name); !ok && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	return missing
}
