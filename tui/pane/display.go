package pane

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncscope/capture/event"
)

// DisplayFilter reads an expression over the fields of rows, a part of
// Wireshark's display filters: comparisons (== != < <= > >= contains matches,
// and eq ne lt le gt ge), "in {a, b}", a bare field for "is there", and/or/not
// (&& || !) and parentheses. Nothing gives no filter.
func DisplayFilter(text string) (func(*Row) bool, error) {
	p := &displayParser{toks: displayTokens(text)}
	if len(p.toks) == 0 {
		return nil, nil
	}
	match, err := p.or()
	if err == nil && p.at < len(p.toks) {
		err = fmt.Errorf("%q is too much", p.toks[p.at])
	}
	return match, err
}

// Complete is what an expression may go on as: its last word made the name of a
// field, or of a level.
func Complete(text string) []string {
	at := strings.LastIndexAny(text, " (!&|{,=<>") + 1
	word := strings.ToLower(text[at:])
	if word == "" {
		return nil
	}
	var out []string
	for name := range fields {
		if strings.HasPrefix(name, word) && name != word {
			out = append(out, text[:at]+name)
		}
	}
	if head := strings.TrimRight(text[:at], " =<>!"); strings.HasSuffix(head, "log.level") {
		for level := range levelOrder {
			if strings.HasPrefix(level, word) && level != word {
				out = append(out, text[:at]+level)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Concerns reports whether an expression asks for a field that rows of a kind
// have.
func Concerns(text string, k event.Kind) bool {
	for _, t := range displayTokens(text) {
		name := strings.ToLower(t)
		if _, ok := fields[name]; ok && ofPackets(name) == k.HasPackets() {
			return true
		}
	}
	return false
}

// ofPackets reports whether a field is a packet's; the others are log lines'.
func ofPackets(name string) bool {
	layer, _, _ := strings.Cut(name, ".")
	return layer == "frame" || layer == "ip" || layer == "tcp" || layer == "tls"
}

// meant refuses a value that no row can have: a level or a number that is
// spelled wrong would let nothing pass, and say nothing.
func meant(name string, op operator, want string) error {
	name, want = strings.ToLower(name), strings.Trim(want, `"`)
	_, level := levelOrder[strings.ToLower(want)]
	_, number := strconv.ParseFloat(want, 64)
	_, addr := netip.ParseAddr(want)
	_, prefix := netip.ParsePrefix(want)
	switch {
	case op.order == nil: // contains, matches: part of a text
	case name == "log.level" && !level:
		return fmt.Errorf("%s: no level (debug, info, notice, warn, error, critical)", want)
	case strings.HasPrefix(name, "ip.") && name != "ip.len" && name != "ip.ttl":
		if addr != nil && prefix != nil {
			return fmt.Errorf("%s: neither an address nor a network", want)
		}
	case ofPackets(name) || name == "http.response.code":
		if number != nil && want != "true" && want != "false" {
			return fmt.Errorf("%s: not a number", want)
		}
	}
	return nil
}

type matcher = func(*Row) bool

var displayToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?|&&|\|\||[=!<>]=|[<>!(){},~]|[^\s"&|=!<>(){},~]+|.`)

func displayTokens(text string) []string {
	var out []string
	for _, t := range displayToken.FindAllString(text, -1) {
		if strings.TrimSpace(t) != "" {
			out = append(out, t)
		}
	}
	return out
}

type displayParser struct {
	toks []string
	at   int
}

// take takes the next token if it is one of words.
func (p *displayParser) take(words ...string) bool {
	if p.at < len(p.toks) {
		for _, w := range words {
			if strings.EqualFold(p.toks[p.at], w) {
				p.at++
				return true
			}
		}
	}
	return false
}

func (p *displayParser) next(what string) (string, error) {
	if p.at >= len(p.toks) {
		return "", fmt.Errorf("%s is missing at the end", what)
	}
	p.at++
	return p.toks[p.at-1], nil
}

func (p *displayParser) or() (matcher, error) {
	left, err := p.and()
	for err == nil && p.take("||", "or") {
		a := left
		var b matcher
		b, err = p.and()
		left = func(r *Row) bool { return a(r) || b(r) }
	}
	return left, err
}

func (p *displayParser) and() (matcher, error) {
	left, err := p.not()
	for err == nil && p.take("&&", "and") {
		a := left
		var b matcher
		b, err = p.not()
		left = func(r *Row) bool { return a(r) && b(r) }
	}
	return left, err
}

func (p *displayParser) not() (matcher, error) {
	if p.take("!", "not") {
		m, err := p.not()
		return func(r *Row) bool { return !m(r) }, err
	}
	if p.take("(") {
		m, err := p.or()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a ) is missing")
		}
		return m, err
	}
	return p.comparison()
}

// comparison is a field, an operator and a value; or a field alone.
func (p *displayParser) comparison() (matcher, error) {
	name, err := p.next("a field")
	if err != nil {
		return nil, err
	}
	read, ok := fields[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("%s: no such field", name)
	}
	if p.take("in") {
		return p.set(name, read)
	}
	for _, op := range operators {
		if !p.take(op.words...) {
			continue
		}
		v, err := p.next("a value")
		if err != nil {
			return nil, err
		}
		if err := meant(name, op, v); err != nil {
			return nil, err
		}
		return compare(read, op, v)
	}
	return func(r *Row) bool { return anyOf(read(r), func(s string) bool { return s != "" && s != "0" }) }, nil
}

// set is "in {a, b}".
func (p *displayParser) set(name string, read field) (matcher, error) {
	if !p.take("{") {
		return nil, fmt.Errorf("a { is missing after in")
	}
	var all []matcher
	for !p.take("}") {
		v, err := p.next("a }")
		if err != nil {
			return nil, err
		}
		if v == "," {
			continue
		}
		if err := meant(name, operators[0], v); err != nil {
			return nil, err
		}
		m, err := compare(read, operators[0], v)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return func(r *Row) bool {
		for _, m := range all {
			if m(r) {
				return true
			}
		}
		return false
	}, nil
}

// operator compares a field's value with one that was typed: by their order,
// or by their text.
type operator struct {
	words []string
	order func(c int) bool // c is -1, 0, 1
	text  func(have, want string) bool
}

var operators = []operator{
	{words: []string{"==", "eq"}, order: func(c int) bool { return c == 0 }},
	{words: []string{"!=", "ne"}, order: func(c int) bool { return c != 0 }},
	{words: []string{"<=", "le"}, order: func(c int) bool { return c <= 0 }},
	{words: []string{">=", "ge"}, order: func(c int) bool { return c >= 0 }},
	{words: []string{"<", "lt"}, order: func(c int) bool { return c < 0 }},
	{words: []string{">", "gt"}, order: func(c int) bool { return c > 0 }},
	{words: []string{"contains"}, text: func(have, want string) bool {
		return strings.Contains(strings.ToLower(have), strings.ToLower(want))
	}},
	{words: []string{"matches", "~"}},
}

func compare(read field, op operator, want string) (matcher, error) {
	want = strings.Trim(want, `"`)
	if op.order == nil && op.text == nil { // matches
		q, err := NewQuery(want)
		if err != nil {
			return nil, fmt.Errorf("%s: not a regular expression", want)
		}
		op.text = func(have, _ string) bool { return q.re.MatchString(have) }
	}
	// As in Wireshark since 4.0, != holds if no value of the field is equal.
	if op.words[0] == "!=" {
		return func(r *Row) bool {
			v := r.also(read(r))
			return len(v) > 0 && !anyOf(v, func(s string) bool { return order(s, want) == 0 })
		}, nil
	}
	return func(r *Row) bool {
		return anyOf(r.also(read(r)), func(s string) bool {
			if op.text != nil {
				return op.text(s, want)
			}
			return op.order(order(s, want))
		})
	}, nil
}

func anyOf(values []string, f func(string) bool) bool {
	for _, v := range values {
		if f(v) {
			return true
		}
	}
	return false
}

// order compares as levels, numbers, addresses or prefixes if both are such,
// else as texts without case.
func order(have, want string) int {
	if a, ok := levelOrder[strings.ToLower(have)]; ok {
		if b, ok := levelOrder[strings.ToLower(want)]; ok {
			return a - b
		}
	}
	if a, err := strconv.ParseFloat(have, 64); err == nil {
		if b, err := strconv.ParseFloat(want, 64); err == nil {
			switch {
			case a < b:
				return -1
			case a > b:
				return 1
			}
			return 0
		}
	}
	if a, err := netip.ParseAddr(have); err == nil {
		if b, err := netip.ParseAddr(want); err == nil {
			return a.Compare(b)
		}
		if p, err := netip.ParsePrefix(want); err == nil && p.Contains(a) {
			return 0
		}
	}
	if want == "true" && have == "1" || want == "false" && have == "0" {
		return 0
	}
	return strings.Compare(strings.ToLower(have), strings.ToLower(want))
}

var levelOrder = map[string]int{"debug": 0, "info": 1, "notice": 2, "note": 2, "warn": 3, "warning": 3, "error": 4, "critical": 5, "crit": 5}
