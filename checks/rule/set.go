package rule

import (
	"cmp"
	"iter"
	"slices"
	"sync"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
)

// Set is rules with their matches made ready, and an index of what they ask for:
// a line is held only against the matches that can be about it. They are made for the
// first line: captures have none.
type Set struct {
	All    []Rule
	every  []int // the numbers of all rules
	silent [2]silent

	made     sync.Once // what follows
	first    []int     // of each rule, the number of its first matcher
	matchers []Matcher // of each rule its evidence's, then its unless', then its texts' conditions
	texts    [][]Match // of each rule, what the conditions ask for
	byTopic  map[logline.Topic][]int
	byForm   map[logline.Form][]int // those that name a form, and no topic
	others   []int                  // those that name neither
	byCheck  map[cliout.Check][]int
	words    *words.Matcher
}

// silent are the rules that may apply where nothing was found: with support alone, too,
// or without.
type silent struct {
	rules []int
	may   []bool // of each rule
}

// silently gives those where support counts, or does not.
func (s *Set) silently(support bool) *silent {
	if support {
		return &s.silent[1]
	}
	return &s.silent[0]
}

// Words are what the rules ask of what a line's program wrote: who reads lines looks
// for them.
func (s *Set) Words() *words.Matcher {
	s.made.Do(s.make)
	return s.words
}

// NewSet makes a set of rules.
func NewSet(rules []Rule) *Set {
	s := &Set{All: rules}
	nothing := Hits{set: s}
	for i := range rules {
		s.every = append(s.every, i)
		for _, support := range []bool{false, true} {
			to, may := s.silently(support), nothing.mayApply(i, support)
			if to.may = append(to.may, may); may {
				to.rules = append(to.rules, i)
			}
		}
	}
	return s
}

// make makes what lines and outputs are held against.
func (s *Set) make() {
	s.byTopic, s.byForm, s.byCheck = map[logline.Topic][]int{}, map[logline.Form][]int{}, map[cliout.Check][]int{}
	var all []*Match // in the order of matchers
	for i := range s.All {
		r := &s.All[i]
		s.first = append(s.first, len(all))
		for k := range r.Evidence {
			all = append(all, &r.Evidence[k].Match)
		}
		for k := range r.Unless {
			all = append(all, &r.Unless[k])
		}
		s.texts = append(s.texts, r.conditions())
		for k := range s.texts[i] {
			all = append(all, &s.texts[i][k])
		}
	}
	var patterns []words.Pattern
	for _, m := range all {
		patterns = append(patterns, m.patterns()...)
	}
	s.words = words.Compile(patterns)
	for _, m := range all {
		s.matchers = append(s.matchers, m.Matcher(s.words))
	}
	for n := range s.matchers {
		s.index(&s.matchers[n], n)
	}
}

// index files a matcher where the lines that it may match look for it. One that
// asks for a fact is nowhere.
func (s *Set) index(m *Matcher, n int) {
	switch {
	case m.check != cliout.CheckUnknown:
		s.byCheck[m.check] = append(s.byCheck[m.check], n)
	case m.forms == 0:
	case m.topic != logline.TopicNone:
		s.byTopic[m.topic] = append(s.byTopic[m.topic], n)
	case m.forms == anyForm:
		s.others = append(s.others, n)
	default:
		for _, f := range logline.Forms() {
			if m.forms.has(f) {
				s.byForm[f] = append(s.byForm[f], n)
			}
		}
	}
}

// Hit is what a match asks for: a log line, or a line of a command's output.
type Hit struct {
	matcher int
	At      int // which of the lines, or which of the outputs
	Line    int // of the output
}

// Hits are what the rules of a set find in an attempt's lines and in the
// outputs of commands.
type Hits struct {
	set  *Set
	list []Hit // by matcher, then as they stand in what was searched
}

// Search holds lines and outputs against the rules.
func (s *Set) Search(lines iter.Seq[*event.LogEntry], outputs []*event.CheckResult) Hits {
	h := Hits{set: s}
	n := 0
	for e := range lines {
		s.made.Do(s.make)
		h.entry(n, e, s.byTopic[e.Topic])
		h.entry(n, e, s.byForm[e.Form])
		h.entry(n, e, s.others)
		n++
	}
	for i, r := range outputs {
		s.made.Do(s.make)
		h.output(i, r)
	}
	slices.SortStableFunc(h.list, func(a, b Hit) int { return cmp.Compare(a.matcher, b.matcher) })
	return h
}

func (h *Hits) entry(at int, e *event.LogEntry, matchers []int) {
	for _, n := range matchers {
		if h.set.matchers[n].Entry(e) {
			h.list = append(h.list, Hit{matcher: n, At: at})
		}
	}
}

func (h *Hits) output(at int, r *event.CheckResult) {
	for _, n := range h.set.byCheck[r.Check] {
		if line, ok := h.set.matchers[n].Output(r); ok {
			h.list = append(h.list, Hit{n, at, line})
		}
	}
}

// Candidates are the rules that MayApply may hold for, in their order.
func (h *Hits) Candidates(support bool) []int {
	if len(h.list) > 0 {
		return h.set.every
	}
	return h.set.silently(support).rules
}

// MayApply reports whether anything but support may speak for a rule, or support
// too, and all that it needs may be there: by what was found, and by facts, which
// are not known here and may always hold.
func (h *Hits) MayApply(rule int, support bool) bool {
	if len(h.list) == 0 {
		return h.set.silently(support).may[rule]
	}
	return h.mayApply(rule, support)
}

func (h *Hits) mayApply(rule int, support bool) bool {
	speaks := false
	for i := range h.set.All[rule].Evidence {
		p := &h.set.All[rule].Evidence[i]
		there := p.Match.Fact != "" || len(h.Evidence(rule, i)) > 0
		if p.Needs && !there {
			return false
		}
		speaks = speaks || there && (support || p.Weight != Support)
	}
	return speaks
}

// Evidence gives what was found for a rule's piece of evidence.
func (h *Hits) Evidence(rule, i int) []Hit { return h.of(rule, i) }

// Unless gives what was found of that which speaks against a rule.
func (h *Hits) Unless(rule, i int) []Hit { return h.of(rule, len(h.set.All[rule].Evidence)+i) }

// Condition gives what was found of that which a text of a rule asks for.
func (h *Hits) Condition(rule int, m Match) []Hit {
	if len(h.list) == 0 {
		return nil
	}
	r := &h.set.All[rule]
	return h.of(rule, len(r.Evidence)+len(r.Unless)+slices.Index(h.set.texts[rule], m))
}

// of gives what the i-th of a rule's matchers found.
func (h *Hits) of(rule, i int) []Hit {
	if len(h.list) == 0 { // most attempts of a capture have nothing but packets
		return nil
	}
	matcher := h.set.first[rule] + i
	from, _ := slices.BinarySearchFunc(h.list, matcher, func(x Hit, n int) int { return cmp.Compare(x.matcher, n) })
	to := from
	for to < len(h.list) && h.list[to].matcher == matcher {
		to++
	}
	return h.list[from:to]
}
