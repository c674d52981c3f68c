package tui

import (
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
)

// stream is an update in which a pane's stream is in a state.
func stream(state event.Stream, detail string) view.Update {
	u := waiting()
	u.Now = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	for i, k := range []event.Kind{event.TcpdumpText, event.ManagerLog, event.SSMMessages} {
		u.Sources = append(u.Sources, view.SourceStatus{Source: event.Source{ID: event.SourceID(i + 1), Kind: k}, State: state, Detail: detail, LastByte: u.Now.Add(-47 * time.Second)})
	}
	return u
}

// flooded is a pane that takes more than anyone can read.
func flooded() view.Update {
	u := lines(3_000, "row # of a flood")
	u.Now = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	return u
}

// with is an update with one more event of the Manager's log.
func with(t *testing.T, ev event.Event) view.Update {
	u := replayed(t, false)
	u.Events = append(u.Events, ev)
	return u
}

func manager(text string) event.Meta {
	return event.Meta{From: event.Ref{Source: 1, Line: 900}, Excerpt: redact.New().Foreign(text)}
}

func TestGoldenStates(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"empty", Options{}, 80, 24, view.Update{Shown: -1}, nil},
		{"empty", Options{}, 200, 60, view.Update{Shown: -1}, nil},
		{"connecting", Options{}, 120, 40, stream(event.Connecting, ""), nil},
		{"quiet", Options{}, 120, 40, stream(event.Following, ""), nil},
		{"dead-link", Options{}, 120, 40, stream(event.Lost, "the link died: no answer for 45 s (it is dialled again)"), nil},
		{"refused", Options{}, 80, 24, stream(event.Refused, "/var/log/messages: permission denied (give the user sudo, or use root)"), []string{"tab", "tab"}},
		{"gap", Options{}, 80, 24, with(t, event.Gap{Meta: manager(""), Why: redact.Literal("the log was rotated while the link was down; 212 lines are missing")}), []string{"tab"}},
		{"scripts", Options{}, 80, 24, with(t, event.Plain{Meta: manager("한국어 로그 مرحبا بالعالم 👩‍👩‍👧 e\u0301 end")}), []string{"tab"}},
		{"escaped", Options{}, 80, 24, with(t, event.Plain{Meta: manager("login مرحبا ok")}), []string{"tab", "A"}},
		{"error", Options{}, 120, 40, demo, []string{"tab", "e"}},
		{"warning", Options{}, 120, 40, demo, []string{"tab", "w"}},
		{"none-found", Options{}, 80, 24, demo, []string{"e"}},
		{"paused-one", Options{}, 120, 40, demo, []string{"tab", "P"}},
		{"scrolled", Options{}, 80, 24, demo, []string{"tab", "up", "up", "up"}},
		{"oldest", Options{}, 80, 24, demo, []string{"tab", "home"}},
		{"search-wrong", Options{}, 80, 24, demo, []string{"tab", "/", "(gra"}},
		{"search-typed", Options{}, 80, 24, demo, []string{"tab", "/", "grant"}},
		{"filter-typed", Options{}, 80, 24, demo, []string{"tab", "&", "licens"}},
		{"filter-in", Options{}, 120, 40, demo, []string{"tab", "&", "licens", "enter"}},
		{"filter-out", Options{}, 120, 40, demo, []string{"tab", "&", "!alarm|device", "enter"}},
		{"filter-context", Options{}, 80, 24, demo, []string{"tab", "&", "403", "enter", "C"}},
		{"filter-none", Options{}, 80, 24, demo, []string{"tab", "&", "no such text", "enter"}},
		{"display-typed", Options{}, 80, 24, demo, []string{"d", "tcp.port == 8443 && tcp.flags.syn"}},
		{"display-wrong", Options{}, 80, 24, demo, []string{"d", "tcp.prt == 8443"}},
		{"display", Options{}, 120, 40, demo, []string{"d", "tls.handshake.type", "enter"}},
		{"marks", Options{}, 120, 40, demo, []string{"tab", "e", "m", "T", "T"}},
		{"delta-previous", Options{}, 80, 24, demo, []string{"tab", "T"}},
		{"delta-start", Options{}, 80, 24, demo, []string{"tab", "T", "T", "T"}},
		{"time", Options{}, 80, 24, demo, []string{"tab", "@", "16:49:55", "enter"}},
		{"locked", Options{}, 200, 60, demo, []string{"tab", "L", "e"}},
		{"one-line", Options{}, 80, 24, demo, []string{"tab", "ctrl+w"}},
		{"sideways", Options{}, 80, 24, demo, []string{"tab", "right"}},
		{"zoom", Options{}, 200, 60, demo, []string{"tab", "z"}},
		{"help", Options{}, 80, 24, demo, []string{"?"}},
		{"help-end", Options{}, 80, 24, demo, []string{"?", "space", "space", "space"}},
		{"ascii", Options{ASCII: true, NoColor: true}, 120, 40, demo, nil},
		{"ascii-help", Options{ASCII: true, NoColor: true}, 80, 24, demo, []string{"?"}},
		{"narrow", Options{}, 60, 15, demo, nil},
		{"two-panes", Options{}, 110, 30, demo, []string{"tab", "tab"}},
		{"three-panes", Options{}, 160, 30, demo, nil},
	})
}

func TestGoldenFlood(t *testing.T) {
	u := flooded()
	m := screen(t, Options{}, 80, 24, u, "tab")
	for range 3 {
		u.Now = u.Now.Add(time.Second)
		m.Update(updateMsg{u: u, ok: true})
	}
	golden.RequireEqual(t, bare(m)+"\n")
	press(m, "O")
	if !strings.Contains(bare(m), "of a flood") {
		t.Error("O does not show the rows")
	}
}

// Each theme in each number of colours on each background, with its escape
// sequences made readable. The terminal tells its background when the first
// frame is out.
func TestGoldenThemes(t *testing.T) {
	u := replayed(t, false)
	for _, tt := range []struct {
		name string
		told color.Color
	}{
		{"auto-unknown", nil}, {"auto-dark", color.Black}, {"auto-light", color.White},
		{"contrast-dark", color.Black}, {"contrast-light", color.White}, {"colourblind-dark", color.Black}, {"colourblind-light", color.White},
	} {
		for _, sixteen := range []bool{false, true} {
			sub := tt.name
			if sixteen {
				sub += "-16"
			}
			t.Run(sub, func(t *testing.T) {
				look, _, _ := strings.Cut(tt.name, "-")
				m := screen(t, Options{Theme: look, Sixteen: sixteen}, 80, 24, u, "tab", "e")
				_ = m.View()
				m.Update(tea.BackgroundColorMsg{Color: tt.told})
				golden.RequireEqual(t, strings.NewReplacer("\x1b[m", "⟧", "\x1b[", "⟦").Replace(m.View().Content)+"\n")
			})
		}
	}
	t.Run("no-colour", func(t *testing.T) {
		m := screen(t, Options{NoColor: true}, 80, 24, u, "tab", "e")
		golden.RequireEqual(t, strings.NewReplacer("\x1b[m", "⟧", "\x1b[", "⟦").Replace(m.View().Content)+"\n")
	})
}
