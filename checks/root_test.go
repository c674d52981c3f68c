package checks_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"syncscope/assets"
	"syncscope/checks/diagnose"
)

// rootOnly finds a command that an admin's own shell of the SSM refuses, or answers
// with half of what it knows.
var rootOnly = regexp.MustCompile(`(.{0,5})\b(docker (?:ps|logs|inspect|stats|exec|top)|dmesg|conntrack -|iptables|nft list|firewall-cmd|systemctl (?:re)?start|ss -[a-z]*p\b|tcpdump -|lsof|journalctl|(?:grep|tail|sed|awk|less)[^|;]* /var/log/messages)`)

// Every command that is told for the SSM's shell and needs root there says so: its admin
// signs in as a user of his own.
func TestWhatNeedsRootSaysSudo(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	for _, r := range rules {
		told[r.ID] = append([]string{r.Next}, typedIn(r.Reproduce)...)
		for _, s := range r.Fix {
			told[r.ID] = append(told[r.ID], s.Do, s.Where)
		}
		for _, m := range r.Missing {
			told[r.ID] = append(told[r.ID], m.Say)
		}
	}
	for _, name := range []string{"ask/questions.json", "ask/facts.json", "rules/ko/texts.json", "rules/ar/texts.json"} {
		data, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var texts any
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		told[name] = allStrings(texts)
	}
	pages, err := fs.Glob(assets.FS, "runbooks/*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		page, err := fs.ReadFile(assets.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		told[name] = codeSpans(string(page))
	}
	seen := 0
	for place, texts := range told {
		for _, text := range texts {
			for _, m := range rootOnly.FindAllStringSubmatch(text, -1) {
				seen++
				if !strings.HasSuffix(m[1], "sudo ") && !strings.Contains(text, "'"+m[2]) && !strings.Contains(text, "|"+m[2]) {
					t.Errorf("%s: %q needs root, in %q", place, m[2], text)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d commands were looked at", seen)
	}
}
