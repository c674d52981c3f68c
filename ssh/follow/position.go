package follow

import (
	"bytes"

	"syncscope/ssh/command"
)

// maxPartial is how much of a line is held back until it ends; a longer one is
// handed over in pieces.
const maxPartial = 256 << 10

// position is where in a log we are: what was handed over, and what came after it
// without a line's end. It moves on only after a line was handed over.
type position struct {
	at      command.Place // of the file that the last line handed over is in
	part    []byte        // came after it
	carried int           // so much of part stands at the end of that file
	moved   bool          // what comes now is another file's beginning
	out     func([]byte) error
}

// take hands over the whole lines of b.
func (p *position) take(b []byte) error {
	nl := bytes.LastIndexByte(b, '\n')
	if nl < 0 {
		p.part = append(p.part, b...)
		if len(p.part) > maxPartial {
			return p.flush()
		}
		return nil
	}
	lines := b[:nl+1]
	if len(p.part) > 0 {
		lines = append(p.part, lines...)
	}
	if err := p.hand(lines); err != nil {
		return err
	}
	p.part = append(p.part[:0], b[nl+1:]...)
	return nil
}

// hand gives b away and moves on behind it.
func (p *position) hand(b []byte) error {
	if err := p.out(b); err != nil {
		return err
	}
	if p.moved {
		p.at = command.Place{}
		b = b[p.carried:]
		p.moved, p.carried = false, 0
	}
	p.at = behind(p.at, b)
	return nil
}

// flush hands over an unfinished line as it is.
func (p *position) flush() error {
	if len(p.part) == 0 {
		return nil
	}
	err := p.hand(p.part)
	p.part = p.part[:0]
	return err
}

// next: what comes now is the beginning of another file. An unfinished line goes
// on there: so it is where a log was copied and cut in the middle of one.
func (p *position) next() error {
	if p.moved && len(p.part) > p.carried {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if !p.moved {
		p.moved, p.carried = true, len(p.part)
	}
	return nil
}

// now is the place behind all that has come.
func (p *position) now() command.Place {
	if !p.moved {
		return behind(p.at, p.part)
	}
	if n := len(p.part); n > p.carried {
		return behind(command.Place{}, p.part[p.carried:])
	}
	return behind(p.at, p.part[:p.carried])
}

// lost forgets the unfinished line: it comes again from the place on.
func (p *position) lost() {
	p.part, p.moved, p.carried = p.part[:0], false, 0
}

func behind(at command.Place, b []byte) command.Place {
	at.Offset += int64(len(b))
	if len(b) >= command.TailMax {
		at.Tail = bytes.Clone(b[len(b)-command.TailMax:])
		return at
	}
	t := append(bytes.Clone(at.Tail), b...)
	at.Tail = t[max(0, len(t)-command.TailMax):]
	return at
}
