package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"syncscope/checks"
)

// Verbs are the words that a Turn may begin with: it says what to do, and who reads
// it begins at once. A question leaves that open.
var Verbs = []string{
	"Allow", "Ask", "Check", "Compare", "Create", "Enable", "Enter", "Exempt", "Find", "Give", "Import", "Install", "Look", "Measure",
	"Note", "Open", "Press", "Raise", "Read", "Register", "Renew", "Run", "Search", "Set", "Sign", "Start", "Sync", "Turn",
	"Unlock", "Upgrade", "Wait",
}

// changing finds a step that changes something: somebody may notice, so its impact
// says who.
var changing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|, |\b(?:then|or|and) )(?:add|allow|clamp|correct|create|enable|end|exempt|free|import|install|let|mend|raise|repair|restart|start|turn o[nf]f?|unlock|upgrade)\b`)
})

// longestTurn is what the Turn's line has room for beside its owner, in two lines
// of 80 columns.
const longestTurn = 110

// typical are values of usual length for the names that texts are filled with: by
// them the length of a Turn is measured.
var typical = strings.NewReplacer(
	"{client}", "the client ID that begins with jF6q… (64 characters)", "{sought}", "; it is not in the list given", "{named}", ": ssm.example.com or another of its names", "{authority}", ": Example Corporation Root CA", "{host}", "ssm.example.com", "{peer}", "ssm.example.com",
	"{target}", "ssm.example.com:8443", "{port}", "8443", "{silent}", "SSM-On-Prem", "{proxy}", "proxy.example.com:3128", "{release}", "20.13.1",
)

// checkTurn refuses a Turn that is no step. It is the first step of the fix whose
// conditions hold: both say the same, so that nobody has to choose. The first one
// without conditions is next, which is there in any case. A side finding has neither.
func (r *Rule) checkTurn() error {
	if r.Next == "" && (r.Side || len(r.Fix) == 0) {
		return nil
	}
	if err := firstStep(r.Next); err != nil {
		return fmt.Errorf("next %w", err)
	}
	at := slices.IndexFunc(r.Fix, func(s Step) bool { return len(s.asked()) == 0 })
	if at < 0 {
		return fmt.Errorf("no fix without conditions: next is its first such step, which has a place and an impact")
	}
	if err := r.Fix[at].is(r.Owner, r.Next); err != nil {
		return err
	}
	for _, s := range r.Fix[:at] {
		if err := firstStep(s.Do); err != nil {
			return fmt.Errorf("fix: %w", err)
		}
	}
	for _, s := range r.Fix {
		if s.Impact == "none" && changing().MatchString(s.Do) {
			return fmt.Errorf("fix: %q changes something: its impact says for whom, or why for nobody", s.Do)
		}
	}
	return nil
}

// firstStep refuses a text that can't be a Turn.
func firstStep(do string) error {
	verb, _, _ := strings.Cut(do, " ")
	switch n := utf8.RuneCountInString(typical.Replace(do)); {
	case !slices.Contains(Verbs, verb):
		return fmt.Errorf("%q begins with no verb that is known (%s)", do, strings.Join(Verbs, ", "))
	case strings.Contains(do, "?"):
		return fmt.Errorf("%q is a question: say what to do", do)
	case n > longestTurn:
		return fmt.Errorf("%q has %d characters filled with usual values: %d are seen", do, n, longestTurn)
	}
	return nil
}

// is fills in the step of a fix that next is, or refuses one that says something else
// than the rule's owner and next.
func (s *Step) is(owner checks.Owner, next string) error {
	if s.Who != "" && s.Who != owner || s.Do != "" && s.Do != next {
		return fmt.Errorf("fix: its first step without conditions is the rule's owner and next; name neither who nor do there")
	}
	s.Who, s.Do = owner, next
	return nil
}
