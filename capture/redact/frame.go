package redact

import "bytes"

// Frames are what copying puts around a line, and what a page puts at its end: the
// quote of a mail, the border of a pane, a number, an indent; the sign that says that
// the line goes on. The finder sees lines without them.

// hanging is the least length of a line that a page wraps with an indent.
const hanging = 40

// frame gives the bounds of a line within its frame, and whether the line goes on on
// the next by a sign of its own.
func (c *carry) frame(b []byte) (lo, hi int, glued bool) {
	hi = len(b)
	if hi == 0 {
		return 0, 0, false
	}
	switch b[0] {
	case '>':
		for lo+1 < hi && b[lo] == '>' && (b[lo+1] == ' ' || b[lo+1] == '>') {
			lo++
			for lo < hi && b[lo] == ' ' && lo < 12 {
				lo++
			}
		}
	case ' ', '\t':
		lo = c.indent(b)
	case 0xE2:
		if n := border(b); n > 0 {
			lo = n
			for lo < hi && b[lo] == ' ' && lo < n+1 {
				lo++
			}
			t := bytes.TrimRight(b, " ")
			if n := len(t) - 3; n > lo && border(t[n:]) > 0 {
				hi, glued = len(bytes.TrimRight(t[:n], " ")), true
			}
		}
	}
	switch b[hi-1] {
	case '\\':
		if hi-1 > lo && b[hi-2] != '\\' {
			return lo, hi - 1, true
		}
	case '=':
		if c.soft || bytes.Contains(b, []byte("=3D")) {
			return lo, hi - 1, true
		}
	}
	return lo, hi, glued
}

// indent is how far a hanging indent, or the number of a line, goes.
func (c *carry) indent(b []byte) int {
	n := 0
	for n < len(b) && n < 12 && (b[n] == ' ' || b[n] == '\t') {
		n++
	}
	digits := n
	for digits < len(b) && digits-n < 7 && b[digits]-'0' <= 9 {
		digits++
	}
	if digits > n && digits < len(b) && b[digits] == '\t' { // cat -n
		return digits + 1
	}
	if bytes.HasPrefix(b[n:], []byte("↪ ")) {
		return n + len("↪ ")
	}
	if c.waits || c.width < hanging || len(b) > c.width || recordStart(b[n:]) {
		return 0
	}
	return n
}

// border is the length of the sign at b's front that borders are drawn with.
func border(b []byte) int {
	for _, s := range []string{"│", "┃", "║", "▌", "▏", "┆", "╎"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}
