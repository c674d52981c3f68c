package ask

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"syncscope/assets"
	"syncscope/checks"
	"syncscope/checks/diagnose"
)

var named = regexp.MustCompile(`\{[a-z_]+\}`)

// Every language has the same phrases and questions, each with the same names to
// fill in, and no other.
func TestLanguagesSayTheSame(t *testing.T) {
	read := func(lang string) map[string]any {
		data, err := fs.ReadFile(assets.FS, "ask/"+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]any{}
		if err := json.Unmarshal(data, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	english := flat("", read("en"))
	for _, lang := range Languages()[1:] {
		other := flat("", read(lang))
		for name, text := range english {
			a, b := named.FindAllString(text, -1), named.FindAllString(other[name], -1)
			slices.Sort(a)
			slices.Sort(b)
			if other[name] == "" || !slices.Equal(slices.Compact(a), slices.Compact(b)) {
				t.Errorf("%s: %s: %q, in English %q", lang, name, other[name], text)
			}
		}
		for name := range other {
			if english[name] == "" {
				t.Errorf("%s: %s is not in English", lang, name)
			}
		}
	}
}

func flat(at string, v map[string]any) map[string]string {
	out := map[string]string{}
	for name, v := range v {
		switch v := v.(type) {
		case string:
			out[at+name] = v
		case map[string]any:
			for n, s := range flat(at+name+".", v) {
				out[n] = s
			}
		}
	}
	return out
}

// Each question has its words in the order of its clauses, no word is left without a
// question, each condition exists, and so do causes, stages and commands.
func TestQuestionsAreComplete(t *testing.T) {
	all, err := questions()
	if err != nil {
		t.Fatal(err)
	}
	p, err := words("en")
	if err != nil {
		t.Fatal(err)
	}
	known := func(of string, names ...[]string) {
		for _, n := range slices.Concat(names...) {
			if conditions[n] == nil {
				t.Errorf("%s: no condition is called %s", of, n)
			}
		}
	}
	for name, c := range all.Commands {
		known(name, c.Unless)
		if p.At[c.At] == "" || c.Run == "" {
			t.Errorf("the command %s is not complete", name)
		}
	}
	said, asked, asking := map[string]map[string]bool{}, map[string]bool{}, askedFor(t)
	for _, q := range all.Questions {
		known(q.ID, q.When, q.Unless)
		if owners[q.To] == "" || q.Run != "" && all.Commands[q.Run].Run == "" || len(q.Causes)+len(q.Stages) == 0 && !asking[q.ID] {
			t.Errorf("%s of %v is not complete", q.ID, q.Causes)
		}
		if q.ID == "" {
			if q.Run == "" || len(q.Stages)+len(q.Means) > 0 {
				t.Errorf("%v has more or less than a command", q.Causes)
			}
			continue
		}
		if said[q.ID] == nil {
			said[q.ID] = map[string]bool{}
		}
		if p.Questions[q.ID].Ask == "" || len(q.Means) == 0 {
			t.Errorf("%s is not complete", q.ID)
		}
		for _, c := range q.Means {
			known(q.ID, c.When, c.Unless)
			said[q.ID][c.Say] = true
			if p.Questions[q.ID].Means[c.Say] == "" {
				t.Errorf("%s: nothing is said of %s", q.ID, c.Say)
			}
		}
		for _, c := range q.Causes {
			if c != "*" && !checks.HasRunbook(c) {
				t.Errorf("%s: no cause is called %s", q.ID, c)
			}
		}
		for _, s := range q.Stages {
			if _, err := checks.ParseStage(s); err != nil {
				t.Errorf("%s: %v", q.ID, err)
			}
			asked[s] = true
		}
	}
	for id, w := range p.Questions {
		if len(w.Means) != len(said[id]) {
			t.Errorf("%s: %d clauses are told, %d have words", id, len(said[id]), len(w.Means))
		}
	}
	for _, s := range checks.Stages()[checks.DNS:] {
		if !asked[s.String()] {
			t.Errorf("nobody is asked at the stage %s", s)
		}
	}
}

// askedFor are the questions that ask for the same as a step of a rule's or of the
// diagnosis's own.
func askedFor(t *testing.T) map[string]bool {
	t.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{checks.OtherSSM().Asks: true}
	for _, r := range rules {
		for _, s := range r.Fix {
			if s.Asks != "" {
				out[s.Asks] = true
			}
		}
	}
	return out
}

// What a step says that it asks for is a question to whom the step belongs, and what a
// diagnosis or a condition stands on is an id: no word of our own texts is looked for.
func TestQuestionsStandForSteps(t *testing.T) {
	all, err := questions()
	if err != nil {
		t.Fatal(err)
	}
	asking := askedFor(t)
	if len(asking) < 5 {
		t.Errorf("only %v are asked for by a step", asking)
	}
	for id := range asking {
		if !slices.ContainsFunc(all.Questions, func(q question) bool { return q.ID == id }) {
			t.Errorf("a step asks for %q, which is no question", id)
		}
	}
	for manner, causes := range all.Manners {
		if conditions[manner] == nil {
			t.Errorf("%s is no condition", manner)
		}
		for _, c := range causes {
			if !checks.HasRunbook(c) {
				t.Errorf("%s: no cause is called %s", manner, c)
			}
		}
	}
	own := regexp.MustCompile(`(?:Contains|HasPrefix|HasSuffix|EqualFold|MatchString|FindStringSubmatch|FindString)\([^)\n]*\.(?:Detail|Short|Title|Explanation|Next|Do)\b`)
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) < 10 {
		t.Fatalf("%d files, %v", len(sources), err)
	}
	for _, name := range sources {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := own.FindString(string(code)); found != "" && !strings.HasSuffix(name, "_test.go") {
			t.Errorf("%s looks for words in our own text: %s", name, found)
		}
	}
}

// What a log wrote is no part of a command unless it is an address or a name.
func TestTargetsAreAddressesOrNames(t *testing.T) {
	for called, want := range map[string]string{
		"10.1.2.3:8443": "10.1.2.3 8443", "ssm.example": "ssm.example 8443", "[2001:db8::5]:443": "2001:db8::5 443", "2001:db8::5": "2001:db8::5 8443",
		"host#a1b2:8443": "SSM_ADDRESS 8443", "x;reboot:8443": "SSM_ADDRESS 8443", "$(id)": "SSM_ADDRESS 8443", "a b:1": "SSM_ADDRESS 1",
		"-v:8443": "SSM_ADDRESS 8443", "h:8443'": "h 8443", "h:123456": "h 8443", "": "SSM_ADDRESS 8443", "h`id`:1": "SSM_ADDRESS 1",
	} {
		host, port := target(called)
		if got := host + " " + port; got != want {
			t.Errorf("%q: %s, want %s", called, got, want)
		}
	}
}

// The proof has its values from the shell: none stands in an argument, and of the
// answer no token is printed.
func TestProofPrintsNoToken(t *testing.T) {
	for _, bad := range []string{"access_token", " -v", "password=", "secret=", "tee "} {
		if strings.Contains(proofCommand, bad) {
			t.Errorf("the proof has %q", bad)
		}
	}
}
