package pane

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// deltaFrom is what the times of the delta column are counted from.
type deltaFrom uint8

const (
	noDelta deltaFrom = iota
	fromPrevious
	fromMark
	fromStart
	deltas
)

// deltaWidth is the column's width.
const deltaWidth = 10

var deltaWords = [...]string{"off", "since the row above", "since the mark", "since the first row"}

// NextDelta goes through what the delta column counts from, and names it.
func (y *rowStyle) NextDelta() string {
	y.delta = (y.delta + 1) % deltas
	return deltaWords[y.delta]
}

// delta is a row's time since another's, on the device's clock; blank where one
// of them has none.
func (l *List) delta(r *Row) string {
	var other uint64
	switch l.rowStyle.delta {
	case noDelta:
		return ""
	case fromPrevious:
		for other = l.before(r.Seq); other > 0 && l.row(other).When().Time.IsZero(); {
			other = l.before(other)
		}
	case fromMark:
		other = l.lastMark(r.Seq)
	case fromStart:
		for other = l.after(l.first - 1); other > 0 && l.row(other).When().Time.IsZero(); {
			other = l.after(other)
		}
	}
	if other == 0 || r.When().Time.IsZero() || l.row(other).When().Time.IsZero() {
		return fmt.Sprintf("%*s", deltaWidth, "")
	}
	return fmt.Sprintf("%*s", deltaWidth, signed(r.When().Time.Sub(l.row(other).When().Time)))
}

// signed is a duration of few characters.
func signed(d time.Duration) string {
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%s%.3f s", sign, d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%s%d:%02d m", sign, int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%s%d:%02d h", sign, int(d.Hours()), int(d.Minutes())%60)
}

// ToggleRaw shows the lines as they came, or as they are read, and says which.
func (y *rowStyle) ToggleRaw() string {
	if y.raw = !y.raw; y.raw {
		return "lines: as they came"
	}
	return "lines: as they are read"
}

// ToggleWrap shows a row on one line, or on as many as it needs, and says which.
func (y *rowStyle) ToggleWrap() string {
	y.from = 0
	if y.line = !y.line; y.line {
		return "rows: on one line each"
	}
	return "rows: wrapped"
}

// Shift scrolls sideways by columns; rows are then on one line each.
func (y *rowStyle) Shift(columns int) {
	y.line = true
	y.from = max(0, y.from+columns)
}

// ToggleEscape shows letters that are written from right to left as \uXXXX:
// terminals order such runs each in its own way, some across a pane's border. It
// says what is shown now.
func (y *rowStyle) ToggleEscape() string {
	if y.escape = !y.escape; y.escape {
		return `Arabic and Hebrew letters: as \uXXXX`
	}
	return "Arabic and Hebrew letters: as they are"
}

// rightToLeft are the scripts that terminals reorder.
var rightToLeft = []*unicode.RangeTable{unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko}

// RightToLeft reports whether a text has letters of such a script.
func RightToLeft(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x590 && (r < 0x900 || r >= 0xfb1d) && unicode.In(r, rightToLeft...) })
}

func escaped(segs []Seg) []Seg {
	out := make([]Seg, len(segs))
	for i, s := range segs {
		var b strings.Builder
		for _, r := range s.Text {
			if unicode.In(r, rightToLeft...) {
				fmt.Fprintf(&b, "\\u%04x", r)
				continue
			}
			b.WriteRune(r)
		}
		out[i] = Seg{b.String(), s.Role}
	}
	return out
}
