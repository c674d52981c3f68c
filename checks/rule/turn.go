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
	"{client}", "the client ID that begins with jF6q… (64 characters)", "{sought}", "; it is not in the list given", "{host}", "ssm.example.com", "{peer}", "ssm.example.com",
	"{target}", "ssm.example.com:8443", "{port}", "8443", "{proxy}", "proxy.example.com:3128", "{release}", "20.13.1",
)

// checkTurn refuses a Turn that is no step, and takes it for the first step of the
// fix: both say the same, so that nobody has to choose. A side finding has neither.
func (r *Rule) checkTurn() error {
	if r.Next == "" && (r.Side || len(r.Fix) == 0) {
		return nil
	}
	verb, _, _ := strings.Cut(r.Next, " ")
	switch n := utf8.RuneCountInString(typical.Replace(r.Next)); {
	case !slices.Contains(Verbs, verb):
		return fmt.Errorf("next %q begins with no verb that is known (%s)", r.Next, strings.Join(Verbs, ", "))
	case strings.Contains(r.Next, "?"):
		return fmt.Errorf("next %q is a question: say what to do", r.Next)
	case n > longestTurn:
		return fmt.Errorf("next has %d characters filled with usual values: %d are seen", n, longestTurn)
	case len(r.Fix) == 0:
		return fmt.Errorf("no fix: next is its first step, which has a place and an impact")
	}
	if err := r.Fix[0].is(r.Owner, r.Next); err != nil {
		return err
	}
	for _, s := range r.Fix {
		if s.Impact == "none" && changing().MatchString(s.Do) {
			return fmt.Errorf("fix: %q changes something: its impact says for whom, or why for nobody", s.Do)
		}
	}
	return nil
}

// is fills in the first step of a fix, or refuses one that says something else than
// the rule's owner and next.
func (s *Step) is(owner checks.Owner, next string) error {
	switch {
	case s.Who != "" && s.Who != owner || s.Do != "" && s.Do != next:
		return fmt.Errorf("fix: its first step is the rule's owner and next; name neither who nor do there")
	case len(s.asked()) > 0:
		return fmt.Errorf("fix: its first step is next, which has no conditions")
	}
	s.Who, s.Do = owner, next
	return nil
}
