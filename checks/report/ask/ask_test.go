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
	said, asked := map[string]map[string]bool{}, map[string]bool{}
	for _, q := range all.Questions {
		known(q.ID, q.When, q.Unless)
		if owners[q.To] == "" || q.Run != "" && all.Commands[q.Run].Run == "" || len(q.Steps)+len(q.Causes)+len(q.Stages) == 0 {
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

// A question that stands in the place of a step does so of one that exists: of a rule's
// or of the diagnosis's own.
func TestQuestionsStandForSteps(t *testing.T) {
	all, err := questions()
	if err != nil {
		t.Fatal(err)
	}
	steps := ""
	files, _ := filepath.Glob("../../../assets/rules/*.yaml") // the pattern is well formed
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		steps += string(b)
	}
	a := checks.Attempt{Outcome: checks.OutcomeFail, Ended: true, NotLogged: true}
	d := checks.Diagnosis{Verdict: checks.Inconclusive, Attempts: []checks.Attempt{a}, Heard: checks.Heard{Manager: true, SSM: true, Packets: true}}
	steps += "do: " + d.Turn().Do
	stand := 0
	for _, q := range all.Questions {
		for _, s := range q.Steps {
			if stand++; !strings.Contains(steps, `do: `+s) && !strings.Contains(steps, `do: "`+s) && !strings.Contains(steps, `next: "`+s) {
				t.Errorf("%s: no step begins %q", q.ID, s)
			}
		}
	}
	if stand == 0 {
		t.Error("no question stands for a step")
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
