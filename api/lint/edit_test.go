package lint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestGates_HaveTheirPlaces makes each edit of `make gates`, without the linters. It fails if the place of an edit is no longer
// in the document. Then give the edit another place, or remove it.
func TestGates_HaveTheirPlaces(t *testing.T) {
	document, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	check := func(gate string, edit edit) {
		if _, err := edit.apply(document); err != nil {
			t.Errorf("the gate %q has lost its place in api/openapi.yaml: %v", gate, err)
		}
	}
	for _, defect := range defects {
		check(defect.name, defect.edit)
	}
	for _, test := range breakingEdits {
		check(test.name, test.edit)
	}
	for name, edit := range baseEdits {
		check(name, edit)
	}
}

// edit is a list of changes to the document, made in order.
type edit []step

// step changes each member at a path. The member is the i-th of its parent.
//
// The path is a JSON pointer that follows references. In it, * stands for every member, key=value for the members that
// have this key and value, and =value for the members that are the value.
type step struct {
	path   string
	change func(parent *node, i int)
}

// node is a value of the document: a list, a scalar, or a map, which can have a key twice.
type node struct {
	keys    []any // of a map
	members []*node
	list    bool
	value   any // of a scalar
}

// object is a value as JSON text.
type object = json.RawMessage

// apply returns the edited document as YAML in JSON's notation. It fails if a path does not exist or a step changes nothing.
func (e edit) apply(document []byte) (string, error) {
	var decoded any
	if err := yaml.UnmarshalWithOptions(document, &decoded, yaml.UseOrderedMap()); err != nil {
		return "", err
	}
	root := newNode(decoded)
	text := root.String()
	for _, step := range e {
		parents := root.find(root, strings.Split(step.path, "/")[1:])
		for member, parent := range parents {
			step.change(parent, slices.Index(parent.members, member))
		}
		before := text
		if text = root.String(); len(parents) == 0 || text == before {
			return "", fmt.Errorf("there is nothing to change at %s", step.path)
		}
	}
	return text, nil
}

func edits(all ...edit) edit { return slices.Concat(all...) }

func set(path string, value any) edit {
	return edit{{path, func(parent *node, i int) { parent.members[i] = newNode(value) }}}
}

// with computes the new value from the old one.
func with[T any](path string, compute func(T) T) edit {
	return edit{{path, func(parent *node, i int) {
		if value, ok := parent.members[i].value.(T); ok {
			parent.members[i] = newNode(compute(value))
		}
	}}}
}

func raise(path string) edit { return with(path, func(n uint64) uint64 { return 2*n + 1 }) }

func lower(path string) edit { return with(path, func(n uint64) uint64 { return n / 2 }) }

// add sets a key of a map, which may be new. With the key -, it appends to a list.
func add(path string, value any) edit {
	at := strings.LastIndex(path, "/")
	key := strings.ReplaceAll(path[at+1:], "~1", "/")
	return edit{{path[:at], func(parent *node, i int) {
		to := parent.members[i]
		switch old := to.member(key); {
		case old != nil:
			*old = *newNode(value)
		case to.list && key == "-":
			to.members = append(to.members, newNode(value))
		case to.keys != nil && key != "-":
			to.keys, to.members = append(to.keys, key), append(to.members, newNode(value))
		}
	}}}
}

func remove(path string) edit {
	return edit{{path, func(parent *node, i int) { parent.take(i) }}}
}

func rename(path string, key any) edit {
	return edit{{path, func(parent *node, i int) { parent.keys[i] = key }}}
}

func renameWith(path string, compute func(string) string) edit {
	return edit{{path, func(parent *node, i int) { parent.keys[i] = compute(parent.keys[i].(string)) }}}
}

// repeat adds a key and its value again.
func repeat(path string) edit {
	return edit{{path, func(parent *node, i int) {
		parent.keys, parent.members = append(parent.keys, parent.keys[i]), append(parent.members, parent.members[i])
	}}}
}

// lift moves a key's contents into the map around it.
func lift(path, key string) edit {
	return edit{{path, func(parent *node, i int) {
		if from := parent.members[i]; from.member(key) != nil {
			parent.keys, parent.members = append(parent.keys, key), append(parent.members, from.take(slices.Index(from.keys, any(key))))
		}
	}}}
}

func newNode(value any) *node {
	n := &node{}
	switch value := value.(type) {
	case yaml.MapSlice:
		n.keys = []any{}
		for _, item := range value {
			n.keys, n.members = append(n.keys, item.Key), append(n.members, newNode(item.Value))
		}
	case []any:
		n.list = true
		for _, item := range value {
			n.members = append(n.members, newNode(item))
		}
	default:
		n.value = value
	}
	return n
}

// find returns the members at a path with their parents.
func (n *node) find(root *node, path []string) map[*node]*node {
	if pointer := n.member("$ref"); pointer != nil && path[0] != "$ref" {
		for target := range root.find(root, strings.Split(fmt.Sprint(pointer.value), "/")[1:]) {
			return target.find(root, path)
		}
	}
	found := map[*node]*node{}
	key, value, selects := strings.Cut(path[0], "=")
	for i, member := range n.members {
		switch {
		case selects && key == "" && member.value != any(value):
		case selects && key != "" && !member.has(root, key, value):
		case !selects && key != "*" && key != n.name(i):
		case len(path) == 1:
			found[member] = n
		default:
			maps.Copy(found, member.find(root, path[1:]))
		}
	}
	return found
}

func (n *node) has(root *node, key, value string) bool {
	for member := range n.find(root, []string{key}) {
		return member.value == any(value)
	}
	return false
}

func (n *node) member(key string) *node {
	if i := slices.Index(n.keys, any(key)); i >= 0 {
		return n.members[i]
	}
	return nil
}

// name returns the segment of the path for a member.
func (n *node) name(i int) string {
	if n.list {
		return strconv.Itoa(i)
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(n.keys[i]))
}

func (n *node) take(i int) *node {
	taken := n.members[i]
	if n.members = slices.Delete(n.members, i, i+1); !n.list {
		n.keys = slices.Delete(n.keys, i, i+1)
	}
	return taken
}

func (n *node) String() string {
	var parts []string
	for i, member := range n.members {
		part := member.String()
		if !n.list {
			part = newNode(n.keys[i]).String() + ": " + part
		}
		parts = append(parts, part)
	}
	switch text := strings.Join(parts, ",\n "); {
	case n.list:
		return "[" + text + "]"
	case n.keys != nil:
		return "{" + text + "}"
	}
	scalar, err := json.Marshal(n.value)
	if err != nil {
		return err.Error()
	}
	return string(scalar)
}
