package sandbox

import (
	"strconv"
	"strings"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
)

func init() { handlers[secretsapi.ListConnectorSecretsID] = listSecrets }

func listSecrets(s *Sandbox, c *call) *answer {
	secrets, failed := s.connector(c)
	if failed != nil {
		return failed
	}
	return &answer{body: listOf(secrets)}
}

func listOf(secrets []secretsapi.Secret) secretsapi.SecretList {
	list := secretsapi.SecretList{Secrets: secrets}
	for range secrets {
		list.Count++ // without a conversion: the document sets the integer type
	}
	return list
}

// ListPath returns the path, below the base URL, that lists the secrets of a connector.
func ListPath(teamID int64, connectorID string) string {
	values := strings.NewReplacer("{"+teamParameter+"}", strconv.FormatInt(teamID, 10), "{"+connectorParameter+"}", connectorID)
	return values.Replace(secretsapi.ListConnectorSecretsPath)
}
