package connectorsecrets

import (
	"context"
	"fmt"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/strictjson"
)

var listSecrets = &endpoint{
	id:      secretsapi.ListConnectorSecretsID,
	method:  secretsapi.ListConnectorSecretsMethod,
	path:    secretsapi.ListConnectorSecretsPath,
	success: secretsapi.ListConnectorSecretsStatus,
}

// CheckConnector returns the [*ArgumentError] with which [Client.List] would refuse a team ID and connector identifier,
// or nil. It lets a program check its input before it has a client.
func CheckConnector(teamID int64, connectorID string) error {
	return checkInput(secretsapi.NewListConnectorSecretsInput(teamID, connectorID))
}

// List returns all secrets of a connector: names and placeholders, never values.
//
// TeamID and connectorID are checked against the API's specification before anything is sent. The list is never nil
// without an error, and the error is one of
//
//   - [*ArgumentError]: an argument, option or credential was refused, and nothing was sent;
//   - [*APIError]: the API answered with a status from 400 to 599; errors.Is tells [ErrUnauthorized], [ErrForbidden],
//     [ErrNotFound], [ErrRateLimited] and [ErrServer] apart;
//   - [*UnexpectedResponseError]: the answer can't be right, or redirects;
//   - [*TransportError]: no complete answer arrived, or the context ended.
//
// Failed attempts are repeated by the client's [RetryPolicy].
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
	return readList(answer)
}

// readList reads the body of a success. What is read of a list that contradicts itself is in the error.
func readList(a *answer) (*SecretList, error) {
	list := &SecretList{Response: a.Response}
	unexpected, incomplete := read(a, &list.SecretList, secretsapi.ReadSecretList)
	if unexpected == nil && list.Count != len(list.Secrets) {
		incomplete = true
		unexpected = a.unexpected(fmt.Sprintf("%q is %d, but the list holds %d",
			secretsapi.SecretListCountProperty, list.Count, len(list.Secrets)))
	}
	if unexpected == nil {
		return list, nil
	}
	if incomplete && list.Secrets != nil {
		// Read again, because an error holds no credential that the server repeats.
		unexpected.Partial = &SecretList{Response: a.Response}
		strictjson.Lenient(a.body, &unexpected.Partial.SecretList, secretsapi.ReadSecretList, a.redact.text)
	}
	return nil, unexpected
}
