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

// frame is where everything stands.
type frame struct {
	tooSmall bool
	tabs     bool // a line with all panes' names
	airy     bool // blank lines between the parts
	body     int  // the first line under the head
	boxes    []box
}

// lowerRows is the height of the lower pane, borders included.
func lowerRows(h int) int { return min(max(h*3/10, 8), 20) }

// layout places the panes for a size. focus is the pane that must be in sight,
// bottom the lower one that was last.
func layout(w, h int, focus, bottom paneID, zoomed bool) frame {
	if w < minWidth || h < minHeight {
		return frame{tooSmall: true}
	}
	f := frame{airy: h >= 40, tabs: w < wide || h < 30}
	f.body = 4 // header, verdict, turn, ladder
	if f.airy {
		f.body += 3
	}
	if f.tabs {
		f.body++
	}
	end := h - 1 // the footer
	space := end - f.body
	columns := upperPanes(w, focus)
	if zoomed || w < medium || h < 30 {
		f.boxes = []box{{focus, 0, f.body, w, space}}
		return f
	}
	d := min(lowerRows(h), space/2)
	f.boxes = append(sideBySide(columns, w, f.body, space-d), box{bottom, 0, end - d, w, d})
	return f
}

// upperPanes are those of the upper ones that are in sight.
func upperPanes(w int, focus paneID) []paneID {
	if w >= wide {
		return []paneID{handshakePane, managerPane, ssmPane}
	}
	if focus == ssmPane {
		return []paneID{handshakePane, ssmPane}
	}
	return []paneID{handshakePane, managerPane}
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
