package terminal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Guard is the last look at what goes to the terminal: only sequences that a
// screen of ours sends pass. Foreign text has been made harmless long before,
// at the gate; this holds if some text has missed it. It sees the stream in
// pieces, as they are written.
type Guard struct {
	state   guardState
	seq     []byte // the sequence so far
	noSync  bool   // the question for mode 2026 does not pass
	Dropped int    // sequences and controls that did not pass
}

type guardState uint8

const (
	inText guardState = iota
	inEscape
	inCSI
	inString    // OSC or DCS
	inStringEnd // an ESC within it
	inC1        // a 0xC2, which may begin a C1 control in UTF-8
)

// maxSequence bounds what is held back: a clipboard's text is the longest.
const maxSequence = 1 << 20

// csiFinals end the CSI sequences that pass: cursor moves, erasing, scrolling,
// colours, modes and their queries.
const csiFinals = "ABCDEFGHIJKLMPSTXZ@`abdefghlmnqrsutpcW"

// stringStarts begin the OSC and DCS that pass: title, clipboard, progress,
// colours of the terminal, and tmux's way through.
var stringStarts = []string{"\x1b]0;", "\x1b]2;", "\x1b]52;", "\x1b]9;4;", "\x1b]10;", "\x1b]11;", "\x1b]12;", "\x1b]110", "\x1b]111", "\x1b]112", "\x1b]22;", "\x1bPtmux;", "\x1bP+q"}

// Pass is p without what may not pass. What it returns is valid until the next
// call.
func (g *Guard) Pass(p []byte) []byte {
	out := make([]byte, 0, len(p)+len(g.seq))
	for _, b := range p {
		out = g.step(out, b)
	}
	return out
}

func (g *Guard) step(out []byte, b byte) []byte {
	switch g.state {
	case inText:
		return g.text(out, b)
	case inC1:
		g.state = inText
		if b >= 0x80 && b < 0xa0 {
			g.Dropped++
			return out
		}
		return g.text(append(out, 0xc2), b)
	case inEscape:
		return g.escape(out, b)
	case inCSI:
		return g.csi(out, b)
	}
	return g.str(out, b)
}

func (g *Guard) text(out []byte, b byte) []byte {
	switch {
	case b == 0x1b:
		g.state, g.seq = inEscape, append(g.seq[:0], b)
		return out
	case b == 0xc2:
		g.state = inC1
		return out
	case b < 0x20 && b != '\r' && b != '\n' && b != '\t' && b != '\b', b == 0x7f:
		g.Dropped++
		return out
	}
	return append(out, b)
}

func (g *Guard) escape(out []byte, b byte) []byte {
	g.seq = append(g.seq, b)
	switch b {
	case '[':
		g.state = inCSI
	case ']', 'P':
		g.state = inString
	case '7', '8', 'M', 'D', 'E', 'H', '=', '>', '\\':
		return g.end(out, true)
	case 'X', '^', '_': // SOS, PM, APC: none of ours
		g.state = inString
	default:
		return g.end(out, false)
	}
	return out
}

func (g *Guard) csi(out []byte, b byte) []byte {
	g.seq = append(g.seq, b)
	switch {
	case b >= 0x40 && b <= 0x7e:
		return g.end(out, strings.IndexByte(csiFinals, b) >= 0 && !(g.noSync && string(g.seq) == ansi.RequestModeSynchronizedOutput))
	case b < 0x20 || len(g.seq) > 64:
		return g.end(out, false)
	}
	return out
}

func (g *Guard) str(out []byte, b byte) []byte {
	g.seq = append(g.seq, b)
	switch {
	case b == 0x07 || g.state == inStringEnd && b == '\\':
		return g.end(out, g.ours())
	case b == 0x1b:
		g.state = inStringEnd
	case len(g.seq) > maxSequence:
		return g.end(out, false)
	default:
		g.state = inString
	}
	return out
}

func (g *Guard) ours() bool {
	for _, s := range stringStarts {
		if strings.HasPrefix(string(g.seq[:min(len(g.seq), 8)]), s) {
			return true
		}
	}
	return false
}

// end ends a sequence: it passes, or goes.
func (g *Guard) end(out []byte, ours bool) []byte {
	g.state = inText
	if !ours {
		g.Dropped++
		return out
	}
	return append(out, g.seq...)
}
