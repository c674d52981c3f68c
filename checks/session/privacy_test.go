package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/report"
	"syncscope/checks/session/names"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
)

// namesIn are the users, hosts and addresses of a case.
func namesIn(t *testing.T, dir string) []string {
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Skip("the case is not here: ", err)
	}
	var truth struct {
		Users      []string
		ManagerIP  string `json:"manager_ip"`
		ManagerNAT string `json:"manager_nat_ip"`
		SSMIP      string `json:"ssm_ip"`
		SSMName    string `json:"ssm_name"`
	}
	if err := json.Unmarshal(data, &truth); err != nil || len(truth.Users) == 0 || truth.ManagerIP == "" {
		t.Fatal("no names in the truth: ", err)
	}
	return append(truth.Users, truth.ManagerIP, truth.ManagerNAT, truth.SSMIP, truth.SSMName, "catalyst-mgr1")
}

// With --privacy no user, host or address is in a report of any format, and one
// thing has one pseudonym in all of them; the verdict is the same.
func TestPrivacyInEveryFormat(t *testing.T) {
	const dir = "../../../shared/cases/grant-not-found"
	bad := namesIn(t, dir)
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	analyse := func(private bool) (*redact.Session, report.Report) {
		gate := redact.NewWithKey([]byte("test"))
		if private {
			gate.HideNames(true)
		}
		r, err := offline.Analyze(t.Context(), []string{dir}, offline.Options{Gate: gate, Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		return gate, r
	}
	_, open := analyse(false)
	gate, r := analyse(true)
	if r.Diagnosis.Verdict != open.Diagnosis.Verdict || r.Diagnosis.RootCause == nil || r.Diagnosis.RootCause.ID != open.Diagnosis.RootCause.ID {
		t.Error("the diagnosis is another one")
	}
	clear := 0
	for name, write := range report.Formats {
		var out, plain bytes.Buffer
		if err := errors.Join(write(&out, r), write(&plain, open)); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(out.String(), `\#`, "#") // Markdown's
		for _, b := range bad {
			if strings.Contains(text, b) {
				t.Errorf("%s: %s is readable", name, b)
			}
			if !strings.Contains(plain.String(), b) {
				continue
			}
			clear++
			if p := gate.Shown(b); p == b || !strings.Contains(text, p) {
				t.Errorf("%s: %s, for %s, is not there", name, p, b)
			}
		}
	}
	if clear < 8 {
		t.Errorf("without privacy only %d names are in the reports: this proves nothing", clear)
	}
}

// What a screen and plain lines get of a run is hidden too, and what the engine
// keeps is not.
func TestPrivacyOfUpdates(t *testing.T) {
	gate := redact.NewWithKey([]byte("test"))
	gate.HideNames(true)
	l := &Live{cfg: Config{Options: offline.Options{Gate: gate}}, known: names.New(gate)}
	line := gate.Foreign("[catalyst-mgr1] svc_vmanage at 10.106.66.55:8443")
	var ev event.LogEntry
	ev.Host, ev.User, ev.Message, ev.Full, ev.Excerpt = gate.Foreign("catalyst-mgr1"), gate.Foreign("svc_vmanage"), line, line, line
	ev.Client = netip.MustParseAddr("192.168.10.1")
	l.known.Event(ev)
	stages := []checks.StageState{{Object: "10.106.66.55", Detail: "catalyst-mgr1 calls"}}
	u := view.Update{
		Header: view.Header{Manager: "catalyst-mgr1", Peer: "ssm.corp.example:8443"}, Events: []event.Event{ev},
		Attempts: []checks.Attempt{{User: "svc_vmanage", Node: "catalyst-mgr1", Stages: stages}}, Shown: 0,
		Hosts: []view.Host{{Name: "svc_vmanage@192.168.10.1"}}, Prompt: &view.Prompt{ID: 7, Host: "svc_vmanage@192.168.10.1"},
	}
	before := u
	l.known.Update(&u)
	u = private(gate, u)
	all := fmt.Sprint(u.Header, u.Attempts, u.Hosts, *u.Prompt, u.Events, report.Line(u.Events[0], "t"))
	for _, bad := range []string{"catalyst-mgr1", "svc_vmanage", "192.168", "10.106", "ssm.corp"} {
		if strings.Contains(all, bad) {
			t.Errorf("%s is readable in %s", bad, all)
		}
	}
	if u.Prompt.ID != 7 {
		t.Errorf("%v", u.Prompt)
	}
	if gate.HideNames(false); private(gate, before).Header.Manager != "catalyst-mgr1" {
		t.Error("they cannot be shown again")
	}
	if before.Attempts[0].User != "svc_vmanage" || stages[0].Object != "10.106.66.55" || before.Prompt.Host != "svc_vmanage@192.168.10.1" || ev.Message != line {
		t.Error("the engine's own was changed")
	}
}

// A name that stands in every line is told to the gate once, and costs nothing
// after that.
func TestKnownNamesCostNothing(t *testing.T) {
	gate := redact.New()
	known := names.New(gate)
	var ev event.LogEntry
	ev.Host, ev.User, ev.Peer = gate.Foreign("catalyst-mgr1"), gate.Foreign("svc_vmanage"), gate.Foreign("https://ssm.corp.example:8443/x")
	var boxed event.Event = ev
	known.Event(boxed)
	if met := gate.Met(); met != 3 {
		t.Errorf("%d names are known", met)
	}
	if n := testing.AllocsPerRun(100, func() { known.Event(boxed) }); n > 0 {
		t.Errorf("%v allocations a line", n)
	}
}

func BenchmarkKnownNames(b *testing.B) {
	gate := redact.New()
	known := names.New(gate)
	var ev event.LogEntry
	ev.Host, ev.User, ev.Peer = gate.Foreign("catalyst-mgr1"), gate.Foreign("svc_vmanage"), gate.Foreign("https://ssm.corp.example:8443/x")
	var boxed event.Event = ev
	b.ReportAllocs()
	for b.Loop() {
		known.Event(boxed)
	}
}
