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
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
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
	// Line and Column begin with 1. A column counts bytes. Both are 0 if the error is about the whole file.
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

// Read reads a configuration of at most [MaxBytes]. It returns an [*Error] for malformed JSON, an item without an ID, an ID
// that is used twice, a section of another form, and a known name in another case.
func Read(r io.Reader) (*Config, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, &Error{Reason: fmt.Sprintf("the configuration is larger than %d MiB", MaxBytes>>20)}
	}
	// Editors on Windows put a byte order mark before UTF-8. It is skipped, but its bytes count as columns of line 1.
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	reader := &reader{
		data: data, skipped: len(data) - len(text),
		// Repeated names are allowed in the rest of the document. Where they matter, the reader checks them itself.
		decoder: jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true)),
		seen:    map[string]bool{},
	}
	config, err := reader.document()
	if err != nil {
		return nil, reader.locate(err)
	}
	return config, nil
}

// reader walks through a configuration.
type reader struct {
	data    []byte
	skipped int
	decoder *jsontext.Decoder
	seen    map[string]bool // IDs of items
}

// errAt is an error at an offset.
type errAt struct {
	offset int64
	reason string
}

func (e *errAt) Error() string { return e.reason }

// refuse returns an error at the value that was read last.
func (r *reader) refuse(format string, args ...any) error {
	return &errAt{offset: r.decoder.InputOffset(), reason: fmt.Sprintf(format, args...)}
}

// locate turns an error into one with line and column.
func (r *reader) locate(err error) error {
	var at *errAt
	var syntactic *jsontext.SyntacticError
	offset, reason := int64(len(r.data)), "the JSON ends too early"
	switch {
	case errors.As(err, &at):
		offset, reason = at.offset, at.reason
	case errors.Is(err, io.ErrUnexpectedEOF):
	case errors.As(err, &syntactic):
		offset, reason = syntactic.ByteOffset, "the JSON is malformed"
	}
	before := r.data[:min(int(offset)+r.skipped, len(r.data))]
	return &Error{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Reason: reason,
	}
}

func (r *reader) document() (*Config, error) {
	config := &Config{}
	err := r.object("the configuration", func(name string) error {
		if name != "secrets" {
			return r.skip("the configuration", name, "secrets")
		}
		if config.HasSection {
			return r.refuse(`there are two sections "secrets"`)
		}
		config.HasSection = true
		return r.section(config)
	})
	if err != nil {
		return nil, err
	}
	if _, err := r.decoder.ReadToken(); err == nil {
		return nil, r.refuse("there is something after the end of the configuration")
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return config, nil
}

func (r *reader) section(config *Config) error {
	itemsSeen := false
	return r.object(`the section "secrets"`, func(name string) error {
		if name != "items" {
			return r.skip(`the section "secrets"`, name, "items")
		}
		if itemsSeen {
			return r.refuse(`there are two lists "items" in the section "secrets"`)
		}
		itemsSeen = true
		if kind := r.decoder.PeekKind(); kind != '[' {
			return r.unexpected(`"items" in the section "secrets"`, "a list")
		}
		if _, err := r.decoder.ReadToken(); err != nil {
			return err
		}
		for r.decoder.PeekKind() != ']' {
			item, err := r.item(len(config.Items))
			if err != nil {
				return err
			}
			config.Items = append(config.Items, item)
		}
		_, err := r.decoder.ReadToken()
		return err
	})
}

func (r *reader) item(index int) (Item, error) {
	var item Item
	label := fmt.Sprintf("item %d of the secrets", index+1)
	fields := map[string]*string{"id": &item.ID, "classification": &item.Classification, "source": &item.Source}
	err := r.object(label, func(name string) error {
		field, ours := fields[name]
		if !ours {
			return r.skip(label, name, slices.Collect(maps.Keys(fields))...)
		}
		if field == nil {
			return r.refuse("%s has %q twice", label, name)
		}
		fields[name] = nil
		if r.decoder.PeekKind() != '"' {
			return r.unexpected(fmt.Sprintf("%q of %s", name, label), "a text")
		}
		token, err := r.decoder.ReadToken()
		if err != nil {
			return err
		}
		*field = token.String()
		if known := inOtherCase(item.Source, SourceEncrypted, "userInput", "static"); known != "" {
			return r.refuse("%s has the source %q: write %q", label, item.Source, known)
		}
		if name == "id" && r.seen[item.ID] {
			return r.refuse("%s has the id %q, which an item before it has", label, item.ID)
		}
		return nil
	})
	if err != nil {
		return Item{}, err
	}
	if item.ID == "" {
		return Item{}, r.refuse("%s has no id", label)
	}
	r.seen[item.ID] = true
	return item, nil
}

// object reads an object. It calls member with each name, and member reads the value.
func (r *reader) object(label string, member func(name string) error) error {
	if r.decoder.PeekKind() != '{' {
		return r.unexpected(label, "an object")
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return err
	}
	for r.decoder.PeekKind() != '}' {
		name, err := r.decoder.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := r.decoder.ReadToken()
	return err
}

// skip skips the value of an unknown member. A known name in another case is an error.
func (r *reader) skip(label, name string, ours ...string) error {
	if known := inOtherCase(name, ours...); known != "" {
		return r.refuse("%s has %q: write %q", label, name, known)
	}
	return r.decoder.SkipValue()
}

// inOtherCase returns the known name that differs from name in case only, or "".
func inOtherCase(name string, known ...string) string {
	for _, k := range known {
		if name != k && strings.EqualFold(name, k) {
			return k
		}
	}
	return ""
}

// unexpected returns an error for a value of the wrong kind. If the value is not JSON, it returns the decoder's error, which
// says more.
func (r *reader) unexpected(label, want string) error {
	if _, err := r.decoder.ReadToken(); err != nil {
		return err
	}
	return r.refuse("%s must be %s", label, want)
}
