package checks

import (
	"fmt"
	"strings"
)

// compare sets the last failed attempt of a node beside the success that
// followed it.
func compare(attempts []Attempt) *Comparison {
	n := len(attempts)
	if n < 2 || attempts[n-1].Outcome != OutcomeOK {
		return nil
	}
	after := attempts[n-1]
	for i := n - 2; i >= 0; i-- {
		before := attempts[i]
		if before.Outcome != OutcomeFail || before.Node != after.Node {
			continue
		}
		c := &Comparison{Before: before, After: after}
		for s := range before.Stages {
			if before.Stages[s].Status != after.Stages[s].Status {
				c.Changed = append(c.Changed, Difference{Stage(s), before.Stages[s], after.Stages[s]})
			}
		}
		c.Summary = summary(c)
		return c
	}
	return nil
}

func summary(c *Comparison) string {
	var parts []string
	for _, d := range c.Changed {
		if d.Before.Status == Fail {
			parts = append(parts, fmt.Sprintf("%s failed (%s) and passes now", d.Stage.Label(), d.Before.Short))
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
	return strings.Join(parts, "; ")
}
