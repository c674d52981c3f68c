package ask

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"syncscope/assets"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
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
	braces, whose := regexp.MustCompile(`\{\d\}`), strings.NewReplacer("{who}", "curl", "{code}", "502")
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
			of := func(text string) string { return whose.Replace(braces.ReplaceAllString(text, "10.1.2.3")) }
			if got := m.say(of(f["en"])); got != of(f[lang]) {
				t.Errorf("%s: %q is told as %q", lang, of(f["en"]), got)
			}
		}
		if len(say) <= len(told) {
			t.Errorf("%s: %d of %d facts, and none of the rules' texts", lang, len(say), len(told))
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

// ruled are the texts of a rule that a message may hold.
func ruled(r rule.Rule) []string {
	out := slices.Concat([]string{r.Title, r.Next}, rule.Says(r.Short), rule.Says(r.CouldBe), rule.Says(r.Missing))
	for _, s := range r.Fix {
		out = append(out, s.Do, s.Impact)
	}
	for _, p := range r.Evidence {
		out = append(out, p.Says)
	}
	return out
}

// sentences are what checks/sentence.go may say, as it stands there: the verdicts, and
// the next steps without their full stop.
func sentences(t *testing.T) (out []string) {
	t.Helper()
	const file = "../../sentence.go"
	code, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(code, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		if first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text, "{1} ")); strings.Contains(text, " ") && unicode.IsLetter(first) && len(text) > len(" or {1}") {
			out = append(out, strings.TrimSpace(text))
		}
		return true
	})
	if len(out) < 25 {
		t.Errorf("only %d sentences were found", len(out))
	}
	return out
}

// Every verdict and every step is told in each language: no message is half in English.
// What a rule fills in is told, too.
func TestVerdictsAndStepsAreToldInEachLanguage(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	all := sentences(t)
	for _, r := range rules {
		if !r.Side { // which is no verdict, and nobody's step
			all = append(all, ruled(r)...)
		}
	}
	for _, k := range []string{checks.KindSync, checks.KindSignIn, checks.KindReport} {
		all = append(all, (&checks.Attempt{Kind: k}).Success()+".", (&checks.Attempt{Kind: k}).Success()+" (attempt 3 of 5).")
	}
	fill := strings.NewReplacer("{client}", "the client ID that begins with jF6q… (64 characters)", "{user}", "the user who signs in", "{host}", "the SSM's name", "{sought}", ": type, expiry, creator", "{authority}", ": Example Root CA", "{silent}", "SSM-On-Prem", "{caught}", "192.0.2.9", "{named}", ": ssm.example or another of its names", "{raised}", "an exception",
		"{peer}", "ssm.example", "{target}", "ssm.example:8443", "{port}", "8443", "{proxy}", "10.1.1.9:3128", "{release}", "20.6.1", "{mode}", "another", "{1}", "tcp", "{2}", "it ended", "{3}", "curl: 502", "{4}", "a.txt:3")
	left := regexp.MustCompile(`\{\w+\}|begins with|characters|signs in|expiry|another of`)
	for _, lang := range Languages()[1:] {
		say, err := sayings(lang)
		if err != nil {
			t.Fatal(err)
		}
		m := facts{tried{}, phrases{}, SSM, say}
		for _, text := range all {
			filled := fill.Replace(text)
			got, ok := m.told(filled)
			if !ok {
				got, ok = m.told(strings.TrimSuffix(filled, ".")) // a step
			}
			if text != "" && (!ok || left.MatchString(got)) {
				t.Errorf("%s: %q is told as %q", lang, filled, got)
			}
		}
		half := rules[0].Title + " Nobody has put this into words."
		if got := m.say(half); got != half {
			t.Errorf("%s: told by half: %q", lang, got)
		}
		if got := m.says([]string{"Rails answered", "nobody has put this into words"}); got[0] != "Rails answered" {
			t.Errorf("%s: one of two is told: %q", lang, got)
		}
	}
}

// What rules say has no word in a language that no rule says any more.
func TestNoTextIsToldOfNoRule(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, r := range rules {
		for _, text := range ruled(r) {
			said[text] = true
		}
		for _, s := range r.Fix {
			said[s.Where] = true
		}
	}
	for _, lang := range Languages()[1:] {
		texts := map[string]string{}
		if err := load("rules/"+lang+"/texts.json", &texts); err != nil {
			t.Fatal(err)
		}
		for text, here := range texts {
			a, b := braced.FindAllString(text, -1), braced.FindAllString(here, -1)
			slices.Sort(a)
			slices.Sort(b)
			if !said[text] || here == "" || !slices.Equal(a, b) {
				t.Errorf("%s: no rule says %q, or %q has other values", lang, text, here)
			}
		}
	}
}
