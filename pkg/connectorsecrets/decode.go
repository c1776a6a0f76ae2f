package connectorsecrets

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wireList and wireSecret are the generated models with every required property made a pointer, which tells a property
// that is missing or null from one that is zero. A test holds their names to the generated models'.
type wireList struct {
	Count   *int32         `json:"count"`
	Secrets []*wireSecret  `json:"secrets"`
	Error   jsontext.Value `json:"error"`
}

type wireSecret struct {
	Placeholder *string `json:"secret_placeholder"`
	Name        *string `json:"secret_name"`
}

// decodeList reads the body of a 200. It ignores what is extra and refuses what would make its answer wrong. The error
// is an [*UnexpectedResponseError] whose reason never quotes the body: a server that wrongly sends a secret's value must
// not get it into a log through us.
//
// The decoder compares names exactly, refuses repeated names and invalid UTF-8, and skips unknown members unread.
func decodeList(body []byte, secret redactor) (*SecretList, *UnexpectedResponseError) {
	if len(body) == 0 {
		return nil, broken("the body is empty")
	}
	var wire wireList
	if err := json.Unmarshal(body, &wire); err != nil {
		return nil, broken(jsonReason(body, err))
	}
	isError := len(wire.Error) > 0 && wire.Error.Kind() != 'n'
	if wire.Secrets == nil {
		if isError {
			return nil, broken(envelopeReason(body, secret))
		}
		return nil, broken(`there is no list "secrets" in it`)
	}

	list := &SecretList{Count: len(wire.Secrets), Secrets: make([]Secret, 0, len(wire.Secrets))}
	if wire.Count != nil {
		list.Count = int(*wire.Count)
	}
	incomplete := 0
	for _, item := range wire.Secrets {
		if item == nil || item.Name == nil || item.Placeholder == nil {
			incomplete++
			continue
		}
		list.Secrets = append(list.Secrets, Secret{Name: *item.Name, Placeholder: *item.Placeholder})
	}

	reason := ""
	switch {
	case isError:
		reason = envelopeReason(body, secret)
	case incomplete > 0:
		reason = fmt.Sprintf("%d of %d secrets lack their name or placeholder", incomplete, len(wire.Secrets))
	case wire.Count == nil:
		reason = `"count" is missing, so the list may not be whole`
	case int(*wire.Count) != len(wire.Secrets):
		reason = fmt.Sprintf(`"count" is %d, but the list holds %d`, *wire.Count, len(wire.Secrets))
	default:
		return list, nil
	}
	err := broken(reason)
	err.Partial = list
	return nil, err
}

func broken(reason string) *UnexpectedResponseError {
	return &UnexpectedResponseError{Reason: reason}
}

// jsonReason describes a decoder's error by its kind and place. The decoder's own text can quote the body.
func jsonReason(body []byte, err error) string {
	var syntactic *jsontext.SyntacticError
	switch {
	case !utf8.Valid(body):
		return "the body is not valid UTF-8"
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a JSON object in the body has the same name twice"
	case errors.As(err, &syntactic):
		return fmt.Sprintf("the body is not JSON, from byte %d on", syntactic.ByteOffset+1)
	default:
		return "the JSON in the body has another shape than a list of secrets"
	}
}

// envelopeReason names the code and request ID of an error that came under a status of success.
func envelopeReason(body []byte, secret redactor) string {
	reason := "it is an error in the disguise of a success"
	e := decodeEnvelope(body, secret)
	if e.code != "" {
		reason += ", with code " + string(e.code)
	}
	if e.requestID != "" {
		reason += ", request id " + e.requestID
	}
	return reason
}
