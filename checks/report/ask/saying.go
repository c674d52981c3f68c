package ask

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// saying is a text of ours in another language. What stands for a value in both is a
// name or a number in braces.
type saying struct {
	is    *regexp.Regexp
	names []string // of the values, as they stand in the pattern
	here  string
}

var (
	sayingsMu sync.Mutex
	sayingsOf = map[string][]saying{}
)

// sayings are those of a language: assets/ask/facts.json, and what the rules say,
// assets/rules/<language>/texts.json. English has none, and so has a language in which no
// messages are written: they are in English then.
func sayings(lang string) ([]saying, error) {
	if lang == "en" || !slices.Contains(Languages(), lang) {
		return nil, nil
	}
	sayingsMu.Lock()
	defer sayingsMu.Unlock()
	if all, read := sayingsOf[lang]; read {
		return all, nil
	}
	var facts []map[string]string
	if err := load("ask/facts.json", &facts); err != nil {
		return nil, err
	}
	told := map[string]string{}
	if err := load("rules/"+lang+"/texts.json", &told); err != nil {
		return nil, err
	}
	for _, t := range facts {
		told[t["en"]] = t[lang]
	}
	var all []saying
	for _, text := range slices.SortedFunc(maps.Keys(told), closest) {
		all = append(all, compiled(text, told[text]))
	}
	sayingsOf[lang] = all
	return all, nil
}

// values are what names may stand for: one word, what goes on behind a text, whose word
// something is, or what no language has another word for.
// The others may stand for a text of ours or of a program's.
var values = map[string]string{
	"{peer}": `(\S*)`, "{target}": `(\S*)`, "{port}": `(\S*)`, "{proxy}": `(\S*)`, "{release}": `(\S*)`, "{mode}": `(\S*)`, "{silent}": `(\S*)`,
	"{sought}": `((?:[:;] .*)?)`, "{named}": `((?:[:;] .*)?)`, "{authority}": `((?:[:;] .*)?)`,
	"{who}": `(Manager|SSM|SSM, [\w ]+|capture|curl|openssl|nslookup|ping|a check)`, "{code}": `(\d{3}|[a-z]+(?:_[a-z]+)+|READONLY|(?i:nxdomain)|reset)`,
}

// compiled is a text that is found whatever its values are.
func compiled(text, here string) saying {
	pattern := value.ReplaceAllStringFunc(regexp.QuoteMeta(text), func(name string) string {
		return cmp.Or(values[strings.ReplaceAll(name, `\`, "")], "(.*?)")
	})
	return saying{regexp.MustCompile("^" + pattern + "$"), braced.FindAllString(text, -1), here}
}

// closest puts the text first that has no values, then the one with the most words of its
// own: it is meant where several fit.
func closest(a, b string) int {
	own := func(text string) int { return len(braced.ReplaceAllString(text, "")) }
	free := func(text string) int { return min(1, len(braced.FindString(text))) }
	return cmp.Or(cmp.Compare(free(a), free(b)), cmp.Compare(own(b), own(a)), cmp.Compare(a, b))
}

// value is a name or a number in braces, as QuoteMeta leaves it, and braced as it is.
var (
	value  = regexp.MustCompile(`\\\{[a-z0-9]+\\\}`)
	braced = regexp.MustCompile(`\{[a-z0-9]+\}`)
)

// told tells a text in the message's language: as a whole, else sentence by sentence.
// What is told of a part only is not told at all: nobody reads two languages in one text.
func (m *facts) told(text string) (string, bool) {
	if text == "" || m.in == nil {
		return text, true
	}
	if out, ok := m.exact(text); ok {
		return out, true
	}
	var out []string
	for _, one := range strings.SplitAfter(text, ". ") {
		here, ok := m.exact(strings.TrimSuffix(one, " "))
		if !ok {
			return text, false
		}
		out = append(out, here)
	}
	return strings.Join(out, " "), true
}

// exact tells a text that stands in the list. Its values are told where they are texts
// of ours, too.
func (m *facts) exact(text string) (string, bool) {
	for _, s := range m.in {
		found := s.is.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		pairs := make([]string, 0, 2*len(s.names))
		for i, name := range s.names {
			v, _ := m.exact(found[i+1])
			pairs = append(pairs, name, v)
		}
		return strings.NewReplacer(pairs...).Replace(s.here), true
	}
	return text, false
}

// say tells a text in the message's language; in its own words where there are none.
func (m *facts) say(text string) string {
	out, _ := m.told(text)
	return out
}

// says tells texts that stand beside each other: all of them, or none.
func (m *facts) says(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		here, ok := m.told(t)
		if !ok {
			return texts
		}
		out[i] = here
	}
	return out
}

// each tells facts one after the other.
func (m *facts) each(texts []string) string { return strings.Join(m.says(texts), "; ") }
