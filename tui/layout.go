package tui

// Widths from which more panes stand side by side, and the least size.
const (
	wide      = 160
	medium    = 110
	minWidth  = 60
	minHeight = 15
)

// diagnosisRows is the height of the diagnosis under the panes, borders
// included.
func diagnosisRows(h int) int { return min(max(h*3/10, 8), 20) }

// box is a pane's place, borders included.
type box struct{ pane, x, y, w, h int }

// frame is where everything stands.
type frame struct {
	tooSmall bool
	tabs     bool // a line with all panes' names
	airy     bool // blank lines between the parts
	body     int  // the first line under the head
	boxes    []box
}

// The panes, in their order on the screen.
const (
	handshakePane = iota
	managerPane
	ssmPane
	diagnosisPane
	panes
)

// layout places the panes for a size; focus is the pane that must be in sight.
func layout(w, h, focus int, zoomed bool) frame {
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
	bottom := h - 1 // the footer
	space := bottom - f.body
	if zoomed {
		f.boxes = []box{{focus, 0, f.body, w, space}}
		return f
	}
	switch {
	case !f.tabs:
		d := min(diagnosisRows(h), space/2)
		f.boxes = columns([]int{handshakePane, managerPane, ssmPane}, w, f.body, space-d)
		f.boxes = append(f.boxes, box{diagnosisPane, 0, bottom - d, w, d})
	case w >= medium && h >= 30:
		side := managerPane
		if focus == ssmPane {
			side = ssmPane
		}
		d := min(diagnosisRows(h), space/2)
		f.boxes = columns([]int{handshakePane, side}, w, f.body, space-d)
		f.boxes = append(f.boxes, box{diagnosisPane, 0, bottom - d, w, d})
	default:
		f.boxes = []box{{focus, 0, f.body, w, space}}
	}
	return f
}

// columns shares the width out; the last one takes what is left.
func columns(ids []int, w, y, h int) []box {
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
