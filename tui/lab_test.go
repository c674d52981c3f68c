//go:build unix

package tui

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/ssh/lab"
	"syncscope/tui/overlay"
)

// inLab is a screen of a run on a scenario of the lab, at its verdict; nobody
// has touched a key.
func inLab(t *testing.T, scenario string) *driver {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{identity: filepath.Join(t.TempDir(), "id_ed25519")}
	if err := os.WriteFile(r.identity, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	if r.open, err = lab.Start(t.Context(), lab.Options{Scenario: scenario, AuthorizedKey: key, Delay: time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.open.Close() })
	r.sudo = []byte(r.open.SSM().Password)
	d := r.drive(t, [theHosts]hostState{theManager: loggedIn, theSSM: loggedIn})
	for limit := time.Now().Add(5 * stuckAfter); ; {
		if n := len(d.m.data.update.Attempts); n > 0 && d.m.data.update.Attempts[n-1].Ended {
			break
		}
		if time.Now().After(limit) {
			t.Fatal("no attempt ended")
		}
		d.settle(100 * time.Millisecond)
		d.reply()
	}
	d.settle(1500 * time.Millisecond) // what comes right after it
	d.await("an answer to what is asked", func() bool { return among[*overlay.Question](d.m.covers) == nil })
	return d
}

// When a verdict comes and nobody has touched a key, what the reader needs is in
// sight: the verdict and whose turn it is, whole, and the first step of the fix,
// before what was ruled out.
func TestTheVerdictIsInSight(t *testing.T) {
	if testing.Short() {
		t.Skip("every scenario of the lab, over SSH")
	}
	for _, s := range lab.Scenarios() {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			d := inLab(t, s.ID)
			for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 40}, {200, 60}} {
				d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				frame := bare(d.m)
				text := plain(frame)
				u := d.m.data.update
				diagnosis := u.Diagnosis()
				want := []string{diagnosis.Sentence(), diagnosis.Turn().Do}
				if u.Verdict == checks.OK {
					want = want[:0]
				}
				if f := u.RootCause; f != nil && len(f.Fix) > 0 {
					want = append(want, "1. "+f.Fix[0].Who.Label()+": "+f.Fix[0].Do)
				}
				for _, w := range want {
					if !strings.Contains(text, strings.Join(strings.Fields(w), " ")) {
						t.Errorf("%v: not in sight: %q\n%s", size, w, frame)
					}
				}
				if before, _, ok := strings.Cut(frame, " ruled out "); ok && !strings.Contains(before, " fix ") {
					t.Errorf("%v: what is ruled out stands before the fix:\n%s", size, frame)
				}
			}
			if !strings.Contains(bare(d.m), "SSM messages  UTC") {
				t.Errorf("a pane does not name its zone:\n%s", bare(d.m))
			}
			press(d.m, "Z")
			want := 0
			for _, l := range d.m.panes.lists() {
				if _, known := d.m.panes.timeline().Clock(l.Kind()); known { // else it stays as it is printed
					want++
				}
			}
			if _, known := d.m.panes.timeline().Clock(event.ManagerLog); !known || want < 2 { // the Manager's is what the others stand to
				t.Errorf("%d panes know how their clocks stand to the others, the Manager's log: %v", want, known)
			}
			if strings.Count(bare(d.m), "one clock: UTC") != want {
				t.Errorf("the panes do not share a clock:\n%s", bare(d.m))
			}
			inOrder(t, d.m)
		})
	}
}

// inOrder fails where the timeline draws what the SSM wrote of a request before
// the question or behind the answer.
func inOrder(t *testing.T, m *Model) {
	t.Helper()
	m.Update(tea.WindowSizeMsg{Width: 200, Height: 400})
	press(m, "t", "z")
	var lines []string
	for _, l := range strings.Split(bare(m), "\n") {
		if len(l) > 3 && strings.Contains(l, ":") {
			lines = append(lines, l)
		}
	}
	open, within := false, 0
	for _, l := range lines {
		switch {
		case strings.Contains(l, " ┌ "):
			open = true
		case strings.Contains(l, " └ "):
			open = false
		case strings.Contains(l, " SSM ") && strings.Contains(l, "│ "):
			within++
		case strings.Contains(l, " SSM ") && strings.Contains(l, "oauth/token 4") && len(m.data.update.Attempts) > 0 && len(m.data.update.Attempts[0].Exchanges) > 0:
			t.Errorf("an answer outside of its request (open %v):\n%s", open, strings.Join(lines, "\n"))
		}
	}
	if len(m.data.update.Attempts) > 0 && len(m.data.update.Attempts[0].Exchanges) > 0 && within == 0 {
		t.Errorf("no line of the SSM stands within its request:\n%s", strings.Join(lines, "\n"))
	}
}
