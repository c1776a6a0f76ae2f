package connectorsecrets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/connectorsecrets/connectorsecrets-go/gen/secretsapi"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/operation"
	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/strictjson"
)

// CheckConnector returns the [*ArgumentError] that [Client.List] would return for this team ID and connector identifier, or nil.
func CheckConnector(teamID int64, connectorID string) error {
	_, err := newRequest(teamID, connectorID)
	return err
}

// List returns all secrets of a connector: names and placeholders, never values.
//
// It checks teamID and connectorID against the API's specification before it sends anything. Failed attempts are repeated
// by the client's [RetryPolicy]. If the error is nil, the list is not. Otherwise errors.As finds one of
//
//   - [*ArgumentError]: an argument, option or credential was refused, and nothing was sent;
//   - [*APIError]: the response has a status from 400 to 599; use errors.Is with [ErrUnauthorized], [ErrForbidden],
//     [ErrNotFound], [ErrRateLimited] and [ErrServer];
//   - [*UnexpectedResponseError]: the response is invalid, or a redirect;
//   - [*TransportError]: no complete response arrived, or the context ended.
func (c *Client) List(ctx context.Context, teamID int64, connectorID string, options ...CallOption) (*SecretList, error) {
	c, err := c.with(ctx, options)
	if err != nil {
		return nil, err
	}
	request, err := newRequest(teamID, connectorID)
	if err != nil {
		return nil, err
	}
	return (&call{client: c, request: request}).list(ctx)
}

// newRequest returns the request of the generated code, or its error as an ArgumentError.
func newRequest(teamID int64, connectorID string) (operation.Request, error) {
	request, err := listConnectorSecrets(teamID, connectorID)
	if refused, ok := errors.AsType[*operation.ParameterError](err); ok {
		err = &ArgumentError{Argument: refused.Name(), Reason: refused.Reason}
	}
	return request, err
}

func (c *call) list(ctx context.Context) (*SecretList, error) {
	answer, err := c.do(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.release()
	if answer.StatusCode == c.request.Empty {
		return &SecretList{Response: answer.Response, SecretList: secretsapi.SecretList{Secrets: []Secret{}}}, nil
	}
	return readList(answer)
}

const noCount = math.MinInt // is in no response; the specification decides whether one may lack its count

// readList reads the body of a success. Its errors quote no text of the body, except the request ID of an error whose code is
// documented, so that a secret's value can't get into a log, even if the server wrongly sends one.
func readList(a *answer) (*SecretList, error) {
	list := &SecretList{Response: a.Response, SecretList: secretsapi.SecretList{Count: noCount}}
	problem := strictjson.Strict(a.body.Bytes(), &list.SecretList, readSecretList)
	if list.Count == noCount {
		list.Count = len(list.Secrets)
	}
	if problem == nil && list.Count != len(list.Secrets) {
		problem = &strictjson.Error{Reason: fmt.Sprintf(`"count" is %d, but the list holds %d`, list.Count, len(list.Secrets)), Incomplete: true}
	}
	if problem == nil {
		return list, nil
	}
	unexpected := &UnexpectedResponseError{Response: a.Response, Reason: problem.Reason}
	if list.Secrets != nil && problem.Incomplete {
		unexpected.Partial = list
	}
	if hidden := a.envelope(); slices.Contains(secretsapi.ErrorCodes, hidden.Error.Code) {
		unexpected.Reason = fmt.Sprintf("the body is an error envelope despite status %d, with code %s, request id %s",
			a.StatusCode, hidden.Error.Code, shown(hidden.Meta.RequestID, maxShownID))
	}
	return nil, unexpected
}
