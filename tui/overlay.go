package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/theme"
)

// overlay is what covers the panes: help, a runbook, a form. It lives in a file
// of its own and is opened with open.
type overlay interface {
	// title stands on the border.
	title(m *Model) string
	// lines is all of the text for a width; the screen scrolls it with scroll,
	// which the overlay keeps.
	lines(m *Model, width int) []string
	// key takes a key before the key map does. A key that it does not take
	// (taken false) means what it always means: the arrows scroll, esc closes.
	key(m *Model, key tea.KeyPressMsg) (cmd tea.Cmd, taken bool)
	// position is where the overlay is scrolled to; the screen moves it.
	position() *int
	// now is what can be done while the overlay is in sight, for the footer: keys
	// and words, the most needed last.
	now(m *Model) [][2]string
}

// sized is an overlay that needs less than the panes' whole place: it is drawn
// in their middle. The size is that of the inside.
type sized interface {
	size(m *Model) (width, height int)
}

// page is what overlays that are only read embed.
type page struct{ top int }

func (p *page) position() *int                            { return &p.top }
func (*page) key(*Model, tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }

// now is what the keys of the footer do over the page.
func (*page) now(*Model) [][2]string {
	return [][2]string{{"up, down", "scroll"}, {"y", "copy"}, {"?", "help"}, {"q, esc", "close"}}
}

// covered is the overlay in sight, nil if none.
func (m *Model) covered() overlay {
	if len(m.overlays) == 0 {
		return nil
	}
	return m.overlays[len(m.overlays)-1]
}

// open puts an overlay over what is in sight. The same one again closes it.
func open(m *Model, o overlay) {
	if c := m.covered(); c != nil && c.title(m) == o.title(m) {
		shut(m)
		return
	}
	m.overlays = append(m.overlays, o)
}

// shut closes the overlay in sight.
func shut(m *Model) {
	if n := len(m.overlays); n > 0 {
		m.overlays = m.overlays[:n-1]
	}
}

// overlaid draws the overlay in sight into the panes' place, or, where it is
// small, over what it covers: the overlay before it, or the panes.
func overlaid(m *Model, f frame) []string {
	first := len(m.overlays) - 1
	for first > 0 {
		if _, small := m.overlays[first].(sized); !small {
			break
		}
		first--
	}
	var out []string
	if _, small := m.overlays[first].(sized); small {
		out = paneLines(m, f)
	}
	for _, o := range m.overlays[first:] {
		out = laid(m, f, o, out)
	}
	return out
}

// laid is an overlay over what it covers.
func laid(m *Model, f frame, o overlay, under []string) []string {
	height := m.h - 1 - f.body
	b := box{w: m.w, h: height}
	s, small := o.(sized)
	if small {
		w, h := s.size(m)
		b.w, b.h = min(w+4, m.w), min(h+2, height)
	}
	lines := drawn(m, o, b.w-4)
	top := o.position()
	*top = max(0, min(*top, len(lines)-(b.h-2)))
	lines = lines[min(*top, len(lines)):]
	content := make([]string, min(len(lines), b.h-2))
	for i := range content {
		content[i] = " " + lines[i]
	}
	more := ""
	if n := len(lines) - len(content); n > 0 {
		more = m.th.Paint(theme.Text, count(n, "more line", "more lines"))
	}
	out := boxed(m.th, b, border{left: o.title(m), right: more, focused: true}, content)
	if !small {
		return out
	}
	return over(m.th, under, out, (m.w-b.w)/2, (height-b.h)/2)
}

// drawn is what of an overlay is in sight.
func drawn(m *Model, o overlay, width int) []string {
	if s, ok := o.(secretive); ok {
		return s.inSight(m, width)
	}
	return o.lines(m, width)
}

// over lays lines on others, x columns and y lines from their corner.
func over(th *theme.Theme, under, lines []string, x, y int) []string {
	for i, l := range lines {
		if at := y + i; at < len(under) {
			left, right := cut(under[at], x, x+width(l))
			under[at] = ended(th, left, x) + l + right
		}
	}
	return under
}
