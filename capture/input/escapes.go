package input

import (
	"bytes"
	endian "encoding/binary"
)

// escapes drops what a terminal is told by a text that it recorded: colours, titles,
// keys, what was deleted again. A program that goes back to a line's beginning writes
// another line: what it wrote before was seen too.
type escapes struct{ c *Repairs }

func (*escapes) long() bool { return true }

func (e *escapes) lines(in []line, _ bool) []line {
	for i, l := range in {
		if at := controlAt(l.b); at >= 0 {
			return e.rest(in, i)
		}
	}
	return in
}

// rest repairs a block from line i on.
func (e *escapes) rest(in []line, i int) []line {
	out := append(make([]line, 0, len(in)), in[:i]...)
	for _, l := range in[i:] {
		at := controlAt(l.b)
		if at < 0 {
			out = append(out, l)
			continue
		}
		e.c.escapes++
		text := plainText(l.b, at)
		for b := range bytes.SplitSeq(text, []byte{'\r'}) {
			if len(b) > 0 || len(text) == 0 {
				out = append(out, line{b: b, n: l.n})
			}
		}
		if len(text) > 0 && len(bytes.Trim(text, "\r")) == 0 {
			out = append(out, line{n: l.n})
		}
	}
	return out
}

const esc = 0x1b

// controlAt is where the first sign stands that is for a terminal; -1: nowhere.
func controlAt(b []byte) int {
	for i := 0; i < len(b); i++ {
		if i+8 <= len(b) && printable(b[i:]) {
			i += 7
			continue
		}
		if c := b[i]; c < ' ' && c != '\t' || c == 0x7f {
			return i
		}
	}
	return -1
}

// printable reports whether the eight bytes that b begins with are all from ' ' to
// '~', looking at all at once. The high bit of a byte is set where it has it already,
// where one more reaches it, and where it has neither of the bits of 0x60.
func printable(b []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	w := endian.LittleEndian.Uint64(b)
	return (w|((w&^high)+ones)|^(w<<1|w<<2))&high == 0
}

// plainText is a line without what is for a terminal, from at on.
func plainText(b []byte, at int) []byte {
	out := append(make([]byte, 0, len(b)), b[:at]...)
	for at < len(b) {
		switch c := b[at]; {
		case c == esc:
			n, blanks := sequence(b[at:])
			for range blanks {
				out = append(out, ' ')
			}
			at += n
			continue
		case c == '\b':
			out = backspace(out)
		case c >= ' ' && c != 0x7f || c == '\t' || c == '\r':
			out = append(out, c)
		}
		at++
	}
	return out
}

// backspace deletes the last character: it is written over.
func backspace(b []byte) []byte {
	for len(b) > 0 {
		c := b[len(b)-1]
		b = b[:len(b)-1]
		if c&0xc0 != 0x80 { // the first byte of a character in UTF-8
			break
		}
	}
	return b
}

// maxForward bounds the blanks that stand for a movement of the cursor.
const maxForward = 400

// sequence is the length of an escape sequence (ECMA-48), and how many blanks it
// stands for: a console of Windows moves the cursor in place of writing them.
func sequence(b []byte) (n, blanks int) {
	if len(b) < 2 {
		return len(b), 0
	}
	switch c := b[1]; {
	case c == '[':
		n = 2
		for n < len(b) && b[n] >= 0x20 && b[n] < 0x40 {
			n++
		}
		if n < len(b) && b[n] == 'C' {
			blanks = parameter(b[2:n])
		}
		return min(n+1, len(b)), blanks
	case bytes.IndexByte([]byte("]PX^_"), c) >= 0: // a text of its own, up to BEL or ST
		for n = 2; n < len(b); n++ {
			switch {
			case b[n] == 7:
				return n + 1, 0
			case b[n] == esc && n+1 < len(b) && b[n+1] == '\\':
				return n + 2, 0
			case b[n] == esc:
				return 2, 0
			}
		}
		return 2, 0 // without its end: what follows may be text
	}
	for n = 1; n < len(b) && b[n] >= 0x20 && b[n] < 0x30; n++ {
	}
	if n < len(b) && b[n] >= ' ' {
		n++
	}
	return n, 0
}

// parameter is a sequence's number; 1: it has none.
func parameter(b []byte) int {
	n := 0
	for _, c := range b {
		if c-'0' > 9 {
			break
		}
		if n = n*10 + int(c-'0'); n > maxForward {
			return maxForward
		}
	}
	return max(n, 1)
}
