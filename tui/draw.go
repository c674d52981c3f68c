package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/overlay"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// picture is all that a frame is drawn from.
type picture struct {
	overlay.Scene
	panes   *paneSet
	covers  stack
	input   *input
	ladder  ladder
	failure error  // the run could not begin
	flash   string // a word at the foot
	mouse   bool
	ended   bool
	fresh   func(what string) bool // has changed just now; nil: nothing has
}

// draw makes the frame: exactly h lines of w columns.
func (p picture) draw() string {
	f := p.planned()
	if f.tooSmall {
		return small(p.Width, p.Height)
	}
	lines := f.head
	if p.covers.top() != nil {
		lines = append(lines, p.overlaid(f)...)
	} else {
		lines = append(lines, p.paneLines(f)...)
	}
	return strings.Join(append(lines, p.foot()), "\n")
}

// headLines are what stands over the panes.
func (p picture) headLines(s shape) []string {
	hd := p.head()
	if p.panes.presentation.on {
		room := p.Height - 1 // the last line is the footer
		if p.covers.top() != nil {
			room -= 3 // a frame with a line in it
		}
		if lines := hd.presented(); len(lines) <= room {
			return lines
		} // whole sentences leave no room: they are shown as else, in as many lines as fit
	}
	lines := []string{hd.header()}
	blank := func() {
		if s.airy {
			lines = append(lines, strings.Repeat(" ", p.Width))
		}
	}
	blank()
	lines = append(lines, hd.verdict()...)
	blank()
	lines = append(append(lines, hd.ladder()), hd.strip()...)
	blank()
	if s.tabs {
		lines = append(lines, p.tabLine())
	}
	return lines
}

func (p picture) head() head {
	return head{p.Theme, p.Update, p.Width, p.Height, p.failure, p.ladder, p.Pseudonyms.Hides(), among[*overlay.Form](p.covers) != nil, p.fresh}
}

// small says what size there is and what is needed, on as many lines as that
// takes: cut, it would tell half of a size.
func small(w, h int) string {
	lines := strings.Split(ansi.Wrap(fmt.Sprintf("%dx%d is too small: 60x15 at least", w, h), max(w, 1), ""), "\n")
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines[:min(len(lines), max(h, 1))], "\n")
}

// tabLine names all panes, the focused one bright.
func (p picture) tabLine() string {
	var parts []string
	for id, s := range registry {
		role := theme.Dim
		if paneID(id) == p.panes.focus {
			role = theme.Number
		}
		parts = append(parts, p.Theme.Paint(role, " "+s.tab+" "))
	}
	return join(p.Theme, p.Width, " "+strings.Join(parts, " "), p.Theme.Paint(theme.Dim, "tab "))
}

// paneLines draws the panes in their boxes; a zoomed one has no borders, so
// that selecting text with the mouse takes nothing else along.
func (p picture) paneLines(f frame) []string {
	if p.panes.presentation.on {
		return p.diagnosed(f.boxes[0].h)
	}
	c := p.canvas()
	c.Whole, c.Alone = p.panes.zoomed, len(f.boxes) == 1
	if p.panes.zoomed {
		c.Width, c.Height = f.boxes[0].w, f.boxes[0].h
		return p.panes.all[f.boxes[0].pane].View(c)
	}
	var out []string
	row := -1 // the y of the boxes being joined; they have one height
	for _, b := range f.boxes {
		c.Width, c.Height = b.w-2, b.h-2
		view := p.panes.all[b.pane].View(c)
		t := p.panes.all[b.pane].Title() // it tells how much is out of sight
		e := border{left: t.Name, right: segs(p.Theme, t.State), focused: b.pane == p.panes.focus}
		lines := boxed(p.Theme, b, e, view)
		if b.y != row {
			row, out = b.y, append(out, lines...)
			continue
		}
		for i, l := range lines {
			out[len(out)-len(lines)+i] += l
		}
	}
	return out
}

// canvas is what all panes share.
func (p picture) canvas() pane.Canvas {
	return pane.Canvas{Theme: p.Theme, Numbers: overlay.Numbers(p.Update), Ends: p.Update.Ends, Pseudonyms: p.Pseudonyms}
}

// overlaid draws the overlay in sight into the panes' place, or, where it is
// small, over what it covers: the overlay before it, or the panes.
func (p picture) overlaid(f frame) []string {
	first := len(p.covers) - 1
	for first > 0 {
		if _, small := p.covers[first].(overlay.Sized); !small {
			break
		}
		first--
	}
	var out []string
	if _, small := p.covers[first].(overlay.Sized); small {
		out = p.paneLines(f)
	}
	for _, o := range p.covers[first:] {
		out = p.laid(f, o, out)
	}
	return out
}

// laid is an overlay over what it covers.
func (p picture) laid(f frame, o overlay.Overlay, under []string) []string {
	height := p.Height - 1 - f.body
	p.Room = height - 2
	b := box{w: p.Width, h: height}
	s, small := o.(overlay.Sized)
	if small {
		w, h := s.Size(p.Scene)
		b.w, b.h = min(w+4, p.Width), min(h+2, height)
		if p.Width-b.w < 6 { // what is under it would only frame its frame
			b.w = p.Width
		}
	}
	lines := p.drawn(o, b.w-4)
	top := o.Position()
	*top = max(0, min(*top, len(lines)-(b.h-2)))
	lines = lines[min(*top, len(lines)):]
	content := make([]string, min(len(lines), b.h-2))
	for i := range content {
		content[i] = " " + lines[i]
	}
	more := ""
	if n := len(lines) - len(content); n > 0 {
		more = p.Theme.Paint(theme.Text, overlay.Count(n, "more line", "more lines"))
	}
	out := boxed(p.Theme, b, border{left: o.Title(p.Scene), right: more, focused: true}, content)
	if !small {
		return out
	}
	return over(p.Theme, under, out, (p.Width-b.w)/2, (height-b.h)/2)
}

// drawn is what of an overlay is in sight.
func (p picture) drawn(o overlay.Overlay, width int) []string {
	if s, ok := o.(overlay.Secretive); ok {
		return s.InSight(p.Scene, width)
	}
	return o.Lines(p.Scene, width)
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
