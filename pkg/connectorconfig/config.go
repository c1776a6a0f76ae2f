// Package connectorconfig reads the secrets section of a connector's configuration. It says which secrets the connector
// expects in its store.
//
// A configuration is a JSON object with a section such as
//
//	"secrets": {
//	  "items": [
//	    {"id": "client_id", "classification": "secret", "source": "encrypted", "value": "sec_a23f23d26"}
//	  ]
//	}
//
// An item with the source "encrypted" must be registered in the store under its id, according to the vendor's guide. If it is
// not, the connector fails at run time with an authentication error that does not name the secret. The reader skips
// everything else in the document, and never keeps the value of an item. A name in another case, such as "Secrets" or
// "Encrypted", is an error, because the connector would not read it either.
package connectorconfig

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/connectorsecrets/connectorsecrets-go/pkg/internal/textfile"
)

// MaxBytes is the size of the largest configuration that [Read] accepts.
const MaxBytes = 16 << 20

// SourceEncrypted is the source of items that must be in the store. The other documented sources are "userInput" and
// "static". An item of a custom resolver has none.
const SourceEncrypted = "encrypted"

// Config is the secrets section of a configuration.
type Config struct {
	// HasSection is false if the configuration has no secrets section. A section without items sets it to true.
	HasSection bool
	// Items are in the order of the configuration.
	Items []Item
}

// Item is a secret that a configuration declares.
type Item struct {
	// ID is unique in the configuration.
	ID string
	// Classification is "public", "secret" or "pii", and empty if the item has none.
	Classification string
	// Source is "userInput", "encrypted" or "static", and empty for an item of a custom resolver.
	Source string
}

// Encrypted returns the IDs of the items that must be in the store, in the order of the configuration. Without a section it
// returns none.
func (c *Config) Encrypted() []string {
	var ids []string
	for _, item := range c.Items {
		if item.Source == SourceEncrypted {
			ids = append(ids, item.ID)
		}
	}
	return ids
}

// Error says what is wrong with a configuration, and where. It quotes only IDs of items, sources and known names.
type Error struct {
	// Line and Column begin with 1. A column counts characters. Both are 0 if the error is about the whole file.
	Line, Column int
	// Reason says what is wrong.
	Reason string
}

// Error returns the place and the reason.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Read reads a configuration of at most [MaxBytes]. It returns an [*Error] for what is not JSON, an item without an ID, an ID
// that is used twice, a section of another form, and a known name that is used twice or in another case.
func Read(r io.Reader) (*Config, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, &Error{Reason: fmt.Sprintf("the configuration is larger than %d MiB", MaxBytes>>20)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // editors on Windows put it before UTF-8
	wrong := textfile.CheckUTF8(data)
	if wrong == nil {
		wrong = textfile.CheckJSON(data)
	}
	if wrong != nil {
		return nil, (*Error)(wrong)
	}
	reader := &reader{
		data: data, ids: map[string]bool{},
		// Repeated names are allowed in the rest of the document. Where they matter, the reader checks them itself.
		decoder: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true)),
	}
	reader.object("the configuration", members{"secrets": func() {
		reader.config.HasSection = true
		reader.object(`the section "secrets"`, members{"items": reader.items})
	}})
	if reader.wrong != nil {
		return nil, reader.wrong
	}
	return &reader.config, nil
}

// reader walks through a configuration that is valid JSON. After an error it only gets to the end.
type reader struct {
	data    []byte
	decoder *jsontext.Decoder
	at      int // offset of what was read last
	config  Config
	ids     map[string]bool // of the items so far
	wrong   error           // the first
}

// members read the values of an object, by their names.
type members map[string]func()

// refuse keeps an error about what was read last.
func (r *reader) refuse(format string, args ...any) {
	if r.wrong == nil {
		r.wrong = (*Error)(textfile.At(r.data, r.at, fmt.Sprintf(format, args...)))
	}
}

// is reports whether the next value has a kind. It skips a value of another kind, which is an error.
func (r *reader) is(kind jsontext.Kind, label, want string) bool {
	if r.decoder.PeekKind() == kind {
		return true
	}
	r.at = len(r.data) - len(bytes.TrimLeft(r.data[r.decoder.InputOffset():], " \t\r\n:,"))
	r.refuse("%s must be %s", label, want)
	_ = r.decoder.SkipValue()
	return false
}

func (r *reader) token() jsontext.Token {
	token, _ := r.decoder.ReadToken() // the JSON is valid
	r.at = int(r.decoder.InputOffset())
	return token
}

func (r *reader) object(label string, known members) {
	if !r.is('{', label, "an object") {
		return
	}
	seen := map[string]bool{}
	for r.token(); r.decoder.PeekKind() != '}'; {
		name := r.token().String()
		if read, ok := known[name]; ok && !seen[name] {
			seen[name] = true
			read()
			continue
		} else if ok {
			r.refuse("%s has %q twice", label, name)
		}
		for ours := range known {
			r.checkCase(label+" has", name, ours)
		}
		_ = r.decoder.SkipValue()
	}
	r.token()
}

func (r *reader) checkCase(label, name, known string) {
	if name != known && strings.EqualFold(name, known) {
		r.refuse("%s %q: write %q", label, name, known)
	}
}

func (r *reader) items() {
	if !r.is('[', `"items" in the section "secrets"`, "a list") {
		return
	}
	for r.token(); r.decoder.PeekKind() != ']'; {
		r.item(fmt.Sprintf("item %d of the secrets", len(r.config.Items)+1))
	}
	r.token()
}

func (r *reader) item(label string) {
	var item Item
	text := func(name string, to *string) {
		if r.is('"', fmt.Sprintf("%q of %s", name, label), "a text") {
			*to = r.token().String()
		}
	}
	r.object(label, members{
		"id": func() {
			if text("id", &item.ID); r.ids[item.ID] {
				r.refuse("%s has the id %q, which an item before it has", label, item.ID)
			}
			r.ids[item.ID] = true
		},
		"classification": func() { text("classification", &item.Classification) },
		"source": func() {
			text("source", &item.Source)
			for _, source := range []string{SourceEncrypted, "userInput", "static"} {
				r.checkCase(label+" has the source", item.Source, source)
			}
		},
	})
	if item.ID == "" {
		r.refuse("%s has no id", label)
	}
	r.config.Items = append(r.config.Items, item)
}
