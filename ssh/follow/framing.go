package follow

import (
	"bytes"
	"strings"
)

// framing cuts a follower's output into the log's bytes and the marks between
// them: RS, the nonce, a blank, words, LF. However the output is split into
// reads, what comes out is the same.
type framing struct {
	begin []byte // RS nonce
	open  bool   // a mark came: what is before the first is an account's start-up files'
	held  []byte // may be the beginning of a mark, or is one without its end
	data  func([]byte) error
	mark  func(name string, words []string) error
}

// maxMark bounds a mark: file names are the longest words in it.
const maxMark = 8 << 10

func newFraming(nonce string, data func([]byte) error, mark func(string, []string) error) *framing {
	return &framing{begin: []byte("\x1e" + nonce + " "), data: data, mark: mark}
}

// write takes the next bytes. They may be kept until the next call only.
func (m *framing) write(b []byte) error {
	if len(m.held) > 0 {
		b = append(m.held, b...)
		m.held = nil
	}
	for len(b) > 0 {
		at := bytes.Index(b, m.begin)
		if at < 0 {
			return m.rest(b)
		}
		if err := m.give(b[:at]); err != nil {
			return err
		}
		b = b[at:]
		end := bytes.IndexByte(b, '\n')
		if end < 0 && len(b) < maxMark {
			m.held = bytes.Clone(b)
			return nil
		}
		if end < 0 {
			end = len(b) - 1
		}
		name, words, _ := strings.Cut(string(bytes.TrimRight(b[len(m.begin):end], "\r")), " ")
		b = b[end+1:]
		m.open = true
		if err := m.mark(name, strings.Fields(words)); err != nil {
			return err
		}
	}
	return nil
}

// rest holds no whole beginning of a mark, but its end may be the first bytes
// of one.
func (m *framing) rest(b []byte) error {
	keep := 0
	if i := bytes.LastIndexByte(b, m.begin[0]); i >= 0 && len(b)-i < len(m.begin) && bytes.HasPrefix(m.begin, b[i:]) {
		keep = len(b) - i
	}
	m.held = bytes.Clone(b[len(b)-keep:])
	return m.give(b[:len(b)-keep])
}

func (m *framing) give(b []byte) error {
	if len(b) == 0 || !m.open {
		return nil
	}
	return m.data(b)
}
