package checks_test

import (
	"strings"
	"testing"

	"syncscope/checks"
)

// by is a Manager's sign-in of one node and tenant.
func by(node, tenant, at, answer string) string {
	text := strings.ReplaceAll(manager(at, "svc-"+tenant, answer), "[n1]", "["+node+"]")
	return strings.ReplaceAll(text, "|default|", "|"+tenant+"|")
}

// Of three nodes and two tenants each, the last attempt counts: what another node
// or another tenant achieves heals nothing, what it achieves itself does.
func TestEachNodeAndTenantCounts(t *testing.T) {
	well := ""
	for i, node := range []string{"n1", "n2", "n3"} {
		for j, tenant := range []string{"acme", "globex"} {
			well += by(node, tenant, []string{"11:10", "11:11", "11:12"}[i]+[]string{":05", ":35"}[j], "ok")
		}
	}
	well = strings.ReplaceAll(strings.ReplaceAll(well, ":05:02", ":05"), ":35:02", ":35")
	refused := by("n2", "globex", "11:20", notFound)
	for _, tt := range []struct {
		name, text string
		want       checks.Verdict
		node       string
	}{
		{"all are well", well, checks.OK, ""},
		{"one tenant of one node is refused", well + refused, checks.Failed, "n2"},
		{"its node's other tenant succeeds later", well + refused + by("n2", "acme", "11:25", "ok"), checks.Failed, "n2"},
		{"the tenant succeeds later on another node", well + refused + by("n3", "globex", "11:25", "ok"), checks.Failed, "n2"},
		{"it succeeds later itself", well + refused + by("n2", "globex", "11:25", "ok"), checks.OK, ""},
	} {
		d := diagnosisOf(t, tt.text)
		if d.Verdict != tt.want {
			t.Errorf("%s: %s", tt.name, d.Verdict)
		}
		if shown := d.Attempts[d.Shown]; tt.node != "" && (shown.Node != tt.node || shown.Tenant != "globex") {
			t.Errorf("%s: the verdict is about %s, %s", tt.name, shown.Node, shown.Tenant)
		}
	}
}

// The night in which summer time ends has an hour twice: each request belongs to
// the attempt of its hour.
func TestTheHourThatComesTwice(t *testing.T) {
	first := strings.NewReplacer("13-Jan-2023 01:30", "05-Nov-2023 01:30", " UTC ", " PDT ").Replace(manager("01:30", "svc", notFound))
	second := strings.NewReplacer("13-Jan-2023 01:30", "05-Nov-2023 01:30", " UTC ", " PST ", "task-0130", "task-9").Replace(manager("01:30", "svc", "ok"))
	there := func(hour string, status int) string {
		return strings.NewReplacer("Jan 13", "Nov  5", "13/Jan/2023", "05/Nov/2023").Replace(ssm(hour+":30", "svc", status, 121))
	}
	for name, texts := range map[string][]string{
		"in order": {first + second, there("08", 403) + there("09", 200)}, "the SSM's log first": {there("08", 403) + there("09", 200), first + second},
	} {
		d := diagnosisOf(t, texts...)
		if len(d.Attempts) != 2 || d.Attempts[0].Outcome != checks.OutcomeFail || d.Attempts[1].Outcome != checks.OutcomeOK || len(d.Others) != 0 {
			t.Fatalf("%s: %d attempts, %d lines of others, %s", name, len(d.Attempts), len(d.Others), d.Verdict)
		}
		for i, a := range d.Attempts {
			if len(a.Members.SignIn) != 2 || a.Members.SignIn[0].Line/3 != i {
				t.Errorf("%s: attempt %d has the lines %v", name, i+1, a.Members.SignIn)
			}
		}
	}
}
