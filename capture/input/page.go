package input

import (
	"bytes"
	"html"
	"regexp"
	"sync"
)

// page takes the text out of a saved web page. One that a log's record quotes is the
// record's.
type page struct {
	c     *Repairs
	known Known
	in    bool
	logs  bool // a record was seen
}

func (*page) long() bool { return true }

func (p *page) lines(in []line, _ bool) []line {
	var out []line
	for i, l := range in {
		if !p.in && !p.logs && pageStart(l.b) {
			p.in = true
			if out == nil {
				out = append(make([]line, 0, len(in)), in[:i]...)
			}
		}
		p.logs = p.logs || !p.in && len(l.b) > 0 && p.known.Begins(l.b)
		switch {
		case p.in:
			p.c.page++
			out = append(out, pieces(l)...)
			p.in = !bytes.Contains(l.b, []byte("</html>")) && !bytes.Contains(l.b, []byte("</HTML>"))
		case out != nil:
			out = append(out, l)
		}
	}
	if out == nil {
		return in
	}
	return out
}

// pageStart reports whether a saved web page begins with b.
func pageStart(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\f\r")
	for _, start := range []string{"<!doctype html", "<html"} {
		if len(b) >= len(start) && bytes.EqualFold(b[:len(start)], []byte(start)) {
			return true
		}
	}
	return false
}

// markup is what of a page is no text; most runs see none.
type markup struct{ breaks, cells, tags *regexp.Regexp }

var pageMarkup = sync.OnceValue(func() markup {
	return markup{
		breaks: regexp.MustCompile(`(?i)<(br|/p|/li|/div|/tr|/pre|/h[1-6])[^>]*>`),
		cells:  regexp.MustCompile(`(?i)</t[dh]>`),
		tags:   regexp.MustCompile(`<[^>]*>`),
	}
})

// pieces are the lines of text in one line of a saved web page, without its
// markup.
func pieces(l line) []line {
	var out []line
	m := pageMarkup()
	all := bytes.Split(m.breaks.ReplaceAll(l.b, []byte("\n")), []byte("\n"))
	if n := len(all); n > 1 && len(m.tags.ReplaceAll(all[n-1], nil)) == 0 {
		all = all[:n-1]
	}
	for _, p := range all {
		p = m.tags.ReplaceAll(m.cells.ReplaceAll(p, []byte(" ")), nil)
		out = append(out, line{b: []byte(html.UnescapeString(string(p))), n: l.n})
	}
	return out
}
