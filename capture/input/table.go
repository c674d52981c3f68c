package input

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// table is the table that rows are of: which column holds a log's lines.
type table struct {
	by     byte // what parts the columns; 0: no table was seen
	column int
	open   bool // the column's text goes on in the next line
	inside bool // and this is the column that counts
}

// column takes one column of rows whose columns are in quotes, where that column
// holds a log.
func (r *records) column(in []line) []line {
	if r.table.by == 0 && !r.find(in) {
		return in
	}
	out := in[:0:0]
	for _, l := range in {
		if r.table.open {
			out = r.more(out, l)
			continue
		}
		cols, open := split(l.b, r.table.by)
		if len(cols) <= r.table.column || r.known.Begins(l.b) || !quotes(l.b, r.table.by) && !r.known.Begins(cols[r.table.column]) {
			out = append(out, l)
			continue
		}
		r.c.columns++
		r.table.open, r.table.inside = open, open && len(cols) == r.table.column+1
		b := cols[r.table.column]
		if !r.known.Stamped(b) && !r.known.Follows(b) && r.known.Begins(b) {
			for i, c := range cols {
				if at := timeOf(string(c)); i != r.table.column && !at.IsZero() {
					b = append([]byte(stamped(at)), b...)
					break
				}
			}
		}
		out = append(out, line{b: b, n: l.n})
	}
	return out
}

// more takes a line that goes on with a column.
func (r *records) more(out []line, l line) []line {
	text, closed := unquoted(l.b)
	if r.table.inside {
		out = append(out, line{b: text, n: l.n})
	}
	r.table.open = !closed
	return out
}

// find looks for the column that begins records.
func (r *records) find(in []line) bool {
	votes, rows := map[table]int{}, 0
	for _, l := range in {
		if len(l.b) < 8 || bytes.IndexByte(l.b[:min(len(l.b), maxFront)], '"') < 0 || r.known.Begins(l.b) {
			continue
		}
		rows++
		for _, by := range []byte{',', ';', '\t'} {
			cols, _ := split(l.b, by)
			if len(cols) < 2 || !quotes(l.b, by) {
				continue
			}
			for i, c := range cols {
				if r.known.Begins(c) {
					votes[table{by: by, column: i}]++
					break
				}
			}
		}
	}
	best := 0
	for t, n := range votes {
		if n > best || n == best && t.column < r.table.column {
			best, r.table = n, t
		}
	}
	if best == 0 || best == 1 && rows > 3 {
		r.table = table{}
		return false
	}
	return true
}

// quotes reports whether a column of a row stands in quotes.
func quotes(b []byte, by byte) bool {
	return len(b) > 0 && b[0] == '"' || bytes.Contains(b, []byte{by, '"'})
}

// split parts a row of a table (RFC 4180); open: its last column has no end.
func split(b []byte, by byte) (cols [][]byte, open bool) {
	for len(cols) < 64 {
		if len(b) > 0 && b[0] == '"' {
			text, closed := unquoted(b[1:])
			cols = append(cols, text)
			if !closed {
				return cols, true
			}
			b = b[1+closing(b[1:])+1:]
		} else {
			i := bytes.IndexByte(b, by)
			if i < 0 {
				return append(cols, b), false
			}
			cols, b = append(cols, b[:i]), b[i:]
		}
		if len(b) == 0 || b[0] != by {
			return cols, false
		}
		b = b[1:]
	}
	return cols, false
}

// closing is where a quoted column ends; -1: it does not.
func closing(b []byte) int {
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 == len(b) || b[i+1] != '"' {
			return i
		}
		i++
	}
	return -1
}

// unquoted is a quoted column's text, from behind its first quote.
func unquoted(b []byte) (text []byte, closed bool) {
	end := closing(b)
	if closed = end >= 0; closed {
		b = b[:end]
	}
	if bytes.IndexByte(b, '"') < 0 {
		return b, closed
	}
	return bytes.ReplaceAll(b, []byte(`""`), []byte(`"`)), closed
}

// layouts are the stamps of exports.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999 MST", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999",
	"Jan 2, 2006 @ 15:04:05.999999999", "02/Jan/2006:15:04:05 -0700", "2006/01/02 15:04:05", "1/2/06 3:04:05.000 PM",
}

// timeOf reads a time as exports print it; zero: it is none.
func timeOf(s string) time.Time {
	if len(s) < 10 || len(s) > 40 {
		return time.Time{}
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		for ; n > 1e11; n /= 1000 { // milliseconds, microseconds, nanoseconds
		}
		if n < 5e8 {
			return time.Time{}
		}
		return time.UnixMicro(int64(n * 1e6)).UTC()
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t
		}
	}
	return time.Time{}
}

// stamped is a time in front of a line.
func stamped(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000Z07:00 ") }
