package tui

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/checks"
)

// replayed is an update decoded from the recorded streams in testdata: the
// demo's, written down once. Its secrets are made up.
func replayed(t *testing.T, history bool) checks.Update {
	t.Helper()
	gate := redact.NewWithKey([]byte("golden"))
	rules, err := checks.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	engine := checks.NewEngine(rules, netip.MustParseAddr("172.20.85.137"))
	u := checks.Update{Now: time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC), Shown: -1}
	for i, name := range []string{"vmanage-server.log", "tcpdump.txt", "messages", "show-version.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		src := capture.Source{ID: capture.SourceID(i + 1), Title: gate.Foreign(name)}
		if _, err := capture.Learn(gate, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		dec := capture.NewDecoder(src, gate, func(ev capture.Event) {
			engine.Observe(ev)
			u.Events = append(u.Events, ev)
		})
		engine.Source(src)
		dec.SetHistory(history)
		if _, err := io.Copy(dec, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if err := dec.Close(); err != nil {
			t.Fatal(err)
		}
		u.Sources = append(u.Sources, checks.SourceStatus{Source: dec.Source(), State: capture.Following, LastByte: u.Now, RTT: 212 * time.Millisecond, Lines: dec.Lines()})
	}
	d := engine.Diagnose()
	u.Attempts, u.Shown, u.Verdict, u.RootCause, u.Findings, u.Evidence = d.Attempts, d.Shown, d.Verdict, d.RootCause, d.Findings, d.Evidence
	u.Header = checks.Header{Manager: d.Manager, Release: d.Release, SSM: d.SSM, Peer: "172.20.85.137:8443", VPN: "0", Interface: "eth0", Level: "text 128 B", Masked: 22, Simulated: true, CanFix: true}
	return u
}

func screen(t *testing.T, o Options, w, h int, u checks.Update, keys ...string) *Model {
	t.Helper()
	m := New(o)
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(updateMsg{u, true})
	press(m, keys...)
	return m
}

func press(m *Model, keys ...string) {
	for _, k := range keys {
		switch k {
		case "enter":
			m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		case "tab":
			m.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		case "esc":
			m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
		case "up":
			m.Update(tea.KeyPressMsg{Code: tea.KeyUp})
		case "space":
			m.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
		default:
			m.Update(tea.KeyPressMsg{Code: rune(k[0]), Text: k})
		}
	}
}

func waiting() checks.Update {
	return checks.Update{Shown: -1, Hint: "Start a sync: Manager › Administration › License Management › Sync Licenses and Refresh Devices.", Header: checks.Header{Manager: "um8_vManage", Simulated: true}}
}

// fixed is the recorded attempt, and after it one that went well.
func fixed(t *testing.T) checks.Update {
	u := replayed(t, false)
	before := u.Attempts[0]
	after := before
	after.Number, after.Outcome, after.RootCause = 2, checks.OutcomeOK, ""
	after.Stages = append([]checks.StageState(nil), before.Stages...)
	for _, s := range []checks.Stage{checks.Auth, checks.Licences} {
		after.Stages[s].Status, after.Stages[s].Short = checks.Pass, ""
	}
	u.Attempts, u.Shown, u.Verdict, u.RootCause = append(u.Attempts, after), 1, checks.OK, nil
	u.Comparison = &checks.Comparison{Before: before, After: after, Summary: "auth failed (403) and passes now"}
	return u
}

func TestGoldenFrames(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		w, h int
		u    checks.Update
		keys []string
	}{
		{"demo-200x60", Options{}, 200, 60, replayed(t, false), nil},
		{"demo-120x40", Options{}, 120, 40, replayed(t, false), nil},
		{"demo-80x24", Options{}, 80, 24, replayed(t, false), nil},
		{"history-200x50", Options{}, 200, 50, replayed(t, true), nil},
		{"manager-80x24", Options{}, 80, 24, replayed(t, false), []string{"tab"}},
		{"diagnosis-80x24", Options{}, 80, 24, replayed(t, false), []string{"tab", "tab", "tab"}},
		{"ascii-80x24", Options{ASCII: true, NoColor: true}, 80, 24, replayed(t, false), nil},
		{"waiting-120x40", Options{}, 120, 40, waiting(), nil},
		{"fixed-200x50", Options{}, 200, 50, fixed(t), nil},
		{"help-100x40", Options{}, 100, 40, replayed(t, false), []string{"?"}},
		{"runbook-100x40", Options{NoColor: true, Lang: "en"}, 100, 40, replayed(t, false), []string{"enter"}},
		{"search-120x40", Options{}, 120, 40, replayed(t, false), []string{"tab", "/", "g", "r", "a", "n", "t", "enter"}},
		{"typing-80x24", Options{}, 80, 24, replayed(t, false), []string{"/", "f", "i"}},
		{"evidence-160x45", Options{}, 160, 45, replayed(t, false), []string{"6"}},
		{"zoom-80x24", Options{}, 80, 24, replayed(t, false), []string{"tab", "z"}},
		{"raw-120x40", Options{}, 120, 40, replayed(t, false), []string{"x"}},
		{"paused-80x24", Options{}, 80, 24, replayed(t, false), []string{"space"}},
		{"small-50x10", Options{}, 50, 10, replayed(t, false), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := screen(t, tt.o, tt.w, tt.h, tt.u, tt.keys...)
			golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
		})
	}
}

// Every frame has exactly the terminal's size, whatever it is and shows.
func TestFramesFillTheTerminal(t *testing.T) {
	u := replayed(t, false)
	hostile := redact.New().Foreign("한국어 로그 مرحبا بالعالم 👩‍👩‍👧 \x1b]0;x\x07 end")
	u.Events = append(u.Events, capture.Plain{Meta: capture.Meta{From: capture.Ref{Source: 3, Line: 900}, Excerpt: hostile}})
	for w := 60; w <= 240; w += 7 {
		for h := 15; h <= 70; h += 5 {
			for _, keys := range [][]string{nil, {"tab", "tab"}, {"z"}, {"?"}, {"enter"}, {"x"}} {
				m := screen(t, Options{}, w, h, u, keys...)
				lines := strings.Split(m.View().Content, "\n")
				if len(lines) != h {
					t.Fatalf("%dx%d %v: %d lines", w, h, keys, len(lines))
				}
				for i, l := range lines {
					if got := ansi.StringWidth(l); got > w {
						t.Fatalf("%dx%d %v: line %d has %d columns: %s", w, h, keys, i, got, ansi.Strip(l))
					}
				}
			}
		}
	}
}

func TestScrollingDoesNotDrift(t *testing.T) {
	m := screen(t, Options{}, 80, 24, replayed(t, false), "tab", "up", "up", "up")
	before := m.View().Content
	var more checks.Update = replayed(t, false)
	more.Events = nil
	for i := range 100 {
		more.Events = append(more.Events, capture.Plain{Meta: capture.Meta{From: capture.Ref{Source: 1, Line: 1000 + i}, Excerpt: redact.Literal("noise")}})
	}
	m.Update(updateMsg{more, true})
	if after := m.View().Content; after != before {
		t.Error("a paused pane moved while lines arrived")
	}
	press(m, "F")
	if !strings.Contains(m.View().Content, "noise") {
		t.Error("following does not show the newest line")
	}
}

func TestEvidenceDigitsJump(t *testing.T) {
	u := replayed(t, false)
	if len(u.Evidence) < 6 {
		t.Fatalf("only %d pieces of evidence", len(u.Evidence))
	}
	for _, e := range u.Evidence {
		m := screen(t, Options{}, 80, 24, u, fmt.Sprint(e.Number))
		if m.flash != "" {
			t.Errorf("evidence %d (%s): %s", e.Number, e.Says, m.flash)
		}
		if !strings.Contains(ansi.Strip(m.View().Content), fmt.Sprintf("│%d ", e.Number)) {
			t.Errorf("evidence %d is not in its pane's gutter", e.Number)
		}
	}
}

func TestErrorKeysFindErrors(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), "tab", "e")
	l := m.list(managerPane)
	if l.Following() || m.flash != "" {
		t.Errorf("e found nothing: %q", m.flash)
	}
	press(m, "/", "(", "enter")
	if !strings.Contains(m.flash, "not a regular expression") {
		t.Errorf("an expression that is not well formed: %q", m.flash)
	}
}

func TestQuit(t *testing.T) {
	m := screen(t, Options{}, 80, 24, waiting())
	_, cmd := m.Update(tea.KeyPressMsg{Code: 'q', Text: "q"})
	if cmd == nil {
		t.Fatal("q does nothing")
	}
	if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("q does not quit")
	}
}
