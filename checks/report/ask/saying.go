package ask

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"syncscope/assets"
)

// saying is a fact's words in another language. What stands for a value in both is a
// number in braces.
type saying struct {
	is   *regexp.Regexp
	here string
}

var (
	sayingsMu sync.Mutex
	sayingsOf = map[string][]saying{}
)

// sayings are those of a language: assets/ask/facts.json. English has none, and so has
// a language in which no messages are written: they are in English then.
func sayings(lang string) ([]saying, error) {
	if lang == "en" || !slices.Contains(Languages(), lang) {
		return nil, nil
	}
	sayingsMu.Lock()
	defer sayingsMu.Unlock()
	if all, read := sayingsOf[lang]; read {
		return all, nil
	}
	data, err := fs.ReadFile(assets.FS, "ask/facts.json")
	if err != nil {
		return nil, err
	}
	var told []map[string]string
	if err := json.Unmarshal(data, &told); err != nil {
		return nil, fmt.Errorf("ask/facts.json: %w", err)
	}
	var all []saying
	for _, t := range told {
		pattern := value.ReplaceAllString(regexp.QuoteMeta(t["en"]), "(.+?)")
		is, err := regexp.Compile("^" + pattern + "$")
		if err != nil {
			return nil, fmt.Errorf("ask/facts.json: %q: %w", t["en"], err)
		}
		all = append(all, saying{is, t[lang]})
	}
	sayingsOf[lang] = all
	return all, nil
}

// value is a number in braces, as QuoteMeta leaves it.
var value = regexp.MustCompile(`\\\{\d\\\}`)

// say tells a fact in the message's language; in its own words where there are none.
func (m *facts) say(text string) string {
	for _, s := range m.in {
		found := s.is.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		out := s.here
		for i, v := range found[1:] {
			out = strings.ReplaceAll(out, fmt.Sprintf("{%d}", i+1), v)
		}
		return out
	}
	return text
}

// each tells facts one after the other.
func (m *facts) each(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = m.say(t)
	}
	return strings.Join(out, "; ")
}
