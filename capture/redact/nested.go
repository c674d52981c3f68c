package redact

import (
	"bytes"
	"slices"
)

// Values that hold others whole: what a line's end cut, and what it may have been with
// the line behind it; a value, and the setting that ends with it. They share their
// grams, of which each has one owner: the owner tells of the others.

// maxNested is how many values one tells of.
const maxNested = 16

// nest notes whether one of two values that share grams holds the other.
func (d *dictionary) nest(old, id uint16) {
	if d.compared[old] {
		return
	}
	d.compared[old] = true
	long, short := old, id
	if len(d.values[short].value) > len(d.values[long].value) {
		long, short = short, long
	}
	l, s := &d.values[long], &d.values[short]
	if !bytes.Contains(l.value, s.value) {
		return
	}
	for _, in := range append([]uint16{short}, s.holds...) {
		if i := &d.values[in]; len(l.holds) < maxNested && len(i.within) < maxNested && !slices.Contains(l.holds, in) {
			l.holds, i.within = append(l.holds, in), append(i.within, long)
		}
	}
}

// inner finds the longest value that v holds in part, which is a part of v that is
// masked nowhere; it begins at start.
func (d *dictionary) inner(v *known, part []byte, start int) (sp span, ok bool) {
	longest := 0
	for _, id := range v.holds {
		for _, f := range d.values[id].forms {
			at := bytes.Index(part, f.b)
			if f.hex && at < 0 {
				at = bytes.Index(bytes.ToLower(part), f.b)
			}
			if at >= 0 && len(f.b) > longest {
				longest = len(f.b)
				sp, ok = span{start: start + at, end: start + at + len(f.b), kind: d.values[id].kind, val: d.values[id].value}, true
			}
		}
	}
	return sp, ok
}

// outermost gives the longest value that stands where v was found in the spelling f.
func (d *dictionary) outermost(v *known, f spelling, b []byte, sp span, done int) span {
	found := sp.start
	for _, id := range v.within {
		for _, o := range d.values[id].forms {
			at := found - bytes.Index(o.b, f.b)
			if at > found || at < done || at+len(o.b) > len(b) || len(o.b) <= sp.end-sp.start {
				continue
			}
			if in := b[at : at+len(o.b)]; bytes.Equal(in, o.b) || o.hex && bytes.EqualFold(in, o.b) {
				sp = span{start: at, end: at + len(o.b), kind: d.values[id].kind, val: d.values[id].value}
			}
		}
	}
	return sp
}
