package checks

import (
	"fmt"
	"strings"
)

// LastFix sets the last failed attempt beside the success that followed it; oneOwner
// tells which of them, by their places, may be held against each other: one that went
// well for somebody else mended nothing.
func LastFix(attempts []Attempt, oneOwner func(i, k int) bool) *Comparison {
	n := len(attempts)
	if n < 2 || attempts[n-1].Outcome != OutcomeOK {
		return nil
	}
	after := attempts[n-1]
	for i := n - 2; i >= 0; i-- {
		before := attempts[i]
		if before.Outcome != OutcomeFail || !oneOwner(i, n-1) {
			continue
		}
		return Compare(before, after)
	}
	return nil
}

// Compare sets two attempts side by side, stage by stage.
func Compare(before, after Attempt) *Comparison {
	c := &Comparison{Before: before, After: after}
	was, is := before.Ladder(), after.Ladder()
	for s := range was {
		if was[s].Status != is[s].Status {
			c.Changed = append(c.Changed, Difference{Stage(s), was[s], is[s]})
		}
	}
	c.Summary = summary(c)
	return c
}

func summary(c *Comparison) string {
	var parts []string
	for _, d := range c.Changed {
		switch {
		case d.Before.Status == Fail && d.After.Status == Pass:
			parts = append(parts, fmt.Sprintf("%s failed (%s) and passes now", d.Stage.Label(), d.Before.Short))
		case d.Before.Status == Fail:
			parts = append(parts, fmt.Sprintf("%s failed (%s), now %s", d.Stage.Label(), d.Before.Short, d.After.Status))
		case d.After.Status == Fail:
			parts = append(parts, fmt.Sprintf("%s fails now (%s)", d.Stage.Label(), d.After.Short))
		}
	}
	if c.Before.ClientID != "" && c.After.ClientID != "" {
		if c.Before.ClientID == c.After.ClientID {
			parts = append(parts, "the client ID is the same")
		} else {
			parts = append(parts, "the client ID changed from "+c.Before.ClientID+" to "+c.After.ClientID)
		}
	}
	if c.Before.User != "" && c.Before.User == c.After.User {
		parts = append(parts, "the user is the same")
	}
	if len(c.Changed) == 0 {
		parts = append([]string{"no stage changed"}, parts...)
	}
	return strings.Join(parts, "; ")
}
