// Package strictyaml reads files that people write, in YAML or JSON, and says in one line where they are wrong. It refuses
// what its parser would change without a word: the text 0123 does not become 83, and the number 1.5 not 1.
package strictyaml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// ReadAll reads at most limit bytes, and says so if there are more.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
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
	file, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\ufeff")), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(err)
	}
	documents := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil })
	d := &Document{
		values: map[string]*token.Position{}, keys: map[string]*token.Position{},
		names: map[string][]string{}, anchors: map[string]ast.Node{},
	}
	if len(documents) == 0 {
		return d, nil
	}
	if len(documents) > 1 {
		return nil, errorAt(start(documents[1].Body), "", "there is a second document: a file holds one")
	}
	written, err := d.convert("", documents[0].Body)
	if err != nil {
		return nil, err
	}
	if err := decode(written, v, json.RejectUnknownMembers(true)); err != nil {
		return nil, d.decodeError(err)
	}
	var kept any
	if err := decode(v, &kept); err != nil {
		return nil, err
	}
	return d, d.compare("", written, kept)
}

// Document knows where everything stands in a file. Its paths are such as teams[0].team_id.
type Document struct {
	values, keys map[string]*token.Position // by path
	names        map[string][]string        // by the path of their object
	anchors      map[string]ast.Node        // only those that have been read, so that none can contain itself
}

// Line returns the line of a value, or of the closest thing around it that is there.
func (d *Document) Line(path string) int { return d.position(path).Line }

func (d *Document) position(path string) *token.Position {
	for path != "" && d.values[path] == nil {
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return cmp.Or(d.values[path], &token.Position{Line: 1, Column: 1}) // The document can be empty.
}

func (d *Document) errorAt(path, message string) error {
	return errorAt(d.position(path), path, message)
}

// Names returns the names in an object, in the order of the file.
func (d *Document) Names(path string) []string { return d.names[path] }

// start returns where a value begins: a block of fields begins with its first name.
func start(node ast.Node) *token.Position {
	switch node := node.(type) {
	case *ast.MappingNode:
		if !node.IsFlowStyle && len(node.Values) > 0 {
			return start(node.Values[0])
		}
	case *ast.MappingValueNode:
		return node.Key.GetToken().Position
	}
	return node.GetToken().Position
}

func errorAt(position *token.Position, path, message string) error {
	if path != "" {
		message = path + ": " + message
	}
	return fmt.Errorf("line %d, column %d: %s", position.Line, position.Column, message)
}

var quoted = regexp.MustCompile(`"[^"]*"|'[^']*'`)

// syntaxError puts an error of the parser into one line, without what it quotes.
func syntaxError(err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return errors.New("not YAML")
	}
	message := strings.Join(strings.Fields(located.GetMessage()), " ")
	return errorAt(located.GetToken().Position, "", quoted.ReplaceAllString(message, "…"))
}
