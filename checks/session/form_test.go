package session_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
)

// formAt is a form whose user has a home of his own.
func formAt(t *testing.T) (*session.Form, session.Dirs) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "USERPROFILE"} {
		t.Setenv(name, home)
	}
	for _, name := range []string{"VMANAGE_HOST", "VMANAGE_IP", "VMANAGE_USER", "SSH_AUTH_SOCK"} {
		t.Setenv(name, "")
	}
	dirs := session.Dirs{State: filepath.Join(home, "state"), Profiles: filepath.Join(home, "profiles")}
	for name, text := range map[string]string{filepath.Join(home, ".ssh", "config"): "Host vmanage-lab\n  User admin\n", filepath.Join(dirs.Profiles, "lab.yaml"): "ssm: adm@192.0.2.20\n"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := session.NewForm(dirs, "test")
	t.Cleanup(f.Close)
	return f, dirs
}

func TestFormTakes(t *testing.T) {
	f, _ := formAt(t)
	for name, tt := range map[string]struct {
		in    view.Fields
		field int
		want  string // "": nothing is wrong
	}{
		"hosts":          {view.Fields{view.FormManagers: "admin@192.0.2.1, admin@192.0.2.2", view.FormSSM: " adm@192.0.2.3 "}, 0, ""},
		"all of it":      {view.Fields{view.FormManagers: "admin@192.0.2.1", view.FormPeer: "ssm:8443", view.FormJump: "me@j", view.FormInterface: "eth1", view.FormVPN: "512", view.FormSince: "2h", view.FormPrivacy: view.Yes, view.FormShared: view.Yes}, 0, ""},
		"a profile":      {view.Fields{view.FormProfile: "lab"}, 0, ""},
		"nothing":        {view.Fields{}, view.FormManagers, "no host yet (write a Manager"},
		"no user":        {view.Fields{view.FormSSM: "@192.0.2.3"}, view.FormSSM, "no user (write USER@HOST"},
		"no host":        {view.Fields{view.FormManagers: "a@b, admin@"}, view.FormManagers, "no host name (write"},
		"a peer's port":  {view.Fields{view.FormManagers: "a@b", view.FormPeer: "ssm:x"}, view.FormPeer, "no port number after the colon (use"},
		"a jump":         {view.Fields{view.FormManagers: "a@b", view.FormJump: "me@"}, view.FormJump, "no host name"},
		"a VPN":          {view.Fields{view.FormManagers: "a@b", view.FormVPN: "mgmt"}, view.FormVPN, "no VPN (write its number"},
		"a time":         {view.Fields{view.FormManagers: "a@b", view.FormSince: "soon"}, view.FormSince, "no time (write it like"},
		"a long time":    {view.Fields{view.FormManagers: "a@b", view.FormSince: "999h"}, view.FormSince, "(write up to 168 h)"},
		"no profile":     {view.Fields{view.FormProfile: "nowhere"}, view.FormProfile, "there are lab"},
		"seven Managers": {view.Fields{view.FormManagers: strings.Repeat("a@b,", 7)}, view.FormManagers, "at most 6 nodes"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := f.Take(tt.in)
			if got := wrong[tt.field]; tt.want == "" && wrong != (view.Fields{}) || !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %q", wrong, tt.want)
			}
		})
	}
}

func TestFormOffers(t *testing.T) {
	f, dirs := formAt(t)
	if o := f.Offer(); !slices.Contains(o.Names[view.FormManagers], "vmanage-lab") || !slices.Equal(o.Names[view.FormProfile], []string{"lab"}) || len(o.Recent) != 0 {
		t.Errorf("%+v", o)
	}
	in := view.Fields{view.FormManagers: "admin@192.0.2.1,admin@192.0.2.2", view.FormSSM: "adm@192.0.2.3", view.FormSince: "1h"}
	if wrong := f.Take(in); wrong != (view.Fields{}) {
		t.Fatal(wrong)
	}
	l, err := f.Run()
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	want := view.Fields{view.FormManagers: "admin@192.0.2.1, admin@192.0.2.2", view.FormSSM: "adm@192.0.2.3"}
	o := f.Offer()
	if !slices.Equal(o.Recent, []view.Fields{want}) || !slices.Contains(o.Names[view.FormSSM], "adm@192.0.2.3") {
		t.Errorf("%+v", o)
	}
	if st, err := os.Stat(filepath.Join(dirs.State, "recent.json")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
	if err := f.Forget(want); err != nil || len(f.Offer().Recent) != 0 {
		t.Errorf("%v, %v", err, f.Offer().Recent)
	}
}

// A test logs in to both hosts at a time, asks for what it needs, and says of
// each whether its log may be read. It captures and follows nothing, and what
// was answered is not asked for again.
func TestFormTriesTheHosts(t *testing.T) {
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, dirs := formAt(t)
	home := filepath.Dir(dirs.State)
	if err := os.WriteFile(filepath.Join(home, ".ssh", "known_hosts"), []byte(l.Manager().KnownHostsLine()+"\n"+l.SSM().KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mgr, ssm := l.Manager(), l.SSM()
	in := view.Fields{view.FormManagers: mgr.User + "@" + mgr.Addr, view.FormSSM: ssm.User + "@" + ssm.Addr}
	for round, wantAsked := range []int{2, 0} {
		if wrong := f.Take(in); wrong != (view.Fields{}) {
			t.Fatal(wrong)
		}
		live, err := f.Try(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asked, last := 0, view.Update{}
		for u := range live.Updates() {
			if last = u; u.Prompt == nil || u.Prompt.ID <= asked {
				continue
			}
			asked = u.Prompt.ID
			password := mgr.Password
			if strings.Contains(u.Prompt.Host, ssm.Addr) {
				password = ssm.Password
			}
			if err := live.Answer(u.Prompt.ID, []byte(password), true); err != nil {
				t.Fatal(err)
			}
		}
		live.Close()
		if asked != wantAsked {
			t.Errorf("round %d: asked %d times, want %d", round, asked, wantAsked)
		}
		if len(last.Hosts) != 2 || len(last.Sources) != 0 {
			t.Fatalf("%d hosts, %d streams", len(last.Hosts), len(last.Sources))
		}
		for _, h := range last.Hosts {
			if end := h.Steps[len(h.Steps)-1]; !h.Ready() || end.Step != view.StepLogRight || end.Detail != "may be read" {
				t.Errorf("%s: %+v", h.Name, h.Steps)
			}
		}
	}
	if got := f.Account(); len(got) == 0 || !strings.Contains(got[0].String(), "What ran: ") {
		t.Errorf("what was sent is not told: %q", got)
	}
	audits, _ := filepath.Glob(filepath.Join(dirs.State, "audit", "*.jsonl"))
	if len(audits) != 2 {
		t.Fatalf("%d accounts", len(audits))
	}
	for _, name := range audits {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{"tcpdump", "tail -", "log-range", mgr.Password, ssm.Password} {
			if strings.Contains(string(text), never) {
				t.Errorf("a test sends %q", never)
			}
		}
	}
}

// A host that is not there fails by itself, with what to do; the other one is
// tried all the same.
func TestFormTriesWhatIsThere(t *testing.T) {
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "grant-not-found"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, dirs := formAt(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dirs.State), ".ssh", "known_hosts"), []byte(l.SSM().KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ssm := l.SSM()
	if wrong := f.Take(view.Fields{view.FormManagers: "admin@127.0.0.1:1", view.FormSSM: ssm.User + "@" + ssm.Addr}); wrong != (view.Fields{}) {
		t.Fatal(wrong)
	}
	live, err := f.Try(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, asked := view.Update{}, 0
	for u := range live.Updates() {
		if last = u; u.Prompt != nil && u.Prompt.ID > asked {
			asked = u.Prompt.ID
			if err := live.Answer(asked, []byte(ssm.Password), true); err != nil {
				t.Fatal(err)
			}
		}
	}
	if bad := last.Hosts[0].Failed(); bad == nil || bad.Step != view.StepTCP || !strings.Contains(bad.Detail, "refused") || bad.Hint == "" {
		t.Errorf("%+v", last.Hosts[0])
	}
	if !last.Hosts[1].Ready() {
		t.Errorf("%+v", last.Hosts[1])
	}
}
