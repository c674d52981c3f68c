package input

import (
	"bytes"
	"math/bits"
	"slices"
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
		x := split(l.b, r.table.by)
		if !r.holds(l.b, x) {
			out = append(out, l)
			continue
		}
		r.c.columns++
		r.table.open, r.table.inside = x.open, x.open && len(x.cols) == r.table.column+1
		b := x.cols[r.table.column]
		if !r.known.Stamped(b) && !r.known.Follows(b) && r.known.Begins(b) {
			for i, c := range x.cols {
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

// holds reports whether a row of the table has its text in the column: it is no record
// as it stands.
func (r *records) holds(b []byte, x cells) bool {
	at := r.table.column
	switch {
	case len(x.cols) <= at || r.known.Recorded(b):
		return false
	case x.quoted>>at&1 == 1:
		return true
	}
	return !r.known.Begins(b) && (x.quoted > 0 || r.known.Begins(x.cols[at]))
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

// parting are the signs that part columns.
var parting = []byte{',', ';', '\t'}

// layout is what rows of one table have in common.
type layout struct {
	by      byte
	columns int
	quoted  uint64 // which columns stand in quotes, a bit each
}

// find looks for the column that begins records. One record is enough where nearly all
// lines are rows of one layout: what a command printed has few lines that begin one.
func (r *records) find(in []line) bool {
	votes, layouts, rows, lines := map[table]int{}, map[layout]int{}, 0, 0
	for _, l := range in {
		if len(l.b) > 0 {
			lines++
		}
		if len(l.b) < minCells || bytes.IndexByte(l.b[:min(len(l.b), maxFront)], '"') < 0 || r.known.Recorded(l.b) {
			continue
		}
		rows++
		for _, by := range parting {
			x := split(l.b, by)
			if len(x.cols) < 2 || x.quoted == 0 {
				continue
			}
			if x.whole {
				layouts[layout{by, len(x.cols), x.quoted}]++
			}
			if i := slices.IndexFunc(x.cols, r.known.Begins); i > 0 || i == 0 && x.quoted&1 == 1 {
				votes[table{by: by, column: i}]++
			}
		}
	}
	best := 0
	r.table = table{}
	for t, n := range votes {
		if n > best || n == best && t.column < r.table.column {
			best, r.table = n, t
		}
	}
	if best > 1 || best == 1 && rows <= 3 {
		return true
	}
	r.table = alike(layouts, lines, r.table)
	return r.table.by != 0
}

// alike is the table that nearly all lines are rows of: with the column that was found,
// or with the only one in quotes.
func alike(layouts map[layout]int, lines int, found table) table {
	for _, by := range parting {
		for x, n := range layouts { // at most one has so many
			switch {
			case x.by != by || n < 2 || 10*n < 9*lines:
			case found.by == by:
				return found
			case found.by == 0 && bits.OnesCount64(x.quoted) == 1: // what nobody quotes but for its words
				return table{by: by, column: bits.TrailingZeros64(x.quoted)}
			}
		}
	}
	return table{}
}

// minCells are the bytes of the shortest row that is looked at: a number, and a text
// without a word.
const minCells = 4

// cells are a row's columns.
type cells struct {
	cols   [][]byte
	quoted uint64 // which of them stand in quotes
	open   bool   // the last one has no end
	whole  bool   // they are all of the row
}

// split parts a row of a table (RFC 4180).
func split(b []byte, by byte) (x cells) {
	for len(x.cols) < 64 {
		if len(b) > 0 && b[0] == '"' {
			text, closed := unquoted(b[1:])
			x.quoted |= 1 << len(x.cols)
			if x.cols = append(x.cols, text); !closed {
				x.open = true
				return x
			}
			b = b[1+closing(b[1:])+1:]
		} else {
			i := bytes.IndexByte(b, by)
			if i < 0 {
				i = len(b)
			}
			x.cols, b = append(x.cols, b[:i]), b[i:]
		}
		if x.whole = len(b) == 0; x.whole || b[0] != by {
			return x
		}
		b = b[1:]
	}
	return x
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
