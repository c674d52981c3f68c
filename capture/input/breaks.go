package input

import (
	"bytes"
	"encoding/json"
)

// breaks parts lines that hold several records: their ends were written as signs, by a
// program that shows a text as it holds it, or by a page's editor.
type breaks struct {
	c     *Repairs
	known Known
}

func (*breaks) long() bool { return true }

// lineEnds are what stands in place of an end, the longest first.
var lineEnds = [][]byte{[]byte(`\\r\\n`), []byte(`\\n`), []byte(`\r\n`), []byte(`\n`), []byte("</p><p>"), []byte("<br />"), []byte("<br/>"), []byte("<br>"), []byte("&#10;"), []byte("\u2028"), []byte("\u2029"), []byte("\u0085")}

func (s *breaks) lines(in []line, _ bool) []line {
	return apart(in, s.parts, &s.c.broken)
}

// apart gives the lines that are in one, if parts finds some in it, and counts those;
// lines in which there are none stay, and are copied only if others do not.
func apart(in []line, parts func([]byte) [][]byte, n *int) []line {
	var out []line
	for i, l := range in {
		found := parts(l.b)
		switch {
		case found != nil:
			if out == nil {
				out = append(make([]line, 0, len(in)), in[:i]...)
			}
			*n++
			for _, b := range found {
				out = append(out, line{b: b, n: l.n})
			}
		case out != nil:
			out = append(out, l)
		}
	}
	if out == nil {
		return in
	}
	return out
}

// parts are the lines in one; nil: it is one. An end is one where a record begins
// behind it.
func (s *breaks) parts(b []byte) [][]byte {
	if len(b) < minRow {
		return nil
	}
	for _, end := range lineEnds {
		if s.begins(b, end) {
			out := ended(b, end)
			out[0] = s.opened(out[0])
			return out
		}
	}
	return nil
}

// opened is a line from the record on that a quote opens.
func (s *breaks) opened(b []byte) []byte {
	for i := range min(len(b), maxFront) {
		if bytes.IndexByte([]byte("'\"`>"), b[i]) >= 0 && s.known.Recorded(b[i+1:]) {
			return b[i+1:]
		}
	}
	return b
}

// begins reports whether a record begins behind an end.
func (s *breaks) begins(b, end []byte) bool {
	for range maxEnds {
		i := bytes.Index(b, end)
		if i < 0 {
			return false
		}
		if b = b[i+len(end):]; s.known.Recorded(bytes.TrimLeft(b, `'"`+" ,bu")) {
			return true
		}
	}
	return false
}

// maxEnds bounds how many ends are looked behind: a record begins behind one of the
// first, or the line is no log.
const maxEnds = 64

// ended parts a line at its ends, and takes off what a list puts around its texts.
func ended(b, end []byte) (out [][]byte) {
	listed := bytes.Contains(b, append(bytes.Clone(end), `', `...)) || bytes.Contains(b, append(bytes.Clone(end), `", `...))
	for part := range bytes.SplitSeq(b, end) {
		if listed {
			part = bytes.TrimLeft(part, `'",[ bu`)
		}
		if escapedOnly(part, '"') { // of a text in quotes
			part = unquotedText(part)
		}
		if bytes.HasPrefix(part, []byte(`\t`)) {
			part = append([]byte{'\t'}, part[2:]...)
		}
		out = append(out, part)
	}
	return out
}

// unquotedText is a part of a text in quotes as it was before it was put there.
func unquotedText(part []byte) []byte {
	var s string
	if json.Unmarshal([]byte(`"`+string(part)+`"`), &s) != nil {
		return bytes.ReplaceAll(part, []byte(`\"`), []byte{'"'})
	}
	return []byte(s)
}
