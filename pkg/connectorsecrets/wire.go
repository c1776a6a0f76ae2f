package connectorsecrets

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// errShape says that a JSON value is of another kind than it should be. Its text is never shown.
var errShape = errors.New("another shape")

// decoders are kept because one is large. None of them holds a body while it waits for its next use.
var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// withDecoder has read read a body. The decoder checks what it goes through: valid UTF-8 and no repeated names, unless
// options say otherwise.
func withDecoder(body []byte, read func(*jsontext.Decoder) error, options ...jsontext.Options) error {
	decoder, _ := decoders.Get().(*jsontext.Decoder)
	decoder.Reset(bytes.NewBuffer(body), options...)
	err := read(decoder)
	decoder.Reset(nothing{})
	decoders.Put(decoder)
	return err
}

// nothing is a reader without anything to read.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// begin enters an object or a list, whichever kind says.
func begin(decoder *jsontext.Decoder, kind jsontext.Kind) error {
	if decoder.PeekKind() != kind {
		return unexpected(decoder)
	}
	_, err := decoder.ReadToken()
	return err
}

// more reports whether the object or list that was entered goes on; if not, it leaves it.
func more(decoder *jsontext.Decoder, end jsontext.Kind) (bool, error) {
	if decoder.PeekKind() != end {
		return true, nil
	}
	_, err := decoder.ReadToken()
	return false, err
}

// readObject reads an object and has member read the value of each of its members.
func readObject(decoder *jsontext.Decoder, member func(name jsontext.Value) error) error {
	if err := begin(decoder, '{'); err != nil {
		return err
	}
	for {
		if goesOn, err := more(decoder, '}'); !goesOn || err != nil {
			return err
		}
		name, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
}

// readText reads a text, and reports whether there is one: null is none.
func readText(decoder *jsontext.Decoder) (text string, found bool, err error) {
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
		return "", false, unexpected(decoder)
	}
}

// unexpected is the error for a value of another kind. If it is no JSON at all, the decoder's own error says more.
func unexpected(decoder *jsontext.Decoder) error {
	if err := decoder.SkipValue(); err != nil {
		return err
	}
	return errShape
}

// isName compares a quoted name, which may have escapes, with one of ours.
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
