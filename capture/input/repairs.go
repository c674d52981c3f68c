package input

import (
	"fmt"
	"slices"
	"strings"
)

// Repairs counts what was done to a text.
type Repairs struct {
	encoding encoding
	escapes  int // lines with what is for a terminal
	mail     int // rows of a mail's parts
	ends     int // rows that ended in a mark of their own
	page     int // lines of a web page
	glyphs   int // lines with signs that an editor made
	journal  int // records of a journal's fields
	panes    int // lines with another pane's beside them
	broken   int // lines that held several
	tabs     int // lines with a table's tabs
	records  int // records taken out of JSON
	columns  int // rows of a table
	pairs    int // lines of key=value
	dressed  []count
	widths   []int // at which rows were joined
	rows     int   // that were joined to the one before
	words    int   // of those: between words
}

// count is how many lines had one thing in front.
type count struct {
	what  string
	lines int
}

func (c *Repairs) none() bool {
	return c.encoding == utf8Text && c.escapes+c.mail+c.ends+c.page+c.glyphs+c.panes+c.journal+c.tabs+c.broken+c.records+c.columns+c.pairs+c.rows == 0 && len(c.dressed) == 0
}

// dress counts a line that had what in front.
func (c *Repairs) dress(what string, lines int) {
	for i := range c.dressed {
		if c.dressed[i].what == what {
			c.dressed[i].lines += lines
			return
		}
	}
	c.dressed = append(c.dressed, count{what, lines})
}

// width notes a width at which rows were joined.
func (c *Repairs) width(w int) {
	if !slices.Contains(c.widths, w) {
		c.widths = append(c.widths, w)
	}
}

// String says in one line what was done. It holds nothing of the text but the
// signs that stood in front of lines.
func (c *Repairs) String() string {
	var out []string
	add := func(n int, format string, args ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(int(c.encoding), "%s", encodingNames[c.encoding])
	add(c.escapes, "a terminal's colours and keys dropped (%d lines)", c.escapes)
	add(c.mail, "a mail's part decoded (%d rows)", c.mail)
	add(c.ends, "rows that end in a mark joined (%d)", c.ends)
	add(c.page, "text taken out of a web page (%d lines)", c.page)
	add(c.glyphs, "an editor's blanks, quotes and dashes made plain (%d lines)", c.glyphs)
	add(c.panes, "one of two panes read (%d lines)", c.panes)
	add(c.broken, "lines whose ends were written as signs parted (%d)", c.broken)
	add(c.tabs, "a table's tabs made blanks (%d lines)", c.tabs)
	add(c.journal, "records taken out of a journal's fields (%d)", c.journal)
	add(c.records, "records taken out of JSON (%d)", c.records)
	add(c.columns, "one column of a table read (%d rows)", c.columns)
	add(c.pairs, "a log's lines taken out of key=value (%d)", c.pairs)
	for _, d := range c.dressed {
		add(d.lines, "%s in front of %d lines dropped", d.what, d.lines)
	}
	add(c.rows-c.words, "rows re-joined at %s columns (%d)", numbers(c.widths), c.rows-c.words)
	add(c.words, "rows that a mail broke between words re-joined (%d)", c.words)
	return strings.Join(out, "; ")
}

// numbers are some numbers as text.
func numbers(all []int) string {
	slices.Sort(all)
	var out []string
	for _, n := range all[:min(len(all), 4)] {
		out = append(out, fmt.Sprint(n))
	}
	if len(all) > 4 {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}
