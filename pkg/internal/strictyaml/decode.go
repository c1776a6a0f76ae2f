package strictyaml

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// decoder reads nodes into values. It holds the anchors of what it has read, by name; one that is still being read is not
// among them, so no alias can contain itself.
type decoder map[string]ast.Node

// decode reads a node into a value. The path says which node it is.
func (d decoder) decode(path string, node ast.Node, into reflect.Value) error {
	switch node := node.(type) {
	case *ast.AliasNode:
		target, ok := d[node.Value.GetToken().Value]
		if !ok {
			return at(path, node, "there is no such anchor before it")
		}
		return d.decode(path, target, into)
	case *ast.AnchorNode:
		err := d.decode(path, node.Value, into)
		d[node.Name.GetToken().Value] = node.Value
		return err
	case *ast.TagNode:
		return d.decode(path, node.Value, into)
	case *ast.NullNode:
		if into.Kind() == reflect.Pointer || into.Kind() == reflect.Interface {
			return nil
		}
		return at(path, node, "has no value: give one, or leave it out")
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		return d.decode(path, node, into.Elem())
	}
	if into.Type() == reflect.TypeFor[yaml.MapSlice]() {
		return d.decodeWholeNumbers(path, node, into)
	}
	if readsItself(into) {
		return d.decodeJSON(path, node, into)
	}
	switch into.Kind() {
	case reflect.String:
		return decodeText(path, node, into)
	case reflect.Bool:
		return decodeBool(path, node, into)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return decodeInteger(path, node, into)
	case reflect.Float32, reflect.Float64:
		return decodeFloat(path, node, into)
	case reflect.Slice:
		return d.decodeList(path, node, into)
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		return eachValue(path, node, func(name string, value *ast.MappingValueNode) error {
			element := reflect.New(into.Type().Elem()).Elem()
			err := d.decode(join(path, name), value.Value, element)
			into.SetMapIndex(reflect.ValueOf(name).Convert(into.Type().Key()), element)
			return err
		})
	case reflect.Struct:
		return d.decodeStruct(path, node, into)
	case reflect.Interface:
		return d.decodeAny(path, node, into)
	default:
		return at(path, node, "can't be read from a file")
	}
}

// readsItself reports whether only the type knows how it is written, as times, unions and bytes do.
func readsItself(into reflect.Value) bool {
	switch into.Addr().Interface().(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler, *[]byte:
		return true
	default:
		return false
	}
}

// decodeJSON hands a node to the type as JSON.
func (d decoder) decodeJSON(path string, node ast.Node, into reflect.Value) error {
	var value any
	if err := d.decode(path, node, reflect.ValueOf(&value).Elem()); err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, into.Addr().Interface())
	}
	switch {
	case err == nil:
		return nil
	case into.Type() == reflect.TypeFor[time.Time]():
		return at(path, node, "expected a date and time such as 2030-12-31T23:59:59Z")
	default:
		return at(path, node, "expected another kind of value") // Its own words would quote the value.
	}
}

// decodeAny reads a node of any kind. Numbers keep all their digits.
func (d decoder) decodeAny(path string, node ast.Node, into reflect.Value) error {
	var err error
	var value any
	switch node := node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		var object map[string]any
		err = d.decode(path, node, reflect.ValueOf(&object).Elem())
		value = object
	case *ast.SequenceNode:
		var list []any
		err = d.decode(path, node, reflect.ValueOf(&list).Elem())
		value = list
	case *ast.BoolNode:
		value = node.Value
	default:
		value = json.Number(plain(node))
		if !number.MatchString(plain(node)) {
			value, err = text(path, node)
		}
	}
	if err == nil {
		into.Set(reflect.ValueOf(value))
	}
	return err
}

func (d decoder) decodeList(path string, node ast.Node, into reflect.Value) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return at(path, node, "expected a list")
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list.Values), len(list.Values)))
	for i, value := range list.Values {
		if err := d.decode(fmt.Sprintf("%s[%d]", path, i), value, into.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d decoder) decodeWholeNumbers(path string, node ast.Node, into reflect.Value) error {
	named := yaml.MapSlice{}
	err := eachValue(path, node, func(name string, value *ast.MappingValueNode) error {
		var number int64
		err := d.decode(join(path, name), value.Value, reflect.ValueOf(&number).Elem())
		named = append(named, yaml.MapItem{Key: name, Value: number})
		return err
	})
	into.Set(reflect.ValueOf(named))
	return err
}

// decodeStruct reads fields by their names.
func (d decoder) decodeStruct(path string, node ast.Node, into reflect.Value) error {
	given := map[string]bool{}
	err := eachValue(path, node, func(name string, value *ast.MappingValueNode) error {
		given[name] = true
		for field, target := range into.Fields() {
			tag := readTag(field)
			if name != tag.name {
				continue
			}
			if err := d.decode(join(path, name), value.Value, target); err != nil {
				return err
			}
			if tag.omitsEmpty && isEmpty(target) || !tag.isModel && target.Kind() == reflect.Pointer && target.IsNil() {
				return at(join(path, name), value.Value, "has no value: give one, or leave it out")
			}
			return nil
		}
		if fieldLike.MatchString(name) {
			return at(path, value.Key, fmt.Sprintf("unknown field %q", name))
		}
		return at(path, value.Key, "unknown field")
	})
	if err != nil {
		return err
	}
	for field := range into.Type().Fields() {
		if tag := readTag(field); tag.isModel && !tag.omitsEmpty && !given[tag.name] {
			return at(path, node, tag.name+" is missing")
		}
	}
	return nil
}

type fieldTag struct {
	name string
	// isModel stands for a field of a generated model: it is required unless it omits what is empty.
	isModel, omitsEmpty bool
}

func readTag(field reflect.StructField) fieldTag {
	written, ok := field.Tag.Lookup("yaml")
	if !ok {
		written, ok = field.Tag.Lookup("json")
		name, options, _ := strings.Cut(written, ",")
		return fieldTag{name: name, isModel: ok && written != "-", omitsEmpty: strings.Contains(options, "omit")}
	}
	name, _, _ := strings.Cut(written, ",")
	return fieldTag{name: name}
}

// isEmpty reports whether encoding/json leaves a value out under omitempty or omitzero.
func isEmpty(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Slice, reflect.Map:
		return value.Len() == 0
	default:
		return value.IsZero()
	}
}
