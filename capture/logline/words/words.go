package words

import (
	"bytes"
	"slices"
	"sync"
)

// Field is a part of a line that its program wrote. A request, with its path and
// query, and what a client calls itself are none.
type Field uint8

// The fields.
const (
	Message   Field = iota // what the line says after its prefix
	ErrorText              // the words of an error
	ErrorCode              // its code: "invalid_client"
	Exception              // its Java or Ruby class
	GrantType              // of a sign-in, by its key
	Fields
)

// Pattern is what is looked for in a field: patterns with * between |, any of which
// may match, without regard to case; behind a ! what must not.
type Pattern struct {
	Field Field
	Glob  string
}

// Word is the number of a pattern.
type Word uint16

// Set are the words of a line, in order; most lines have none.
type Set []Word

// Has reports whether a word is there.
func (s Set) Has(w Word) bool {
	_, ok := slices.BinarySearch(s, w)
	return ok
}

// registered are the patterns that Go code asks for: every Matcher has them first.
var registered struct {
	sync.Mutex
	list []Pattern
}

// Register asks for a pattern in every Matcher that is compiled from now on. It is
// for variables of packages: they are set before any run begins.
func Register(f Field, glob string) Word {
	registered.Lock()
	defer registered.Unlock()
	registered.list = append(registered.list, Pattern{f, glob})
	return Word(len(registered.list) - 1)
}

// Phrase are words of an error, in its text or in its class.
type Phrase [2]Word

// Say registers a phrase.
func Say(phrase string) Phrase {
	return Phrase{Register(ErrorText, "*"+phrase+"*"), Register(Exception, "*"+phrase+"*")}
}

// SayAll registers several.
func SayAll(phrases ...string) (out []Phrase) {
	for _, p := range phrases {
		out = append(out, Say(p))
	}
	return out
}

// In reports whether a line says it.
func (p Phrase) In(s Set) bool { return s.Has(p[0]) || s.Has(p[1]) }

// Matcher looks for patterns.
type Matcher struct {
	of   map[Pattern]Word
	by   [Fields][]entry
	list []Pattern
}

type entry struct {
	word Word
	glob Glob
}

// Compile makes patterns ready, those that Go code registered before them. Equal
// ones are one.
func Compile(patterns []Pattern) *Matcher {
	registered.Lock()
	defer registered.Unlock()
	m := &Matcher{of: map[Pattern]Word{}, list: slices.Concat(registered.list, patterns)}
	for i, p := range m.list {
		if _, again := m.of[p]; !again || i < len(registered.list) {
			m.of[p] = Word(i)
			m.by[p.Field] = append(m.by[p.Field], entry{Word(i), NewGlob(p.Glob)})
		}
	}
	return m
}

// Word is the number of a pattern that was compiled.
func (m *Matcher) Word(p Pattern) (Word, bool) {
	w, ok := m.of[p]
	return w, ok
}

// In adds the words of a field to s. values are the spans of raw that are somebody's
// value, by their keys: nothing is found in them.
func (m *Matcher) In(s Set, f Field, raw []byte, values [][2]int) Set {
	if m == nil || len(raw) == 0 {
		return s
	}
	text := string(without(raw, values))
	for i := range m.by[f] {
		if e := &m.by[f][i]; e.glob.Match(text) {
			s = append(s, e.word)
		}
	}
	slices.Sort(s)
	return s
}

// hidden stands for each byte of a value. No pattern has it.
const hidden = 0

// without is raw with its values hidden, and with what a URL asks for behind its
// question mark: that is whoever's who made the request.
func without(raw []byte, values [][2]int) []byte {
	out := raw
	hide := func(from, to int) {
		if len(out) > 0 && &out[0] == &raw[0] {
			out = bytes.Clone(raw)
		}
		for i := max(0, from); i < min(to, len(out)); i++ {
			out[i] = hidden
		}
	}
	for _, v := range values {
		hide(v[0], v[1])
	}
	for at := 0; ; {
		i := bytes.IndexByte(raw[at:], '?')
		if i < 0 {
			return out
		}
		at += i + 1
		end := at
		for end < len(raw) && raw[end] > ' ' && raw[end] != '"' {
			end++
		}
		if bytes.IndexByte(raw[at:end], '=') > 0 {
			hide(at, end)
		}
		at = end
	}
}
