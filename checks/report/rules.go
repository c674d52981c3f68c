package report

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"syncscope/checks"
	"syncscope/checks/rule"
)

// Rules lists rules, a line each.
func Rules(w io.Writer, rules []rule.Rule) error {
	var b strings.Builder
	for _, r := range rules {
		kind := r.Level
		if r.Side {
			kind = "side"
		}
		fmt.Fprintf(&b, "%-26s %-9s %-9s %s\n", r.ID, r.Stage().Label(), kind, r.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Explain writes what one rule looks for and what it says.
func Explain(w io.Writer, r rule.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s:%d)\n%s\n\n%s\n\n", r.ID, r.File, r.Line, r.Title, strings.TrimSpace(r.Explanation.String()))
	fmt.Fprintf(&b, "Stage    %s\nTurn     %s\nAt most  %s\n", r.Stage().Label(), r.Owner.Label(), r.Limit())
	b.WriteString("\nShown by\n")
	for _, p := range r.Evidence {
		need := ""
		if p.Needs {
			need = ", needed"
		}
		fmt.Fprintf(&b, "  - %s (%s%s)\n      %s\n", p.Says, p.Weight, need, fields(p.Match))
	}
	if len(r.Unless) > 0 {
		b.WriteString("Not if there is\n")
		for _, m := range r.Unless {
			fmt.Fprintf(&b, "  - %s\n", fields(m))
		}
	}
	if len(r.Supersedes) > 0 {
		fmt.Fprintf(&b, "Takes the place of\n  %s\n", strings.Join(r.Supersedes, ", "))
	}
	bullets(&b, "Could be", rule.Says(r.CouldBe))
	bullets(&b, "Would settle it", rule.Says(r.Missing))
	if _, ok := checks.Runbook("en", r.ID); ok {
		fmt.Fprintf(&b, "Runbook\n  %s\n", r.ID)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func bullets(b *strings.Builder, title string, list []string) {
	if len(list) == 0 {
		return
	}
	b.WriteString(title + "\n")
	for _, s := range list {
		b.WriteString("  - " + s + "\n")
	}
}

// fields writes a match by the names that rules use.
func fields(m rule.Match) string {
	var out []string
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			out = append(out, fmt.Sprintf("%s: %v", v.Type().Field(i).Tag.Get("yaml"), f))
		}
	}
	return strings.Join(out, ", ")
}
