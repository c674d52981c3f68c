package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"syncscope/tui/overlay"
)

// at is where a text stands in the frame.
func at(t *testing.T, m *Model, text string) (x, y int) {
	t.Helper()
	for y, l := range strings.Split(bare(m), "\n") {
		if before, _, ok := strings.Cut(l, text); ok {
			return width(before), y
		}
	}
	t.Fatalf("%q is not in sight:\n%s", text, bare(m))
	return 0, 0
}

func clickAt(m *Model, x, y int) {
	m.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

func TestMouseIsOffUntilAsked(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false))
	if m.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is on from the start")
	}
	press(m, "M")
	if m.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("M does not switch it on")
	}
	press(m, "M")
	if m.View().MouseMode != tea.MouseModeNone {
		t.Error("M does not switch it off")
	}
}

// A click stands on the row that is drawn there, in every layout, and on that
// row again shows it in detail; the wheel scrolls the pane under it alone.
func TestMousePointsAtRows(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}} {
		m := screen(t, Options{}, size[0], size[1], replayed(t, false), "M", "tab")
		x, y := at(t, m, "SmartLicensingUtil  Failed to")
		clickAt(m, x, y)
		if r := m.panes.here().Current(); m.panes.focus != managerPane || !strings.Contains(r.Message, "Failed to authenticate") {
			t.Fatalf("%v: focus %d, on %q", size, m.panes.focus, r.Message)
		}
		if again, _ := at(t, m, "SmartLicensingUtil  Failed to"); again != x {
			t.Errorf("%v: the row moved", size)
		}
		clickAt(m, x, y)
		if _, ok := m.covers.top().(*overlay.Detail); !ok {
			t.Fatalf("%v: a second click shows no detail", size)
		}
		clickAt(m, x, y)
		press(m, "esc", "F")
		if size[0] < 120 {
			continue
		}
		x, y = at(t, m, "Finished  51 B")
		ssm, manager := m.panes.rows(ssmPane).Following(), m.panes.rows(managerPane).Following()
		m.Update(tea.MouseWheelMsg{X: x, Y: y, Button: tea.MouseWheelUp})
		if m.panes.rows(handshakePane).Following() || m.panes.focus != managerPane || m.panes.rows(ssmPane).Following() != ssm || m.panes.rows(managerPane).Following() != manager {
			t.Errorf("%v: the wheel scrolls another pane than the one under it", size)
		}
	}
}

func TestMouseInZoomTabsAndOverlays(t *testing.T) {
	m := screen(t, Options{}, 80, 24, replayed(t, false), "M", "tab", "z")
	x, y := at(t, m, "Failed to authenticate")
	clickAt(m, x, y)
	if r := m.panes.here().Current(); !strings.Contains(r.Message, "Failed to authenticate") {
		t.Errorf("zoomed: on %q", r.Message)
	}
	press(m, "z")
	x, y = at(t, m, "Diagnosis ")
	clickAt(m, x, y)
	if m.panes.focus != diagnosisPane {
		t.Errorf("the tab does not bring its pane: %d", m.panes.focus)
	}
	press(m, "?")
	before := bare(m)
	m.Update(tea.MouseWheelMsg{X: 10, Y: 10, Button: tea.MouseWheelDown})
	if bare(m) == before {
		t.Error("the wheel does not scroll the help")
	}
	for y := -1; y <= 24; y++ { // nowhere is somewhere
		for _, x := range []int{-1, 0, 79, 80} {
			clickAt(m, x, y)
			m.Update(tea.MouseWheelMsg{X: x, Y: y, Button: tea.MouseWheelUp})
		}
	}
	press(m, "esc", "V")
	m.Update(tea.MouseWheelMsg{X: 10, Y: 18, Button: tea.MouseWheelDown})
	if text := bare(m); !m.panes.presentation.on || strings.Contains(text, "for       5") {
		t.Errorf("the wheel does not scroll what is presented:\n%s", text)
	}
}

// A terminal that is too small for the screen shows no pane, so nothing is
// there to be pointed at, in no view.
func TestMouseOnATerminalThatIsTooSmall(t *testing.T) {
	for _, keys := range [][]string{{"f2"}, {"f2", "V"}, {"f2", "z"}, {"f2", "?"}} {
		m := screen(t, Options{}, 120, 40, replayed(t, false))
		for _, k := range keys {
			if k == "f2" {
				m.Update(tea.KeyPressMsg{Code: tea.KeyF2})
				continue
			}
			press(m, k)
		}
		for w := 0; w < 62; w++ {
			for h := 0; h < 17; h++ {
				m.Update(tea.WindowSizeMsg{Width: w, Height: h})
				m.Update(tea.MouseClickMsg{X: w / 2, Y: h / 2, Button: tea.MouseLeft})
				m.Update(tea.MouseWheelMsg{X: w / 2, Y: h / 2, Button: tea.MouseWheelUp})
				_ = m.View()
			}
		}
	}
}
