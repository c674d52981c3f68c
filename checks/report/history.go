package report

import (
	"cmp"
	"fmt"

	"syncscope/checks"
)

// mostAttempts is how many attempts a report lists.
const mostAttempts = 8

// history is how the attempts ended, oldest first; nil where there is one only. A
// cause that changed between two attempts is news, whichever of them is shown.
func history(d checks.Diagnosis) (out []string) {
	if len(d.Attempts)+d.Earlier.Attempts < 2 {
		return nil
	}
	from := max(0, min(len(d.Attempts)-mostAttempts, d.Shown))
	earlier, failed := d.Earlier.Attempts+from, d.Earlier.Failed
	for _, a := range d.Attempts[:from] {
		if a.Outcome == checks.OutcomeFail {
			failed++
		}
	}
	if earlier > 0 {
		out = append(out, fmt.Sprintf("%d earlier, %d of them failed", earlier, failed))
	}
	for i := from; i < min(len(d.Attempts), from+mostAttempts); i++ {
		out = append(out, ended(d, i))
	}
	if later := len(d.Attempts) - from - mostAttempts; later > 0 {
		out = append(out, fmt.Sprintf("%d later", later))
	}
	return out
}

// ended is when an attempt was, and how it ended.
func ended(d checks.Diagnosis, i int) string {
	a := &d.Attempts[i]
	how := a.RootCause
	if i < len(d.Each) && d.Each[i].Cause != nil {
		how = fmt.Sprintf("%s (%s)", d.Each[i].Cause.ID, d.Each[i].Cause.Confidence)
	}
	if how == "" {
		how = map[checks.Outcome]string{checks.OutcomeOK: "went well", checks.OutcomeFail: "failed, no cause can be named"}[a.Outcome]
	}
	line := a.Outcome.Status().Sign() + " " + cmp.Or(a.Start.WithDate(), a.End.WithDate(), "time not known") + "  " + cmp.Or(how, "its end is not known")
	if a.Kind != "" {
		line += ", " + a.Kind
	}
	if tenant := d.TenantOf(a); tenant != "" {
		line += ", tenant " + tenant
	}
	if i == d.Shown {
		line += "  (the one shown)"
	}
	return line
}
