package ask

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"testing"

	"syncscope/assets"
)

// A fact's values stand in each language, and no fact is told by another one's words.
func TestFactsAreToldInEachLanguage(t *testing.T) {
	data, err := fs.ReadFile(assets.FS, "ask/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var told []map[string]string
	if err := json.Unmarshal(data, &told); err != nil {
		t.Fatal(err)
	}
	braces := regexp.MustCompile(`\{\d\}`)
	for _, lang := range Languages()[1:] {
		say, err := sayings(lang)
		if err != nil {
			t.Fatal(err)
		}
		m := facts{tried{}, phrases{}, SSM, say}
		for _, f := range told {
			a, b := braces.FindAllString(f["en"], -1), braces.FindAllString(f[lang], -1)
			slices.Sort(a)
			slices.Sort(b)
			if f[lang] == "" || !slices.Equal(a, b) {
				t.Errorf("%s: %q has other values than %q", lang, f[lang], f["en"])
			}
			of := func(text string) string { return braces.ReplaceAllString(text, "10.1.2.3") }
			if got := m.say(of(f["en"])); got != of(f[lang]) {
				t.Errorf("%s: %q is told as %q", lang, of(f["en"]), got)
			}
		}
		if len(say) != len(told) {
			t.Errorf("%s: %d of %d facts", lang, len(say), len(told))
		}
		const other = "a fact that nobody has put into words"
		if got := m.say(other); got != other {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

// Where no message is written in a language, facts stay as they are, as the rest does.
func TestFactsInNoLanguageOfOursAreEnglish(t *testing.T) {
	for _, lang := range []string{"en", "", "C", "fr", "ko_KR"} {
		say, err := sayings(lang)
		if err != nil {
			t.Fatal(err)
		}
		m := facts{tried{}, phrases{}, SSM, say}
		if got := m.say("Rails answered"); got != "Rails answered" {
			t.Errorf("%q: %q", lang, got)
		}
	}
}
