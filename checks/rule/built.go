package rule

import (
	"cmp"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"syncscope/assets"
)

// builtRules are the embedded rules as TestBuiltRules writes them from
// assets/rules, which it checks: to read YAML, to check again, or to read JSON that
// may be anything, would take longer than all else that the program does with a
// small file.
func builtRules() (rules []Rule, err error) {
	in := built{text: assets.Rules, fields: map[reflect.Type]map[string][]int{}}
	if err := in.value(reflect.ValueOf(&rules).Elem()); err != nil {
		return nil, &Error{File: "rules.json", Reason: err.Error()}
	}
	var bad []error
	for i := range rules {
		if err := rules[i].ready(); err != nil {
			bad = append(bad, &Error{rules[i].File, rules[i].Line, rules[i].ID, err.Error()})
		}
	}
	return rules, errors.Join(bad...)
}

// built reads what encoding/json writes of rules: strings, numbers, true, lists, and
// fields by their names. A string without escapes stays a part of the text.
type built struct {
	text   string
	at     int
	fields map[reflect.Type]map[string][]int
}

var errBuilt = errors.New("is no list of rules")

// peek is the next byte that stands for something; 0: there is none.
func (in *built) peek() byte {
	for in.at < len(in.text) {
		switch c := in.text[in.at]; c {
		case ' ', '\n', ',', ':':
			in.at++
		default:
			return c
		}
	}
	return 0
}

func (in *built) value(v reflect.Value) error {
	switch c := in.peek(); {
	case c == '[' && v.Kind() == reflect.Slice:
		return in.list(v)
	case c == '{' && v.Kind() == reflect.Struct:
		return in.object(v)
	case c == '"' && v.Kind() == reflect.String:
		s, err := in.quoted()
		v.SetString(s)
		return err
	case v.Kind() == reflect.Bool && strings.HasPrefix(in.text[in.at:], "true"):
		in.at += len("true")
		v.SetBool(true)
		return nil
	case v.CanInt():
		return in.number(v)
	}
	return errBuilt
}

func (in *built) list(v reflect.Value) error {
	in.at++
	for n := 0; in.peek() != ']'; n++ {
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		if err := in.value(v.Index(n)); err != nil {
			return err
		}
	}
	in.at++
	return nil
}

func (in *built) object(v reflect.Value) error {
	in.at++
	fields := in.of(v.Type())
	for in.peek() != '}' {
		name, err := in.quoted()
		if err != nil {
			return err
		}
		at := fields[name]
		if at == nil {
			return errBuilt
		}
		if err := in.value(v.FieldByIndex(at)); err != nil {
			return err
		}
	}
	in.at++
	return nil
}

// of are a type's fields by the names that encoding/json gives them.
func (in *built) of(t reflect.Type) map[string][]int {
	if known := in.fields[t]; known != nil {
		return known
	}
	all := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && !f.Anonymous {
			all[cmp.Or(name, f.Name)] = f.Index
		}
	}
	in.fields[t] = all
	return all
}

func (in *built) quoted() (string, error) {
	if in.peek() != '"' {
		return "", errBuilt
	}
	rest := in.text[in.at+1:]
	end := strings.IndexByte(rest, '"')
	if end >= 0 && strings.IndexByte(rest[:end], '\\') < 0 {
		in.at += end + 2
		return rest[:end], nil
	}
	whole, err := strconv.QuotedPrefix(in.text[in.at:])
	if err != nil {
		return "", err
	}
	in.at += len(whole)
	return strconv.Unquote(whole)
}

func (in *built) number(v reflect.Value) error {
	rest := in.text[in.at:]
	end := 0
	for end < len(rest) && (rest[end] == '-' || rest[end]-'0' <= 9) {
		end++
	}
	n, err := strconv.ParseInt(rest[:end], 10, 64)
	v.SetInt(n)
	in.at += end
	return err
}
