package input

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// dress drops what stands in front of every line, and behind it: blanks, the marks
// of a mail, the numbers of grep, cat and less, names of files, a list's bullets, a
// table's or a pane's frame. What it is, the lines tell in which a record begins
// behind it: their fronts are alike but for their numbers.
type dress struct {
	c     *Repairs
	known Known
	fronts
}

// fronts are those that are dropped from the text's lines.
type fronts struct {
	shapes []string          // the longest first
	ends   map[string][]byte // what closes the lines of a shape
	now    string            // the shape of the line before
	number int               // and the last number in its front
}

// The wildcards of a shape. No text holds them but as what they stand for.
const (
	anyDigits = '\x00' // one or more
	anyBlanks = '\x01' // none or more
)

// maxFront bounds what is looked through for the beginning of a record.
const maxFront = 120

func (*dress) long() bool { return false }

func (d *dress) lines(in []line, _ bool) []line {
	at := make([]int, len(in)) // where a record begins; -1: nowhere
	odd := false
	for i, l := range in {
		at[i] = d.begin(l.b)
		odd = odd || at[i] > 0
	}
	odd = d.behind(in, at) || odd
	for i := range in {
		in[i].begun = at[i] == 0
	}
	if odd {
		d.find(in, at)
	}
	if len(d.shapes) == 0 && !slices.Contains(at, 0) && !d.output(in) {
		d.agree(in)
	}
	if len(d.shapes) == 0 {
		return in
	}
	return d.undress(in, at)
}

// output reports whether a command is known by its first lines as they stand: nothing
// is in front of them.
func (d *dress) output(in []line) bool {
	return d.known.Output != nil && slices.ContainsFunc(in[:min(len(in), firstLines)], func(l line) bool { return d.known.Output(l.b) })
}

// firstLines are those by which a command's output is known, with the prose in front.
const firstLines = 20

// begin is where in a line a record begins.
func (d *dress) begin(b []byte) int {
	if len(b) == 0 || d.known.Dumped != nil && d.known.Dumped(b) {
		return -1
	}
	if d.known.Begins(b) {
		return 0
	}
	for k := 1; k < min(len(b), maxFront); k++ {
		if c := b[k-1]; word(c) || !word(b[k]) && b[k] != '<' && b[k] != '{' && b[k] != '[' {
			continue
		}
		if d.known.Begins(b[k:]) {
			for b[k-1] == ' ' && d.known.Begins(b[k-1:]) { // blanks of its own: a packet's number may have some
				k--
			}
			return k
		}
	}
	return -1
}

func word(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 25 }

// shape is what a front has in common with others: its digits are any digits, with
// any blanks in front of them.
func shape(front []byte) string {
	var out []byte
	for i := 0; i < len(front); {
		switch c := front[i]; {
		case c-'0' <= 9:
			for len(out) > 0 && out[len(out)-1] == ' ' {
				out = out[:len(out)-1]
			}
			out = append(out, anyBlanks, anyDigits)
			for i < len(front) && front[i]-'0' <= 9 {
				i++
			}
		case c == anyDigits || c == anyBlanks:
			return ""
		default:
			out = append(out, c)
			i++
		}
	}
	return string(out)
}

// match gives how much of a line a shape takes; -1: it does not fit. A line may end
// where only blanks of the shape are missing.
func match(shape string, b []byte) int {
	at := 0
	for i := 0; i < len(shape); i++ {
		switch c := shape[i]; c {
		case anyBlanks:
			for at < len(b) && b[at] == ' ' {
				at++
			}
		case anyDigits:
			from := at
			for at < len(b) && b[at]-'0' <= 9 {
				at++
			}
			if at == from {
				return -1
			}
		default:
			if at == len(b) && (c == ' ' || c == '\t') {
				continue
			}
			if at == len(b) || b[at] != c {
				return -1
			}
			at++
		}
	}
	return at
}

// find adds the shapes of lines in which a record begins behind something: two
// such lines agree, or nearly all lines do; and what stands around such lines is
// dressed too.
func (d *dress) find(in []line, at []int) {
	type seen struct {
		lines, beside int
		ends          map[string]int
	}
	all := map[string]*seen{}
	before := -1 // the record before
	for i, k := range at {
		if k < 0 {
			continue
		}
		if k > 0 {
			s := shape(in[i].b[:k])
			x := all[s]
			if x == nil {
				if len(all) > 64 {
					continue
				}
				x = &seen{ends: map[string]int{}}
				all[s] = x
			}
			x.lines++
			if before < 0 || at[before] > 0 {
				x.beside++
			}
			x.ends[string(closer(in[i].b))]++
		}
		before = i
	}
	for s, x := range all {
		if s == "" || x.lines < 2 && share(in, s) < 0.9 || letters(s) && share(in, s) < 0.2 || 2*x.beside < x.lines || slices.Contains(d.shapes, s) {
			continue
		}
		d.shapes = append(d.shapes, s)
		if d.ends == nil {
			d.ends = map[string][]byte{}
		}
		for e, n := range x.ends {
			if e != "" && 10*n >= 9*x.lines && bytes.Contains([]byte(s), []byte(e)) {
				d.ends[s] = []byte(e)
			}
		}
	}
	slices.SortFunc(d.shapes, func(a, b string) int { return len(b) - len(a) })
}

// share is how many of the lines have a front, of 1.
func share(in []line, s string) float64 {
	fit, all := 0, 0
	for _, l := range in {
		if len(l.b) == 0 {
			continue
		}
		all++
		if match(s, l.b) >= 0 {
			fit++
		}
	}
	return float64(fit) / float64(max(all, 1))
}

// letters reports whether a shape may be words of somebody's.
func letters(s string) bool {
	return bytes.ContainsFunc([]byte(s), func(r rune) bool { return r < 0x80 && word(byte(r)) })
}

// closer is the sign that ends a line in a frame.
func closer(b []byte) []byte {
	b = bytes.TrimRight(b, " \t")
	for _, e := range []string{"|", "\u2502", "\u2503", "\u2551", "`", `"`} {
		if bytes.HasSuffix(b, []byte(e)) {
			return []byte(e)
		}
	}
	return nil
}

// undress drops the fronts: of lines in which a record begins, and of those around
// them that fit.
func (d *dress) undress(in []line, at []int) []line {
	out := in[:0:0]
	shapes := make([]string, len(in))
	for i, l := range in {
		if at[i] > 0 {
			if s := shape(l.b[:at[i]]); slices.Contains(d.shapes, s) {
				shapes[i], d.now = s, s
				d.number, _ = counts(s, l.b)
				continue
			}
		}
		switch {
		case at[i] == 0:
			d.now = ""
		case len(bytes.TrimSpace(l.b)) == 0 || d.now == "":
		case gutter(d.now, l.b) > 0, match(d.now, l.b) >= 0 && d.goesOn(l.b):
			shapes[i] = d.now
			if n, ok := counts(d.now, l.b); ok {
				d.number = n
			}
		case unsigned(d.now): // the rest of a row that was broken
		default:
			d.now = ""
			for _, s := range d.shapes { // of another file
				if !blanks(s) && match(s, l.b) >= 0 {
					shapes[i], d.now = s, s
					break
				}
			}
		}
	}
	for i := len(in) - 2; i >= 0; i-- { // what comes before the first record of its kind
		if s := shapes[i+1]; s != "" && shapes[i] == "" && at[i] < 0 && !blanks(s) && match(s, in[i].b) > 0 {
			shapes[i] = s
		}
	}
	for i, l := range in {
		if s := shapes[i]; s != "" {
			l.front += utf8.RuneCount(l.b[:takes(s, l.b)])
			l.b, l.begun = d.bare(s, l.b), false
		}
		out = append(out, l)
	}
	return out
}

// unsigned reports whether a shape is a number and nothing else: the words of a line
// may begin with one too.
func unsigned(s string) bool {
	return strings.IndexByte(s, anyDigits) >= 0 && strings.Trim(s, string([]byte{anyDigits, anyBlanks, ' '})) == ""
}

// goesOn reports whether a line's number follows on the one before: else it is a number
// of its words.
func (d *dress) goesOn(b []byte) bool {
	n, ok := counts(d.now, b)
	return !ok || n == d.number+1 || n > d.number && !unsigned(d.now)
}

// bare is a line without its front and what closes it.
func (d *dress) bare(s string, b []byte) []byte {
	b = bytes.TrimRight(b[takes(s, b):], "\r")
	if e := d.ends[s]; e != nil {
		b = bytes.TrimRight(bytes.TrimSuffix(bytes.TrimRight(b, " \t"), e), " \t\r")
	}
	if e := d.ends[s]; len(e) == 1 && e[0] == '"' { // a table's only column
		b = bytes.ReplaceAll(b, []byte(`""`), e)
	}
	d.c.dress(called(s), 1)
	if strings.IndexByte(s, '|') >= 0 { // a table's cell: a bar of its own stands behind a backslash
		b = bytes.ReplaceAll(b, []byte(`\|`), []byte("|"))
	}
	return b
}

// blanks reports whether a shape is nothing but blanks.
func blanks(s string) bool { return len(bytes.Trim([]byte(s), " \t")) == 0 }

// called is a shape as a person is told it: letters may be a name of anyone's.
func called(s string) string {
	if blanks(s) {
		return "blanks"
	}
	var out []byte
	for _, c := range bytes.TrimSpace([]byte(s)) {
		switch {
		case c == anyDigits:
			out = append(out, 'N')
		case c == anyBlanks || c == '\t':
		case word(c) || c == '/' || c == '.' || c == '_' || c >= 0x80:
			if len(out) < 4 || string(out[len(out)-4:]) != "name" {
				if c >= 0x80 {
					continue
				}
				out = append(out, "name"...)
			}
		default:
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return "a sign"
	}
	return "`" + string(out) + "`"
}
