package tui

// Widths from which more panes stand side by side, and the least size.
const (
	wide      = 160
	medium    = 110
	minWidth  = 60
	minHeight = 15
)

// box is a pane's place, borders included.
type box struct {
	pane       paneID
	x, y, w, h int
}

// shape is what a size allows.
type shape struct {
	w, h     int
	tooSmall bool
	tabs     bool // a line with all panes' names
	airy     bool // blank lines between the parts
	one      bool // room for one pane
}

func shaped(w, h int) shape {
	return shape{w: w, h: h, tooSmall: w < minWidth || h < minHeight, airy: h >= 40, tabs: w < wide || h < 30, one: w < medium || h < 30}
}

// frame is where everything stands.
type frame struct {
	shape
	head  []string // the lines over the panes
	body  int      // the first line under them
	boxes []box
}

// planned is the frame as it is now.
func (p picture) planned() frame {
	f := frame{shape: shaped(p.Width, p.Height)}
	if f.tooSmall {
		return f
	}
	f.head = p.headLines(f.shape)
	f.body = len(f.head)
	if p.panes.presentation.on {
		f.boxes = []box{{diagnosisPane, 0, f.body, p.Width, p.Height - 1 - f.body}}
		return f
	}
	f.boxes = boxes(f.shape, f.body, p.panes.focus, p.panes.bottom, p.panes.zoomed, p.panes.absent)
	return f
}

// lowerRows is the height of the lower pane, borders included.
func lowerRows(h int) int { return min(max(h*3/10, 8), 20) }

// absentRows is the height of a pane that nothing can come to: it says so.
const absentRows = 6

// boxes places the panes under the head. focus is the pane that must be in
// sight, bottom the lower one that was last. A pane of a host that was not given
// leaves its place to the others.
func boxes(s shape, body int, focus, bottom paneID, zoomed bool, absent func(paneID) bool) []box {
	space := s.h - 1 - body // the last line is the footer
	if zoomed || s.one {
		return []box{{focus, 0, body, s.w, space}}
	}
	d := min(lowerRows(s.h), space/2)
	columns, said := upperPanes(s.w, focus, absent)
	top := space - d
	var out []box
	if len(said) > 0 && len(columns) > 0 {
		top -= absentRows
		out = sideBySide(said, s.w, body+top, absentRows)
	} else {
		columns = append(columns, said...)
	}
	out = append(sideBySide(columns, s.w, body, top), out...)
	return append(out, box{bottom, 0, s.h - 1 - d, s.w, d})
}

// upperPanes are those of the upper ones that are in sight: where something can
// come, and where nothing can. Of the panes of one host that was not given, one
// says so, the focused one if it is among them.
func upperPanes(w int, focus paneID, absent func(paneID) bool) (columns, said []paneID) {
	for _, id := range []paneID{handshakePane, managerPane, ssmPane} {
		switch {
		case !absent(id):
			columns = append(columns, id)
		case id != handshakePane && (id != managerPane || focus != handshakePane), focus == id:
			said = append(said, id)
		}
	}
	if w < wide && len(columns) == 3 { // two fit
		if focus == ssmPane {
			return []paneID{handshakePane, ssmPane}, said
		}
		return columns[:2], said
	}
	return columns, said
}

// sideBySide shares the width out; the last one takes what is left.
func sideBySide(ids []paneID, w, y, h int) []box {
	var out []box
	x := 0
	for i, id := range ids {
		cw := w / len(ids)
		if i == len(ids)-1 {
			cw = w - x
		}
		out = append(out, box{id, x, y, cw, h})
		x += cw
	}
	return out
}
