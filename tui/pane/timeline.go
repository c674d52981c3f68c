package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// The timeline's lanes.
const (
	packetLane = iota
	managerLane
	ssmLane
	laneCount
)

var laneNames = [laneCount]string{"packets", "Manager", "SSM"}

// Bounds of what the timeline keeps: of each lane's points, and of the moments
// that are told in words. The oldest go.
const (
	maxPoints  = 20_000
	maxMoments = 2_000
)

// Timeline shows all streams on one clock: how dense they are, where evidence,
// gaps and reconnects lie, and what happened in order.
type Timeline struct {
	u       *view.Update
	lanes   [laneCount]lane
	moments []moment
	fitted  []exchange // see exchanges; nil: to be worked out
	top     int
}

// NewTimeline makes the pane.
func NewTimeline() *Timeline { return &Timeline{u: &view.Update{Shown: -1}} }

// Set takes the newest update.
func (t *Timeline) Set(u *view.Update) {
	t.u, t.fitted = u, nil
}

// Scroll moves the list of what happened.
func (t *Timeline) Scroll(n int) { t.top = max(0, t.top+n) }

// Title says how the clocks stand to each other.
func (t *Timeline) Title() Title {
	words, role := t.relation()
	out := Title{"Timeline", []Seg{{words, role}}}
	if t.zone() == printed {
		out.State = append(out.State, Seg{"  zone not known", theme.Dim})
	}
	return out
}

func laneOf(k event.Kind) int {
	switch {
	case k.HasPackets():
		return packetLane
	case k == event.ManagerLog:
		return managerLane
	case k == event.SSMMessages:
		return ssmLane
	}
	return -1
}

// Observe takes an event of any stream, and marks.
func (t *Timeline) Observe(kind event.Kind, ev event.Event) {
	lane := laneOf(kind)
	if _, all := ev.(event.Mark); all {
		lane = managerLane
	}
	if lane < 0 {
		return
	}
	m := ev.Origin()
	at, ok := t.lanes[lane].take(m.At)
	if !ok || !worth(ev) {
		return
	}
	t.fitted = nil
	t.moments = append(t.moments, moment{lane: lane, at: at, ref: m.From, ev: ev, grain: grain(lane, m.At)})
	if over := len(t.moments) - maxMoments; over >= maxMoments/4 {
		t.moments = slices.Clone(t.moments[over:])
	}
}

// grain is how long the moment lasts that a stamp names: syslog's are of whole
// seconds.
func grain(lane int, w event.When) int64 {
	if lane != ssmLane || w.Time.IsZero() || w.Time.Nanosecond() != 0 {
		return 0
	}
	return time.Second.Milliseconds() - 1
}

// worth reports whether an event is told in words.
func worth(ev event.Event) bool {
	switch ev := ev.(type) {
	case event.Segment:
		return labels[ev.Label].words != ""
	case event.LogEntry:
		return relevant(&ev) || benign(&ev)
	case event.Gap, event.Disk, event.Mark, event.SourceState, event.Unreachable, event.DNSAnswer:
		return true
	}
	return false
}

// View draws the lanes, and under them what happened.
func (t *Timeline) View(c Canvas) []string {
	s := t.scale(c.Width - labelWidth - 1)
	if s.to <= s.from {
		return pad(notice(c, "nothing was seen yet that has a time"), c.Theme, c.Width, c.Height)
	}
	lines := []string{t.attempts(c, s)}
	for l := range t.lanes {
		lines = append(lines, t.lane(c, s, l))
	}
	lines = append(lines, s.axis(c, t.zone()))
	if room := c.Height - len(lines); room > 1 {
		lines = append(lines, t.told(c, s, room)...)
	}
	return pad(lines[:min(len(lines), c.Height)], c.Theme, c.Width, c.Height)
}

// labelWidth is the width of the names in front.
const labelWidth = 10

// scale maps times to columns.
type scale struct {
	from, to int64
	cells    int
	shift    [laneCount]int64
	related  [laneCount]bool
}

func (s scale) cell(at int64) int {
	if at < s.from || at > s.to {
		return -1
	}
	return int((at - s.from) * int64(s.cells-1) / (s.to - s.from))
}

// scale is the span of the evidence with some room around it, or else of the
// last minutes.
func (t *Timeline) scale(cells int) scale {
	s := scale{cells: max(cells, 10)}
	for l := range t.lanes {
		s.shift[l], s.related[l] = t.shift(l)
	}
	cited := map[event.Ref]bool{}
	for _, e := range t.u.Evidence {
		cited[e.Ref] = true
	}
	wide := func(all bool) {
		for _, m := range t.moments {
			if !all && !cited[m.ref] {
				continue
			}
			at := m.at + s.shift[m.lane]
			if s.from == 0 || at < s.from {
				s.from = at
			}
			s.to = max(s.to, at)
		}
	}
	wide(false)
	if s.to == 0 {
		const recent = 5 * 60 * 1000
		if wide(true); s.to-s.from > recent {
			s.from = s.to - recent
		}
	}
	room := max((s.to-s.from)/8, 500)
	if s.to > 0 {
		s.from, s.to = s.from-room, s.to+room
	}
	return s
}

// attempts are bars from an attempt's start to its end.
func (t *Timeline) attempts(c Canvas, s scale) string {
	line := []rune(strings.Repeat(" ", s.cells))
	for _, a := range t.u.Attempts {
		from, ok := t.lanes[managerLane].place(a.Start)
		to, ended := t.lanes[managerLane].place(a.End)
		if !ok {
			continue
		}
		shift := s.shift[managerLane]
		left, right := s.cell(max(from+shift, s.from)), s.cells-1
		if ended && a.Ended {
			right = s.cell(min(to+shift, s.to))
		}
		if left < 0 || right < left {
			continue
		}
		word := fmt.Sprintf(" %d %s %s ", a.Number, a.Kind, c.Theme.Glyphs.Status.Of(uint8(a.Outcome.Status())))
		for x := left; x <= right; x++ {
			line[x] = []rune(c.Theme.Glyphs.Dash)[0]
		}
		for x, r := range []rune(word) {
			if at := left + 1 + x; at < min(right, s.cells) {
				line[at] = r
			}
		}
	}
	return paint(c.Theme, theme.PlainRow, []Seg{{fmt.Sprintf(" %-*s", labelWidth-1, "attempts"), theme.Dim}, {string(line), theme.Bright}}, c.Width)
}

// lane is one stream: how dense it is, with what matters on top.
func (t *Timeline) lane(c Canvas, s scale, l int) string {
	counts := make([]int, s.cells)
	most := 0
	for _, at := range t.lanes[l].points {
		if x := s.cell(at + s.shift[l]); x >= 0 {
			counts[x]++
			most = max(most, counts[x])
		}
	}
	signs := t.signs(c, s, l)
	spans := spans(t.placed(s), s, l)
	segs := []Seg{{fmt.Sprintf(" %-*s", labelWidth-1, laneNames[l]), theme.Text}}
	for x, n := range counts {
		if sign, ok := signs[x]; ok {
			segs = append(segs, sign)
			continue
		}
		if n == 0 && spans[x] { // within this second
			segs = append(segs, Seg{"=", theme.Dim})
			continue
		}
		segs = append(segs, Seg{bar(c.Theme, n, most), theme.Dim})
	}
	return paint(c.Theme, theme.PlainRow, segs, c.Width)
}

// spans are the cells in which a moment that is known to a second may have been.
func spans(list []moment, s scale, l int) map[int]bool {
	out := map[int]bool{}
	for _, m := range list {
		if m.lane != l || m.till <= m.at {
			continue
		}
		for x := s.cell(m.at); x >= 0 && x <= s.cell(min(m.till, s.to)); x++ {
			out[x] = true
		}
	}
	return out
}

func bar(th *theme.Theme, n, most int) string {
	if n == 0 {
		return " "
	}
	steps := []rune("▁▂▃▄▅▆▇█")
	if th.Glyphs.Dash == "-" {
		steps = []rune(".:-=+*#@")
	}
	return string(steps[(len(steps)-1)*n/max(most, 1)])
}

// signs are what stands on a lane: evidence numbers, gaps, lost streams.
func (t *Timeline) signs(c Canvas, s scale, l int) map[int]Seg {
	out := map[int]Seg{}
	for _, m := range t.placed(s) {
		x := s.cell(m.at)
		if m.lane != l || x < 0 {
			continue
		}
		if n := c.Numbers[m.ref]; n > 0 && n < 10 {
			for ; x < s.cells-1; x++ { // two in one place stand side by side
				if held, taken := out[x]; !taken || held.Role != theme.Number {
					break
				}
			}
			out[x] = Seg{fmt.Sprint(n), theme.Number}
			continue
		}
		if sign, ok := signOf(m.ev); ok && out[x].Text == "" {
			out[x] = sign
		}
	}
	return out
}

func signOf(ev event.Event) (Seg, bool) {
	switch ev := ev.(type) {
	case event.Gap, event.Disk:
		return Seg{"!", theme.BadgeWarn}, true
	case event.Mark:
		return Seg{"│", theme.Warn}, true
	case event.SourceState:
		if ev.State == event.Lost || ev.State == event.Refused {
			return Seg{"✗", theme.Fail}, true
		}
	case event.LogEntry:
		if weight(&ev) == Error {
			return Seg{"✗", theme.Fail}, true
		}
	}
	return Seg{}, false
}

// axis is the times under the lanes; zone says what they are.
func (s scale) axis(c Canvas, zone string) string {
	line := []rune(strings.Repeat(c.Theme.Glyphs.Dash, s.cells))
	format := "15:04:05.000"
	if s.to-s.from > 60_000 {
		format = "15:04:05"
	}
	step := max(s.cells/4, len(format)+4)
	for x := 0; x+len(format)+2 < s.cells; x += step {
		at := s.from + (s.to-s.from)*int64(x)/int64(s.cells-1)
		for i, r := range []rune(time.UnixMilli(at).UTC().Format(format) + " ") {
			line[x+i] = r
		}
	}
	return paint(c.Theme, theme.PlainRow, []Seg{{fmt.Sprintf(" %-*s", labelWidth-1, zone), theme.Dim}, {string(line), theme.Dim}}, c.Width)
}

// words tell an event in one line.
func words(ev event.Event) (string, theme.Role) {
	switch ev := ev.(type) {
	case event.Segment:
		told, arrow := labels[ev.Label], "→ "
		if ev.Dir != 0 {
			arrow = "← "
		}
		return arrow + told.words, told.role
	case event.LogEntry:
		switch weight(&ev) {
		case Error:
			return said(ev), theme.Fail
		case Warning:
			return said(ev), theme.Warn
		}
		return said(ev), theme.Text
	case event.Gap:
		return "gap: " + ev.Why.String(), theme.Warn
	case event.Disk:
		return ev.Excerpt.String(), theme.Warn
	case event.Mark:
		return ev.Text.String(), theme.Warn
	case event.SourceState:
		return strings.TrimSuffix(streamWord(ev.State)+": "+ev.Detail.String(), ": "), theme.Dim
	}
	return tail(ev.Origin().Excerpt), theme.Text
}
