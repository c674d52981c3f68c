package session_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab"
)

// wire is a way to a host that can be cut.
type wire struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l}
	t.Cleanup(func() { l.Close(); w.cut() })
	carry := func(a, b net.Conn) {
		buf := make([]byte, 32<<10)
		for {
			n, err := a.Read(buf)
			if _, werr := b.Write(buf[:n]); err != nil || werr != nil {
				a.Close()
				b.Close()
				return
			}
		}
	}
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, a, b)
			w.mu.Unlock()
			go carry(a, b)
			go carry(b, a)
		}
	}()
	return w
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.Close()
	}
	w.conns = nil
}

// through sends a run through two wires.
func through(t *testing.T, c *session.Config, l *lab.Lab, m, s *wire) {
	file := filepath.Join(t.TempDir(), "known_hosts")
	lines := knownhosts.Line([]string{knownhosts.Normalize(m.Addr().String())}, l.Manager().Key) + "\n" +
		knownhosts.Line([]string{knownhosts.Normalize(s.Addr().String())}, l.SSM().Key) + "\n"
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	mh, sh := l.Manager(), l.SSM()
	mh.Addr, sh.Addr = m.Addr().String(), s.Addr().String()
	c.SSH.KnownHosts, c.SSH.Prompter = []string{file}, passwords{mh, sh}
	mt, err1 := ssh.ParseTarget(mh.User + "@" + mh.Addr)
	st, err2 := ssh.ParseTarget(sh.User + "@" + sh.Addr)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	c.Managers, c.SSM = []ssh.Target{mt}, &st
}

// After cuts both logs go on without a line lost or doubled, and nobody is
// asked again; the capture says what it missed.
func TestCutsLoseNoLine(t *testing.T) {
	var m, s *wire
	l, live := connectTo(t, lab.Options{Scenario: "ok", Past: time.Minute}, func(l *lab.Lab, c *session.Config) {
		m, s = newWire(t, l.Manager().Addr), newWire(t, l.SSM().Addr)
		through(t, c, l, m, s)
	})
	live.Start(t.Context())
	following := func(u view.Update) bool {
		n := 0
		for _, src := range u.Sources {
			if src.State == event.Following {
				n++
			}
		}
		return n == 3
	}
	await(t, live, 20*time.Second, following)
	go func() {
		for i := range 300 {
			l.AppendSSM(fmt.Sprintf("Nov 24 11:00:00 SSM-On-Prem probe: s%04d.", i))
			l.AppendManager(fmt.Sprintf("24-Nov-2026 11:00:00,000 UTC INFO  [um8_vManage] [Probe] (task-1) |default| m%04d.", i))
			time.Sleep(10 * time.Millisecond)
			if i%100 == 50 {
				m.cut()
				s.cut()
			}
		}
	}()
	var got strings.Builder
	gaps, lost := 0, 0
	u := await(t, live, 60*time.Second, func(u view.Update) bool {
		for _, ev := range u.Events {
			switch ev := ev.(type) {
			case event.Gap:
				if ev.Until.Before(ev.Since) || ev.Since.IsZero() || !strings.Contains(ev.Why.String(), "no packet was captured") {
					t.Errorf("gap %+v", ev)
				}
				gaps++
			case event.SourceState:
				if ev.State == event.Lost {
					lost++
				}
			default:
				got.WriteString(ev.Origin().Excerpt.String() + "\n")
			}
		}
		return following(u) && gaps > 0 && strings.Contains(got.String(), "s0299.") && strings.Contains(got.String(), "m0299.")
	})
	for i := range 300 {
		for _, kind := range []string{"s", "m"} {
			if n := strings.Count(got.String(), fmt.Sprintf("%s%04d.", kind, i)); n != 1 {
				t.Fatalf("line %s%04d came %d times", kind, i, n)
			}
		}
	}
	if lost < 3 {
		t.Errorf("the screen was told of %d lost streams", lost)
	}
	if !slices.ContainsFunc(u.Sources, func(s view.SourceStatus) bool { return !s.LinkSince.IsZero() && !s.Alive.IsZero() }) {
		t.Errorf("no link's age is known: %+v", u.Sources)
	}
}
