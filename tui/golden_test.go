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
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

// replayed is an update decoded from the recorded streams in testdata: the
// demo's, written down once. Its secrets are made up.
func replayed(t *testing.T, history bool) view.Update {
	t.Helper()
	return replayedBy(t, redact.NewWithKey([]byte("golden")), history)
}

func replayedBy(t testing.TB, gate *redact.Session, history bool) view.Update {
	t.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	engine := diagnose.NewEngine(rules, netip.MustParseAddr("172.20.85.137"))
	u := view.Update{Now: time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC), Shown: -1}
	for i, name := range []string{"vmanage-server.log", "tcpdump.txt", "messages", "show-version.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		src := event.Source{ID: event.SourceID(i + 1), Title: gate.Foreign(name)}
		if _, err := capture.Learn(gate, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		dec := capture.NewDecoder(src, gate, func(ev event.Event) {
			engine.Observe(ev)
			u.Events = append(u.Events, ev)
		})
		engine.Source(src)
		dec.SetWords(engine.Words())
		dec.SetHistory(history)
		if _, err := io.Copy(dec, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if err := dec.Close(); err != nil {
			t.Fatal(err)
		}
		u.Sources = append(u.Sources, view.SourceStatus{Source: dec.Source(), State: event.Following, LastByte: u.Now, RTT: 212 * time.Millisecond, Lines: dec.Lines()})
	}
	d := engine.Diagnose()
	u.Attempts, u.Shown, u.Verdict, u.RootCause, u.Findings, u.Evidence = d.Attempts, d.Shown, d.Verdict, d.RootCause, d.Findings, d.Evidence
	u.Each = d.Each
	u.Header = view.Header{Manager: d.Manager, Release: d.Release, SSM: d.SSM, Peer: "172.20.85.137:8443", VPN: "0", Interface: "eth0", Level: "text 128 B", Masked: 22, Simulated: true, CanFix: true}
	return u
}

func screen(t *testing.T, o Options, w, h int, u view.Update, keys ...string) *Model {
	t.Helper()
	m := New(o)
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.touched = len(keys) > 0 // keys go on from the pane that one begins with
	m.Update(updateMsg{u: u, ok: true})
	press(m, keys...)
	return m
}

// named are keys that are more than a letter.
var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "esc": {Code: tea.KeyEscape},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"space": {Code: tea.KeySpace, Text: " "}, "backspace": {Code: tea.KeyBackspace},
}

// press presses keys: a name, "ctrl+" and a letter, or a text to type.
func press(m *Model, keys ...string) {
	for _, k := range keys {
		letter, ctrl := strings.CutPrefix(k, "ctrl+")
		switch key, ok := named[k]; {
		case ok:
			m.Update(key)
		case ctrl:
			m.Update(tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl})
		default:
			for _, r := range k {
				m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
		}
	}
}

func waiting() view.Update {
	return view.Update{Shown: -1, Hint: "Start a sync: Manager › Administration › License Management › Sync Licenses and Refresh Devices.", Header: view.Header{Manager: "um8_vManage", Simulated: true}}
}

// fixed is the recorded attempt, and after it one that went well.
func fixed(t *testing.T) view.Update {
	u := replayed(t, false)
	before := u.Attempts[0]
	after := before
	after.Number, after.Kind, after.Outcome, after.RootCause = 2, checks.KindSync, checks.OutcomeOK, ""
	after.Stages = append([]checks.StageState(nil), before.Stages...)
	for _, s := range []checks.Stage{checks.Auth, checks.Licences} {
		after.Stages[s].Status, after.Stages[s].Short = checks.Pass, ""
	}
	u.Attempts, u.Shown, u.Verdict, u.RootCause = append(u.Attempts, after), 1, checks.OK, nil
	u.Each = append(u.Each, checks.Account{Evidence: u.Evidence})
	u.Comparison = &checks.Comparison{Before: before, After: after, Summary: "auth failed (403) and passes now"}
	return u
}

// frameCase is one golden frame: a screen, what came from the run, and the keys
// pressed then. A file of its own below testdata/TestGoldenFrames holds the
// frame as it is read in a review, without its colours; "go test ./tui -update"
// writes it. Other test files add their own with checkFrames.
type frameCase struct {
	name string
	o    Options
	w, h int
	u    view.Update
	keys []string // see press
}

// checkFrames compares each frame with its golden file.
func checkFrames(t *testing.T, cases []frameCase) {
	for _, tt := range cases {
		t.Run(fmt.Sprintf("%s-%dx%d", tt.name, tt.w, tt.h), func(t *testing.T) {
			m := screen(t, tt.o, tt.w, tt.h, tt.u, tt.keys...)
			golden.RequireEqual(t, bare(m)+"\n")
		})
	}
}

// bare is the frame without its colours.
func bare(m *Model) string { return ansi.Strip(m.View().Content) }

func TestGoldenFrames(t *testing.T) {
	checkFrames(t, []frameCase{
		{"demo", Options{}, 200, 60, replayed(t, false), nil},
		{"demo", Options{}, 120, 40, replayed(t, false), nil},
		{"demo", Options{}, 80, 24, replayed(t, false), nil},
		{"history", Options{}, 200, 50, replayed(t, true), nil},
		{"manager", Options{}, 80, 24, replayed(t, false), []string{"tab"}},
		{"diagnosis", Options{}, 80, 24, replayed(t, false), []string{"tab", "tab", "tab"}},
		{"ascii", Options{ASCII: true, NoColor: true}, 80, 24, replayed(t, false), nil},
		{"waiting", Options{}, 120, 40, waiting(), nil},
		{"fixed", Options{}, 200, 50, fixed(t), nil},
		{"help", Options{}, 100, 40, replayed(t, false), []string{"?"}},
		{"runbook", Options{NoColor: true, Lang: "en"}, 100, 40, replayed(t, false), []string{"enter"}},
		{"search", Options{}, 120, 40, replayed(t, false), []string{"tab", "/grant", "enter"}},
		{"typing", Options{}, 80, 24, replayed(t, false), []string{"/fi"}},
		{"evidence", Options{}, 160, 45, replayed(t, false), []string{"2"}},
		{"zoom", Options{}, 80, 24, replayed(t, false), []string{"tab", "z"}},
		{"raw", Options{}, 120, 40, replayed(t, false), []string{"x"}},
		{"paused", Options{}, 80, 24, replayed(t, false), []string{"p"}},
		{"small", Options{}, 50, 10, replayed(t, false), nil},
	})
}

// Every frame has exactly the terminal's size, whatever it is and shows.
func TestFramesFillTheTerminal(t *testing.T) {
	u := replayed(t, false)
	hostile := redact.New().Foreign("한국어 로그 مرحبا بالعالم 👩‍👩‍👧 \x1b]0;x\x07 end")
	u.Events = append(u.Events, event.Plain{Meta: event.Meta{From: event.Ref{Source: 3, Line: 900}, Excerpt: hostile}})
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
	body := func() string { // without the border, which counts the new rows
		lines := strings.Split(m.View().Content, "\n")
		return strings.Join(lines[m.picture().planned().body+1:], "\n")
	}
	before := body()
	var more view.Update = replayed(t, false)
	more.Events = nil
	for i := range 100 {
		more.Events = append(more.Events, event.Plain{Meta: event.Meta{From: event.Ref{Source: 1, Line: 1000 + i}, Excerpt: redact.Literal("noise")}})
	}
	m.Update(updateMsg{u: more, ok: true})
	if after := body(); after != before {
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
	l := m.panes.rows(managerPane)
	if l.Following() || m.flash != "" {
		t.Errorf("e found nothing: %q", m.flash)
	}
	press(m, "/", "(", "enter")
	if m.input.entry == nil || !strings.Contains(m.input.entry.said, "not a regular expression") || m.input.entry.text() != "(" {
		t.Errorf("an expression that is not well formed is not kept to be mended: %+v", m.input.entry)
	}
	press(m, "home", "DB", "end", ")", "enter")
	if m.input.entry != nil || m.input.query != "DB()" {
		t.Errorf("mended: %q", m.input.query)
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
