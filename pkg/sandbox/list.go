package sandbox

import (
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

// listSecretsID is the operation's ID in the specification.
const listSecretsID = "listConnectorSecrets"

func init() { handlers[listSecretsID] = listSecrets }

func listSecrets(s *Sandbox, c *call) answer {
	secrets, failed := s.connector(c)
	if failed != nil {
		return *failed
	}
	return success(listOf(secrets))
}

func listOf(secrets []secretsapi.Secret) secretsapi.SecretList {
	list := secretsapi.SecretList{Secrets: secrets}
	for range secrets {
		list.Count++ // The document says how wide the number is.
	}
	return list
}

// ListPath returns the path, below the base URL, that lists the secrets of a connector.
func ListPath(teamID int64, connectorID string) string {
	spec, err := embeddedSpec()
	if err != nil {
		return "" // New says why.
	}
	values := strings.NewReplacer("{"+teamParameter+"}", strconv.FormatInt(teamID, 10), "{"+connectorParameter+"}", connectorID)
	return values.Replace(spec.byID(listSecretsID).path)
}
