package report

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"syncscope/checks"
)

// A report's commands can be copied as they stand, with those that go on in a row of
// their own.
func TestCommandsCanBeCopied(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash is here to read the commands")
	}
	r := hostile("text")
	r.Diagnosis.RootCause.Reproduce = checks.Masked([]checks.Command{{On: checks.ShellSSM, Run: "sudo grep 'oauth/token' /var/log/messages | mask"}, {On: checks.ShellSSM, Run: "docker ps"}})
	var page bytes.Buffer
	if err := Text(&page, r); err != nil {
		t.Fatal(err)
	}
	_, shell, found := strings.Cut(page.String(), "\n  "+checks.ShellSSM.Label()+":\n")
	var copied strings.Builder
	for line := range strings.Lines(shell) {
		if !strings.HasPrefix(line, "    ") {
			break
		}
		copied.WriteString(line)
	}
	if !found || !strings.Contains(copied.String(), "docker ps") {
		t.Fatalf("the commands are not all there: %s", page.String())
	}
	read := exec.CommandContext(t.Context(), bash, "-n")
	read.Stdin = strings.NewReader(copied.String())
	if out, err := read.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, copied.String())
	}
}

// Attempts of several tenants are told apart by their names; of one, they are not named.
func TestTenantsAreNamed(t *testing.T) {
	say := func(tenants ...string) string {
		r := hostile("text")
		for i, name := range tenants {
			r.Diagnosis.Attempts = append(r.Diagnosis.Attempts, checks.Attempt{Number: i + 1, Tenant: name, Kind: checks.KindSync})
		}
		r.Diagnosis.Shown = 0
		var page bytes.Buffer
		if err := Text(&page, r); err != nil {
			t.Fatal(err)
		}
		return page.String()
	}
	if page := say("acme", "globex"); !strings.Contains(page, "(tenant acme)") || !strings.Contains(page, "tenant globex") {
		t.Errorf("a tenant is not named: %s", page)
	}
	if page := say("default", "default", ""); strings.Contains(page, "tenant") {
		t.Errorf("the only tenant is named: %s", page)
	}
}
