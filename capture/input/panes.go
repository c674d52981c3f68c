package input

import (
	"bytes"
	"unicode/utf8"
)

// panes keeps one of two panes that were copied side by side: the lines have a border
// in one column, and on one side of it records begin.
type panes struct {
	c     *Repairs
	known Known
	at    int // the border's column; 0: there is none
	right bool
}

func (*panes) long() bool { return true }

const border = "\u2502" // what tmux and most others draw

func (p *panes) lines(in []line, _ bool) []line {
	if p.at == 0 && !p.find(in) {
		return in
	}
	for i, l := range in {
		left, right, ok := parted(l.b, p.at)
		if !ok {
			continue
		}
		if p.c.panes++; p.right {
			in[i].b = bytes.TrimRight(right, " ")
		} else {
			in[i].b = bytes.TrimRight(left, " ")
		}
	}
	return in
}

// find looks for a column in which nearly all lines have the border, with text on both
// sides.
func (p *panes) find(in []line) bool {
	columns, all, most := map[int]int{}, 0, 0
	for _, l := range in {
		i := bytes.Index(l.b, []byte(border))
		if len(l.b) > 0 {
			all++
		}
		if i > 0 && len(columns) < 64 {
			n := utf8.RuneCount(l.b[:i])
			if columns[n]++; columns[n] > columns[most] {
				most = n
			}
		}
	}
	if columns[most] < 2 || 10*columns[most] < 8*all {
		return false
	}
	begun, both := [2]int{}, 0
	for _, l := range in {
		left, right, ok := parted(l.b, most)
		if !ok {
			continue
		}
		for i, side := range [][]byte{left, right} {
			if len(side) > 0 && p.known.Begins(side) {
				begun[i]++
			}
		}
		if len(bytes.TrimSpace(left)) > 0 && len(bytes.Trim(right, " "+border)) > 0 {
			both++
		}
	}
	if begun == [2]int{} || both < 2 {
		return false
	}
	p.at, p.right = most, begun[1] > begun[0]
	return true
}

// parted is what stands on both sides of a border at a column.
func parted(b []byte, column int) (left, right []byte, ok bool) {
	at := 0
	for ; column > 0 && at < len(b); column-- {
		_, n := utf8.DecodeRune(b[at:])
		at += n
	}
	right, ok = bytes.CutPrefix(b[at:], []byte(border))
	return b[:at], right, ok && column == 0
}
