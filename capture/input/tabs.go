package input

import "bytes"

// tabs makes blanks of the tabs that a table put between the words in front of a
// record. Those in its message are the program's.
type tabs struct {
	c     *Repairs
	known Known
}

func (*tabs) long() bool { return true }

func (s *tabs) lines(in []line, _ bool) []line {
	for i := range in {
		if b := in[i].b; bytes.IndexByte(b[:min(len(b), maxFront)], '\t') > 0 && b[0] != '\t' {
			in[i].b = s.plain(b)
		}
	}
	return in
}

// plain is a line without the tabs in front of its message.
func (s *tabs) plain(b []byte) []byte {
	if s.known.Front == nil {
		return b
	}
	end := min(len(b), maxFront)
	one := append(bytes.ReplaceAll(b[:end], []byte{'\t'}, []byte{' '}), b[end:]...)
	if !s.known.Begins(one) {
		return b
	}
	front := s.known.Front(one)
	if !s.known.Begins(b) {
		front = max(front, bytes.IndexByte(b, '\t')+1)
	}
	if bytes.IndexByte(b, ' ') < 0 { // each blank became one
		s.c.tabs++
		return bytes.ReplaceAll(b, []byte{'\t'}, []byte{' '})
	}
	if front = min(front, end); bytes.IndexByte(b[:front], '\t') < 0 {
		return b
	}
	s.c.tabs++
	return append(bytes.ReplaceAll(b[:front], []byte{'\t'}, []byte{' '}), b[front:]...)
}
