package input

import (
	"bytes"
	"encoding/base64"
)

// mail decodes the parts of a saved mail (RFC 2045, section 6), and joins rows that
// end in a mark of their own: a "=" of quoted-printable that was pasted without its
// mail, and a "\" of a shell.
type mail struct {
	c        *Repairs
	part     transfer // of the part under way
	declared transfer // by the headers that were read last
	headers  bool     // a header named an encoding: the part begins behind a blank line
	text     []byte   // decoded and without an end yet
	from     int      // the file's line in which it begins
	twins             // of a mail that says the same twice
	left     []byte   // characters of base64 that make no whole byte yet
}

// transfer is how a part is encoded.
type transfer uint8

const (
	asIs transfer = iota
	quotedPrintable
	inBase64
)

func (*mail) long() bool { return true }

func (m *mail) lines(in []line, last bool) []line {
	if m.part == asIs && !m.headers && !m.open && !hasHeader(in) {
		return m.soft(in)
	}
	var out []line
	for _, l := range in {
		if m.twin(l.b) {
			m.c.mail++
			continue
		}
		out = m.line(out, l)
	}
	if last {
		out = m.end(out)
	}
	return out
}

var headerName = []byte("content-transfer-encoding:")

func hasHeader(in []line) bool {
	for _, l := range in {
		if isHeader(l.b) || alternative(l.b) {
			return true
		}
	}
	return false
}

func isHeader(b []byte) bool {
	return len(b) > len(headerName) && b[0]|0x20 == 'c' && bytes.EqualFold(b[:len(headerName)], headerName)
}

// line takes one line of a mail.
func (m *mail) line(out []line, l line) []line {
	switch {
	case isHeader(l.b):
		m.declared, m.headers = asIs, true
		switch value := bytes.ToLower(bytes.TrimSpace(l.b[len(headerName):])); string(value) {
		case "quoted-printable":
			m.declared = quotedPrintable
		case "base64":
			m.declared = inBase64
		}
	case m.headers && len(bytes.TrimSpace(l.b)) == 0:
		m.headers, m.part = false, m.declared
	case m.part != asIs && bytes.HasPrefix(l.b, []byte("--")) && !bytes.HasSuffix(l.b, []byte("=")):
		m.part = asIs
		return append(m.end(out), line{n: l.n})
	case m.part == quotedPrintable:
		return m.quoted(out, l)
	case m.part == inBase64:
		return m.base64(out, l)
	}
	return append(out, l)
}

// quoted takes a row of quoted-printable.
func (m *mail) quoted(out []line, l line) []line {
	if len(m.text) == 0 {
		m.from = l.n
	}
	b, soft := bytes.CutSuffix(bytes.TrimRight(l.b, " \t"), []byte("="))
	m.text = unquote(m.text, b)
	m.c.mail++
	if soft && len(m.text) <= maxLine {
		return out
	}
	return m.end(out)
}

// unquote decodes a row of quoted-printable behind to.
func unquote(to, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '=' && i+2 < len(b) && hex(b[i+1]) < 16 && hex(b[i+2]) < 16 {
			to = append(to, hex(b[i+1])<<4|hex(b[i+2]))
			i += 2
			continue
		}
		to = append(to, b[i])
	}
	return to
}

func hex(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'A' <= 5:
		return c - 'A' + 10
	case c-'a' <= 5:
		return c - 'a' + 10
	}
	return 255
}

// base64 takes a row of base64: lines of the text end anywhere in it.
func (m *mail) base64(out []line, l line) []line {
	m.left = append(m.left, bytes.TrimSpace(l.b)...)
	n := len(m.left) / 4 * 4
	bytesOf := make([]byte, base64.StdEncoding.DecodedLen(n))
	k, err := base64.StdEncoding.Decode(bytesOf, m.left[:n])
	m.left = append(m.left[:0], m.left[n:]...)
	if err != nil { // no base64 after all
		m.part, m.left = asIs, m.left[:0]
		return append(m.end(out), l)
	}
	m.c.mail++
	for b := bytesOf[:k]; len(b) > 0; {
		if len(m.text) == 0 {
			m.from = l.n
		}
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			if room := maxLine + 1 - len(m.text); len(b) > room {
				b = b[:max(room, 0)]
			}
			m.text = append(m.text, b...)
			break
		}
		m.text = append(m.text, b[:i]...)
		out = append(out, m.take())
		b = b[i+1:]
	}
	return out
}

// take is the line that was decoded.
func (m *mail) take() line {
	l := line{b: bytes.TrimSuffix(bytes.Clone(m.text), []byte{'\r'}), n: m.from}
	m.text = m.text[:0]
	return l
}

// end gives what is decoded and has no end.
func (m *mail) end(out []line) []line {
	if len(m.text) == 0 {
		return out
	}
	return append(out, m.take())
}

// soft joins rows that end in a mark: of quoted-printable where its codes show that
// it is, of a shell where several rows end in "\" one behind another.
func (m *mail) soft(in []line) []line {
	equals, codes, others, slashes := 0, 0, 0, 0
	for _, l := range in {
		some, odd := encoded(l.b)
		codes, others = codes+some, others+odd
		switch {
		case len(l.b) < minRow:
			continue
		case l.b[len(l.b)-1] == '=' && len(l.b) <= 77:
			equals++
		case l.b[len(l.b)-1] == '\\':
			slashes++
		}
	}
	switch {
	case equals > 1 && codes > 0 && 10*others <= codes:
		var out []line
		for _, l := range in {
			out = m.quoted(out, l)
		}
		return m.end(out)
	case slashes > 1:
		return m.joinEnds(in, '\\')
	case equals > 2 && others == 0:
		return m.joinEnds(in, '=')
	}
	return in
}

// encoded counts the codes of quoted-printable in a row, and the "=" that are none: a
// text that is encoded has none of those. Two digits behind "=" may be a value's: no
// mail encodes what it can carry as it is.
func encoded(b []byte) (codes, others int) {
	for {
		i := bytes.IndexByte(b, '=')
		if i < 0 || i+1 == len(b) {
			return codes, others
		}
		if i+2 < len(b) && hex(b[i+1]) < 16 && hex(b[i+2]) < 16 && b[i+1] < 'a' && b[i+2] < 'a' && needsCode(hex(b[i+1])<<4|hex(b[i+2])) {
			codes++
		} else {
			others++
		}
		b = b[i+1:]
	}
}

// needsCode reports whether quoted-printable writes a byte as a code: no letter or
// digit, and of the other signs only those that some mail systems lack.
func needsCode(c byte) bool {
	return c >= 0x7f || bytes.IndexByte([]byte("\t\r\n =.!\"#$@[\\]^`{|}~"), c) >= 0
}

// minRow is the shortest row that is joined to the next one: a terminal or a mail
// that is narrower is none.
const minRow = 40

// joinEnds joins each row that ends in a mark to the next one.
func (m *mail) joinEnds(in []line, end byte) []line {
	out := in[:0:0]
	for i := 0; i < len(in); i++ {
		l := in[i]
		for i+1 < len(in) && len(l.b) > 0 && l.b[len(l.b)-1] == end && len(l.b) <= maxLine {
			i++
			l.b = append(l.b[:len(l.b)-1:len(l.b)-1], in[i].b...)
			m.c.ends++
		}
		out = append(out, l)
	}
	return out
}
