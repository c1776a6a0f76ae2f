package connectorsecrets

import (
	"context"
	"fmt"
	"strconv"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

var listSecrets = &endpoint{
	id:      secretsapi.ListConnectorSecretsID,
	method:  secretsapi.ListConnectorSecretsMethod,
	path:    secretsapi.ListConnectorSecretsPath,
	success: secretsapi.ListConnectorSecretsStatus,
}

// CheckConnector returns the [*ArgumentError] that [Client.List] would return for this team ID and connector identifier, or
// nil. A program can use it to check its input before it has a client.
func CheckConnector(teamID int64, connectorID string) error {
	return checkInput(secretsapi.NewListConnectorSecretsInput(teamID, connectorID))
}

// List returns all secrets of a connector: names and placeholders, never values.
//
// It checks teamID and connectorID against the API's specification before it sends anything. Failed attempts are repeated
// by the client's [RetryPolicy]. If the error is nil, the list is not. The error is one of
//
//   - [*ArgumentError]: an argument, option or credential was refused, and nothing was sent;
//   - [*APIError]: the response has a status from 400 to 599; use errors.Is with [ErrUnauthorized], [ErrForbidden],
//     [ErrNotFound], [ErrRateLimited] and [ErrServer];
//   - [*UnexpectedResponseError]: the response is invalid, or a redirect;
//   - [*TransportError]: no complete response arrived, or the context ended.
func (c *Client) List(ctx context.Context, teamID int64, connectorID string, options ...CallOption) (*SecretList, error) {
	settings, err := c.settings(ctx, options)
	if err != nil {
		return nil, err
	}
	call, err := c.newCall(listSecrets, secretsapi.NewListConnectorSecretsInput(teamID, connectorID), settings)
	if err != nil {
		return nil, err
	}
	return c.list(ctx, call)
}

func (c *Client) list(ctx context.Context, call *call) (*SecretList, error) {
	answer, err := c.send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer free(answer.body)
	return readList(answer)
}

// readList reads the body of a success. If the list is inconsistent, the error holds what could be read.
func readList(a *answer) (*SecretList, error) {
	list := &SecretList{Response: a.Response}
	unexpected, incomplete := read(a, &list.SecretList, secretsapi.ReadSecretList)
	if unexpected == nil && list.Count != len(list.Secrets) {
		incomplete = true
		unexpected = a.unexpected(a.redact.text(fmt.Sprintf("%q is %d, but the list holds %d",
			secretsapi.SecretListCountProperty, list.Count, len(list.Secrets))))
	}
	if unexpected == nil {
		return list, nil
	}
	// The credential may be a number, such as the count.
	if incomplete && list.Secrets != nil && !a.redact.isIn(strconv.Itoa(list.Count)) {
		// Read the body again to redact the credential, which no error may hold.
		unexpected.Partial = &SecretList{Response: a.Response}
		strictjson.Lenient(a.body, &unexpected.Partial.SecretList, secretsapi.ReadSecretList, a.redact.text)
	}
	return nil, unexpected
}
