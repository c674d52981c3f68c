package rule

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Error is what is wrong with a rule, and where.
type Error struct {
	File   string
	Line   int // 0: the file as a whole
	ID     string
	Reason string
}

// Error is one line: file, line, rule and reason.
func (e *Error) Error() string {
	at := e.File
	if e.Line > 0 {
		at += ":" + strconv.Itoa(e.Line)
	}
	if e.ID != "" {
		at += ": rule " + e.ID
	}
	return at + ": " + e.Reason
}

// Load reads the embedded rules and those of packs: a pack's rule takes
// the place of an embedded one with its id. facts are the names of the facts that
// a rule may ask for. An error joins all RuleErrors.
func Load(facts []string, packs ...fs.FS) ([]Rule, error) {
	all, err := slices.Clone(built), error(nil)
	for _, pack := range packs {
		more, bad := Read(facts, pack, ".")
		err = errors.Join(err, bad)
		for _, r := range more {
			all = slices.DeleteFunc(all, func(old Rule) bool { return old.ID == r.ID })
		}
		all = append(all, more...)
	}
	return all, errors.Join(err, targets(all))
}

// Read reads a folder of rules. What is wrong with one rule does not hide
// what is wrong with the next.
func Read(facts []string, fsys fs.FS, dir string) ([]Rule, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, &Error{File: dir, Reason: "holds no *.yaml"}
	}
	var all []Rule
	var bad []error
	for _, name := range names {
		rules, err := readRules(facts, fsys, name)
		all = append(all, rules...)
		bad = append(bad, err)
	}
	return all, errors.Join(append(bad, uniqueIDs(all))...)
}

func readRules(facts []string, fsys fs.FS, name string) ([]Rule, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, &Error{File: name, Reason: "cannot be read"}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, nil
	}
	var rules []Rule
	if err := yaml.NodeToValue(file.Docs[0].Body, &rules, yaml.Strict()); err != nil {
		return nil, syntaxError(name, err)
	}
	lines := itemLines(file)
	var bad []error
	for i := range rules {
		rules[i].File, rules[i].Line = name, lines[i]
		if err := rules[i].check(facts); err != nil {
			bad = append(bad, &Error{name, lines[i], rules[i].ID, err.Error()})
		}
	}
	return rules, errors.Join(bad...)
}

// syntaxError takes line and reason out of the YAML package's message, which
// begins "[line:column] reason" and goes on with the text of the file.
func syntaxError(name string, err error) error {
	first, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
	at, reason, ok := strings.Cut(strings.TrimPrefix(first, "["), "] ")
	line, _, _ := strings.Cut(at, ":")
	n, bad := strconv.Atoi(line)
	if !ok || bad != nil {
		return &Error{File: name, Reason: first}
	}
	return &Error{File: name, Line: n, Reason: reason}
}

// itemLines are the lines on which the items of a file's list begin.
func itemLines(file *ast.File) map[int]int {
	lines := map[int]int{}
	list, ok := file.Docs[0].Body.(*ast.SequenceNode)
	if !ok {
		return lines
	}
	for i, item := range list.Values {
		lines[i] = item.GetToken().Position.Line
	}
	return lines
}

func uniqueIDs(rules []Rule) error {
	seen := map[string]bool{}
	var bad []error
	for _, r := range rules {
		if seen[r.ID] {
			bad = append(bad, &Error{r.File, r.Line, r.ID, "stands twice"})
		}
		seen[r.ID] = true
	}
	return errors.Join(bad...)
}

// targets refuses a rule that supersedes one that does not exist.
func targets(rules []Rule) error {
	var bad []error
	for _, r := range rules {
		for _, id := range r.Supersedes {
			if !slices.ContainsFunc(rules, func(o Rule) bool { return o.ID == id }) {
				bad = append(bad, &Error{r.File, r.Line, r.ID, fmt.Sprintf("supersedes %s, which does not exist", id)})
			}
		}
	}
	return errors.Join(bad...)
}
