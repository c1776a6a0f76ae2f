// Package strictyaml reads files that people write, in YAML or JSON, and says in one line where they are wrong. It refuses
// what its parsers would change without a word: the text 0123 does not become 83, and the number 1.5 not 1.
//
// A hostile file costs little. The size of a file, the length of a line and the number of values are bounded before anything
// is parsed, and the depth before anything is built. Anchors, aliases and tags are refused.
package strictyaml

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
)

// MaxBytes bounds every file: a manifest of 20,000 connectors has less than half of it.
const MaxBytes = 4 << 20

// ReadAll reads at most limit bytes, and at most [MaxBytes]. It says so if there are more.
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

// Unmarshal reads a document into the value that v points to, by its json tags. It refuses fields that the value does not
// have, values of another kind, and what the value would not write back the same: a null that is lost, or a field that is
// missing although the value always writes it. So a field is optional if its tag says omitzero or omitempty.
//
// Errors name the line and the column. They quote nothing but the names of fields.
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
