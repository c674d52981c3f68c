package ask

import (
	"encoding/json"
	"io/fs"
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

// Each question has its words, its causes and stages exist, and each stage at which
// an attempt can end has somebody to ask.
func TestQuestionsAreComplete(t *testing.T) {
	all, err := questions()
	if err != nil {
		t.Fatal(err)
	}
	p, err := words("en")
	if err != nil {
		t.Fatal(err)
	}
	asked, steps := map[string]bool{}, 0
	for _, q := range all {
		if q.ID == "" { // the cause's own next step is asked, with this command
			steps++
			if len(q.Causes) == 0 || len(q.Stages) > 0 || q.Run == "" {
				t.Errorf("a step of %v is not complete", q.Causes)
			}
		} else if p.Questions[q.ID].Ask == "" || p.Questions[q.ID].Means == "" || owners[q.To] == "" || q.Run == "" {
			t.Errorf("%s is not complete", q.ID)
		}
		for _, c := range q.Causes {
			if !checks.HasRunbook(c) {
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
	if len(p.Questions) != len(all)-steps {
		t.Errorf("%d questions, words for %d", len(all)-steps, len(p.Questions))
	}
	for _, s := range checks.Stages() {
		if !asked[s.String()] {
			t.Errorf("nobody is asked at the stage %s", s)
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
