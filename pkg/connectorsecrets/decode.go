package connectorsecrets

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// wireList is the generated model with what the decoder has to know besides: whether a required property was there. A
// test holds its names, and those of wireSecrets, to the generated models'.
type wireList struct {
	Count   *int32         `json:"count"`
	Secrets wireSecrets    `json:"secrets"`
	Error   jsontext.Value `json:"error"`
}

// wireSecrets reads a list of secrets straight into the generated model.
type wireSecrets struct {
	// list is nil unless there is a list. It has the complete secrets only.
	list []Secret
	// items counts all, incomplete those without a name or placeholder.
	items, incomplete int
}

// Names of the generated model Secret.
const (
	placeholderName = "secret_placeholder"
	nameName        = "secret_name"
)

// UnmarshalJSONFrom implements the decoder's interface. It goes through the tokens itself because a property that is
// missing or null must be told from one that is empty, which takes a pointer for every text otherwise.
func (s *wireSecrets) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*s = wireSecrets{}
	switch decoder.PeekKind() {
	case 'n':
		return decoder.SkipValue()
	case '[':
	default:
		return errShape
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	s.list = make([]Secret, 0, 8)
	for decoder.PeekKind() != ']' {
		s.items++
		secret, complete, err := readSecret(decoder)
		if err != nil {
			return err
		}
		if complete {
			s.list = append(s.list, secret)
		} else {
			s.incomplete++
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// readSecret reads a secret, and reports whether it has its name and its placeholder.
func readSecret(decoder *jsontext.Decoder) (secret Secret, complete bool, err error) {
	switch decoder.PeekKind() {
	case 'n':
		return Secret{}, false, decoder.SkipValue()
	case '{':
	default:
		return Secret{}, false, errShape
	}
	if _, err := decoder.ReadToken(); err != nil {
		return Secret{}, false, err
	}
	var hasName, hasPlaceholder bool
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadValue()
		if err != nil {
			return Secret{}, false, err
		}
		switch {
		case isName(name, placeholderName):
			secret.Placeholder, hasPlaceholder, err = readText(decoder)
		case isName(name, nameName):
			secret.Name, hasName, err = readText(decoder)
		default:
			err = decoder.SkipValue()
		}
		if err != nil {
			return Secret{}, false, err
		}
	}
	_, err = decoder.ReadToken()
	return secret, hasName && hasPlaceholder, err
}

// isName compares a quoted name of an object, which may have escapes, with one of ours.
func isName(quoted jsontext.Value, name string) bool {
	if len(quoted) == len(name)+2 {
		return string(quoted[1:len(quoted)-1]) == name
	}
	if len(quoted) < len(name)+2 {
		return false
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	return err == nil && string(plain) == name
}

// readText reads a text, and reports whether there is one: null is none.
func readText(decoder *jsontext.Decoder) (string, bool, error) {
	switch decoder.PeekKind() {
	case 'n':
		return "", false, decoder.SkipValue()
	case '"':
		token, err := decoder.ReadToken()
		if err != nil {
			return "", false, err
		}
		return token.String(), true, nil
	default:
		return "", false, errShape
	}
}

// errShape says that a value is of another kind. Its text is never shown.
var errShape = errors.New("another shape")

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
	if wire.Secrets.list == nil {
		if isError {
			return nil, broken(envelopeReason(body, secret))
		}
		return nil, broken(`there is no list "secrets" in it`)
	}

	list := &SecretList{Count: wire.Secrets.items, Secrets: wire.Secrets.list}
	if wire.Count != nil {
		list.Count = int(*wire.Count)
	}
	reason := ""
	switch {
	case isError:
		reason = envelopeReason(body, secret)
	case wire.Secrets.incomplete > 0:
		reason = fmt.Sprintf("%d of %d secrets lack their name or placeholder", wire.Secrets.incomplete, wire.Secrets.items)
	case wire.Count == nil:
		reason = `"count" is missing, so the list may not be whole`
	case list.Count != wire.Secrets.items:
		reason = fmt.Sprintf(`"count" is %d, but the list holds %d`, list.Count, wire.Secrets.items)
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
