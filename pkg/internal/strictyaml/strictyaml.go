// Package strictyaml reads files that people write, in YAML or JSON. An error is one line that says where the mistake is. The
// package refuses what its parsers would silently change: the text 0123 does not become 83, and the number 1.5 not 1.
//
// A hostile file costs little memory and time. The size of the file, the length of lines and the number of values are
// checked before parsing, and the depth before building values. Anchors, aliases and tags are refused.
package strictyaml

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
)

// MaxBytes is the limit of every file. A manifest of 20,000 connectors has less than half of it.
const MaxBytes = 4 << 20

// ReadAll reads everything. More than limit or [MaxBytes] bytes are an error.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	limit = min(limit, MaxBytes)
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("larger than %d MiB", limit>>20)
	}
	return data, nil
}

// Unmarshal reads a document into the value that v points to, by its json tags. It refuses unknown fields and values of
// another kind. It also refuses a document that the value would not write back: with a null that is lost, or without a field
// that the value always writes. So a field is optional only if its tag has omitzero or omitempty.
//
// Errors have the line and the column. They quote only the names of fields.
func Unmarshal(data []byte, v any) (*Document, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	d := &Document{root: root}
	if root == nil {
		return d, nil
	}
	written, err := appendJSON(nil, root, 1)
	if err != nil {
		return nil, d.locate(err)
	}
	if err := json.Unmarshal(written, v, json.RejectUnknownMembers(true), exactNumbers); err != nil {
		return nil, d.locate(d.misfit(err))
	}
	if err := compare(root, v); err != nil {
		return nil, d.locate(err)
	}
	return d, nil
}
