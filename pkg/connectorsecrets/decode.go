package connectorsecrets

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Names in the generated models of a list and a secret. A test holds them to the models.
const (
	nameCount       = "count"
	nameSecrets     = "secrets"
	nameError       = "error" // of an error envelope, which does not belong here
	namePlaceholder = "secret_placeholder"
	nameName        = "secret_name"
)

// listReader goes through the tokens of a list itself, and writes into the generated models. A decoder that works by
// reflection can't tell a property that is missing or null from one that is empty, unless all of them are pointers.
type listReader struct {
	count    int32
	hasCount bool
	// secrets is nil unless there is a list. It has the complete secrets only.
	secrets []Secret
	// items counts all secrets, incomplete those without a name or placeholder.
	items, incomplete int
	isError           bool
}

func (r *listReader) read(decoder *jsontext.Decoder) error {
	if err := begin(decoder, '{'); err != nil {
		return err
	}
	for {
		goesOn, err := more(decoder, '}')
		if err != nil {
			return err
		}
		if !goesOn {
			break
		}
		name, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		switch {
		case isName(name, nameCount):
			err = r.readCount(decoder)
		case isName(name, nameSecrets):
			err = r.readSecrets(decoder)
		case isName(name, nameError):
			r.isError = decoder.PeekKind() != 'n'
			err = decoder.SkipValue()
		default:
			err = decoder.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

var errTrailing = errors.New("something follows")

// readCount reads a whole number of 32 bits.
func (r *listReader) readCount(decoder *jsontext.Decoder) error {
	switch decoder.PeekKind() {
	case 'n':
		return decoder.SkipValue()
	case '0':
	default:
		return unexpected(decoder)
	}
	number, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	count, err := strconv.ParseInt(string(number), 10, 32)
	if err != nil {
		return errShape
	}
	r.count, r.hasCount = int32(count), true
	return nil
}

func (r *listReader) readSecrets(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == 'n' {
		return decoder.SkipValue()
	}
	if err := begin(decoder, '['); err != nil {
		return err
	}
	r.secrets = make([]Secret, 0, 8)
	for {
		if goesOn, err := more(decoder, ']'); !goesOn || err != nil {
			return err
		}
		r.items++
		var secret Secret
		complete, err := readSecret(decoder, &secret)
		if err != nil {
			return err
		}
		if complete {
			r.secrets = append(r.secrets, secret)
		} else {
			r.incomplete++
		}
	}
}

// readSecret reads a secret, and reports whether it has its name and its placeholder.
func readSecret(decoder *jsontext.Decoder, secret *Secret) (complete bool, err error) {
	if decoder.PeekKind() == 'n' {
		return false, decoder.SkipValue()
	}
	if err := begin(decoder, '{'); err != nil {
		return false, err
	}
	var hasName, hasPlaceholder bool
	for {
		if goesOn, err := more(decoder, '}'); !goesOn || err != nil {
			return hasName && hasPlaceholder, err
		}
		name, err := decoder.ReadValue()
		if err != nil {
			return false, err
		}
		switch {
		case isName(name, namePlaceholder):
			secret.Placeholder, hasPlaceholder, err = readText(decoder)
		case isName(name, nameName):
			secret.Name, hasName, err = readText(decoder)
		default:
			err = decoder.SkipValue()
		}
		if err != nil {
			return false, err
		}
	}
}

// decodeList reads the body of a 200. It ignores what is extra and refuses what would make its answer wrong. The error
// is an [*UnexpectedResponseError] whose reason quotes no text of the body: a server that wrongly sends a secret's value
// must not get it into a log through us.
//
// The decoder compares names exactly, refuses repeated names and invalid UTF-8, and skips unknown members unread.
func decodeList(body []byte, secret redactor) (*SecretList, *UnexpectedResponseError) {
	if len(body) == 0 {
		return nil, broken("the body is empty")
	}
	var r listReader
	if err := withDecoder(body, r.read); err != nil {
		return nil, broken(jsonReason(body, err))
	}
	if r.secrets == nil {
		if r.isError {
			return nil, broken(envelopeReason(body, secret))
		}
		return nil, broken(`there is no list "secrets" in it`)
	}

	list := &SecretList{Count: r.items, Secrets: r.secrets}
	if r.hasCount {
		list.Count = int(r.count)
	}
	var reason string
	switch {
	case r.isError:
		reason = envelopeReason(body, secret)
	case r.incomplete > 0:
		reason = fmt.Sprintf("%d of %d secrets lack their name or placeholder", r.incomplete, r.items)
	case !r.hasCount:
		reason = `"count" is missing, so the list may not be whole`
	case list.Count != r.items:
		reason = fmt.Sprintf(`"count" is %d, but the list holds %d`, list.Count, r.items)
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
	case errors.Is(err, errTrailing):
		return "something follows the JSON in the body"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the body is not JSON, because it ends too early"
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
