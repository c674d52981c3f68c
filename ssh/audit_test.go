package ssh_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// audited runs some of everything on the simulated hosts, and gives the account.
func audited(t *testing.T, scenario string) (account []byte, secrets []string) {
	t.Helper()
	l, cfg := simulated(t, lab.Options{Scenario: scenario, Past: time.Minute})
	dir := filepath.Join(t.TempDir(), "audit")
	var err error
	if cfg.Audit, err = audit.New(dir, time.Now, "test"); err != nil {
		t.Fatal(err)
	}
	cfg.Prompter = &prompter{password: l.SSM().Password}
	ssm, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	log, err := follow.OpenLog(t.Context(), shell.Open(ssm), command.SSMMessages)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := log.Backlog(t.Context(), 4096); err != nil {
		t.Fatal(err)
	}
	ssm.Close()
	cfg.Prompter = &prompter{password: l.Manager().Password}
	mgr, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	cli, err := shell.Manager(t.Context(), mgr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cli.Run(t.Context(), command.ShowVersion()); err != nil {
		t.Fatal(err)
	}
	eth0, _ := command.ParseInterface("eth0")
	cmd, _ := command.Capture(command.CaptureSpec{Interface: eth0, Peer: netip.MustParseAddr("172.20.85.137")})
	r, err := cli.Stream(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	cli.Close()
	mgr.Close()
	if err := cfg.Audit.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, cfg.Audit.Path(): 0o600} {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, st.Mode(), err)
		}
	}
	if account, err = os.ReadFile(cfg.Audit.Path()); err != nil {
		t.Fatal(err)
	}
	return account, l.Secrets()
}

func TestAuditIsWholeAndHoldsNoSecret(t *testing.T) {
	account, secrets := audited(t, "grant-not-found")
	records, err := audit.Verify(bytes.NewReader(account))
	if err != nil {
		t.Fatal(err)
	}
	ends := map[int]bool{}
	for _, r := range records {
		ends[r.Of] = r.Kind == "end"
	}
	var sent []string
	for _, r := range records {
		if r.Kind != "send" {
			continue
		}
		sent = append(sent, r.Send)
		if r.Host == "" || r.User == "" || !strings.HasPrefix(r.HostKey, "SHA256:") || r.Reason == "" || r.Channel == 0 {
			t.Errorf("line %d lacks something: %+v", r.N, r)
		}
		if (r.How == "exec" || r.How == "typed") && !ends[r.N] {
			t.Errorf("line %d has no end: %q", r.N, r.Send)
		}
	}
	for _, want := range []string{"show version\n", "\x03", "<secret:sudo>\n", "exit\n", "test -r '/var/log/messages'"} {
		if !slices.ContainsFunc(sent, func(s string) bool { return s == want || strings.HasSuffix(s, "; "+want) }) { // behind a mark
			t.Errorf("%q is not told of; there is %q", want, sent)
		}
	}
	for _, s := range secrets {
		if bytes.Contains(account, []byte(s)) {
			t.Errorf("a secret of %d characters is in it", len(s))
		}
	}
	var page bytes.Buffer
	if err := audit.Print(&page, records); err != nil || !strings.Contains(page.String(), `"show version\n"`) {
		t.Errorf("%v\n%s", err, page.String())
	}
}

func TestAuditShowsEveryChange(t *testing.T) {
	account, _ := audited(t, "grant-not-found")
	lines := strings.SplitAfter(strings.TrimSuffix(string(account), "\n"), "\n")
	verify := func(l []string) error {
		_, err := audit.Verify(strings.NewReader(strings.Join(l, "")))
		return err
	}
	for i := range lines {
		if err := verify(slices.Delete(slices.Clone(lines), i, i+1)); err == nil {
			t.Errorf("line %d was deleted unseen", i+1)
		}
		if i+1 < len(lines) {
			moved := slices.Clone(lines)
			moved[i], moved[i+1] = moved[i+1], moved[i]
			if err := verify(moved); err == nil {
				t.Errorf("lines %d and %d were exchanged unseen", i+1, i+2)
			}
		}
		for at := range lines[i] {
			edited := slices.Clone(lines)
			b := []byte(edited[i])
			if b[at] ^= 1; b[at] == '\n' || b[at]^1 == '\n' {
				continue // that is no line any more
			}
			edited[i] = string(b)
			var tampered *audit.TamperError
			if err := verify(edited); !errors.As(err, &tampered) || tampered.Line != i+1 {
				t.Fatalf("byte %d of line %d was changed: %v", at, i+1, err)
			}
		}
	}
	if err := verify(append(slices.Clone(lines), lines[len(lines)-1])); err == nil {
		t.Error("a line was added unseen")
	}
	if err := verify(lines[:len(lines)-1]); !errors.Is(err, audit.ErrNotSealed) {
		t.Errorf("the last line was cut off: %v", err)
	}
}

// An account that cannot be kept stops everything.
func TestNothingIsSentUnaccounted(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	var err error
	if cfg.Audit, err = audit.New(t.TempDir(), time.Now, "test"); err != nil {
		t.Fatal(err)
	}
	cfg.Prompter = &prompter{password: l.Manager().Password}
	c, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cli, err := shell.Manager(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Audit.Close(); err != nil {
		t.Fatal(err)
	}
	var full *audit.Error
	if _, err := cli.Run(t.Context(), command.ShowVersion()); !errors.As(err, &full) {
		t.Errorf("%v", err)
	}
	if _, err := shell.Open(c).Run(t.Context(), command.Date()); !errors.As(err, &full) {
		t.Errorf("%v", err)
	}
}

// Whatever is broken on the hosts, the account of what was sent verifies, and
// holds none of the secrets that were at work.
func TestEveryScenariosAuditHoldsNoSecret(t *testing.T) {
	for _, s := range lab.Scenarios() {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			account, secrets := audited(t, s.ID)
			records, err := audit.Verify(bytes.NewReader(account))
			if err != nil || len(records) < 10 {
				t.Errorf("%d lines: %v", len(records), err)
			}
			if len(secrets) < 4 {
				t.Errorf("%d secrets: the test shows nothing", len(secrets))
			}
			for _, secret := range secrets {
				if bytes.Contains(account, []byte(secret)) {
					t.Errorf("a secret of %d characters is in it", len(secret))
				}
			}
		})
	}
}
