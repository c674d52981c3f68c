package redact

import (
	"bytes"
	"encoding/binary"
)

const (
	gramLen   = 8       // the shortest part of a value that is masked everywhere
	shortMin  = 6       // the shortest password that is; a shorter one is a word
	hexMin    = 16      // digits that are as much as gramLen bytes
	maxValues = 4096    // values kept; more are counted as forgotten
	maxGrams  = 1 << 20 // ... and their parts
	maxValue  = 4096    // bytes of a value that is found by any part of it
	maxLong   = 1 << 16 // bytes of one kept that is found by its beginning
	maxHeld   = 1 << 23 // bytes of such kept in all, in all spellings
	maxShort  = 64      // passwords kept that are shorter than gramLen
	maxPeople = 4096    // names of users and hosts kept

	longStride  = gramLen - 3 // so that four bytes are sampled of each gram
	shortStride = shortMin - 3
)

// known is a secret value that was seen.
type known struct {
	kind  Kind
	value []byte
	forms []spelling
	cut   bool // it may be the beginning of a longer one: a line ended behind it

	holds, within []uint16 // the values that stand in it, and those in which it stands
}

// gram is where eight bytes of a text may come from.
type gram struct {
	id, form, off uint16
	shared        bool // another value has them too
	common        bool // a word, no secret
}

// dictionary finds every part of eight bytes of every known value, however it
// is written, in one pass over a text: a filter tells for most places that
// nothing begins there.
type dictionary struct {
	values []known // values[0] is none
	index  map[string]uint16
	grams  map[uint64]gram
	filter []uint64
	mask   uint32 // which of the bits of a product are a place in the filter
	stride int    // how many places apart a text is sampled
	short  []uint16

	held      int             // bytes of long values
	compared  map[uint16]bool // the values with which the newest shares grams
	forgotten int
}

func newDictionary() dictionary {
	d := dictionary{values: make([]known, 1), index: map[string]uint16{}, compared: map[uint16]bool{}, grams: map[uint64]gram{}, stride: longStride}
	d.resize(1 << 16)
	for i := 0; i+gramLen <= len(vocabulary); i++ {
		d.grams[load8([]byte(vocabulary[i:]))] = gram{common: true}
	}
	return d
}

func load8(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

const (
	fold4  = 0x20202020
	golden = 0x9E3779B97F4A7C15 // Knuth's multiplicative hashing
)

// slot is the filter's place for four bytes, without case: as many of the product's
// bits as tell the filter's places apart, of those that all four have a part in.
func slot(four, mask uint32) uint32 { return uint32(uint64(four|fold4)*golden>>32) & mask }

func load4(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// has reports whether the four bytes at b's front may be a value's.
func (d *dictionary) has(b []byte) bool {
	n := slot(load4(b), d.mask)
	return d.filter[n/64]&(1<<(n%64)) != 0
}

// resize makes the filter one of so many bits, a power of two.
func (d *dictionary) resize(size int) {
	d.filter, d.mask = make([]uint64, size/64), uint32(size-1)
	for _, v := range d.values[1:] {
		for _, f := range v.forms {
			d.sift(f.sought())
		}
	}
}

func (d *dictionary) sift(form []byte) {
	for i := 0; i+4 <= len(form); i++ {
		n := slot(load4(form[i:]), d.mask)
		d.filter[n/64] |= 1 << (n % 64)
	}
}

// fits reports whether a value is one for the dictionary.
func fits(kind Kind, v []byte) bool {
	if len(v) > maxLong || len(v) < gramLen && (kind != Password || len(v) < shortMin) {
		return false
	}
	return tokenAt(v) == 0 && !ordinary(v) && !bytes.Contains([]byte(vocabulary), v)
}

// add takes a value in. cut: it may be the beginning of a longer one.
func (d *dictionary) add(kind Kind, v []byte, cut bool) {
	if id := d.index[string(v)]; id != 0 {
		d.values[id].cut = d.values[id].cut && cut
		return
	}
	if !fits(kind, v) {
		return
	}
	forms := spellings(v)
	need, held := 0, 0
	for _, f := range forms {
		need += len(f.sought())
		held += len(f.b) - len(f.sought())
	}
	if len(d.values) >= maxValues || len(d.grams)+need > maxGrams || d.held+held > maxHeld || len(v) < gramLen && len(d.short) >= maxShort {
		d.forgotten++
		return
	}
	v = bytes.Clone(v)
	id := uint16(len(d.values))
	d.values = append(d.values, known{kind: kind, value: v, forms: forms, cut: cut})
	d.index[string(v)] = id
	if len(v) < gramLen {
		d.short, d.stride = append(d.short, id), shortStride
	}
	d.held += held
	clear(d.compared)
	for n, f := range forms {
		d.sift(f.sought())
		for i := 0; i+gramLen <= len(f.sought()) && len(v) >= gramLen; i++ {
			d.gram(load8(f.b[i:]), gram{id: id, form: uint16(n), off: uint16(i)})
		}
	}
	if size := 64 * len(d.filter); size < 1<<23 && len(d.grams) > size/8 {
		d.resize(4 * size)
	}
}

// gram enters one place of a value. Of a value that was cut the longer one
// takes over.
func (d *dictionary) gram(at uint64, g gram) {
	old, there := d.grams[at]
	switch {
	case !there, old.common:
		if !old.common {
			d.grams[at] = g
		}
	case old.id == g.id:
	default:
		d.nest(old.id, g.id)
		switch {
		case d.extends(g.id, old.id):
			d.grams[at] = g
		case !d.extends(old.id, g.id):
			old.shared = true
			d.grams[at] = old
		}
	}
}

// extends reports whether value id goes on where value cut was cut.
func (d *dictionary) extends(id, cut uint16) bool {
	c := &d.values[cut]
	return c.cut && len(d.values[id].value) > len(c.value) && bytes.HasPrefix(d.values[id].value, c.value)
}

// common enters a word that is no secret, such as a user's name.
func (d *dictionary) common(word []byte) {
	for i := 0; i+gramLen <= len(word) && len(d.grams) < maxGrams; i++ {
		g := d.grams[load8(word[i:])]
		g.common = true
		d.grams[load8(word[i:])] = g
	}
}

// search adds the places where known values stand in b, or parts of them. skip
// are places that are masked already, in order.
func (d *dictionary) search(b []byte, skip, spans []span) []span {
	if len(d.values) == 1 {
		return spans
	}
	done, next := 0, 0
	for p := d.sample(b, 0); p < len(b); p = d.sample(b, p+d.stride) {
		for next < len(skip) && skip[next].end-gramLen < p {
			next++
		}
		if next < len(skip) && skip[next].start < p { // inside what is masked
			p = max(p, skip[next].end-gramLen-d.stride)
			continue
		}
		if sp, ok := d.around(b, p, done); ok {
			spans = append(spans, sp)
			done = sp.end
			p = max(p+1, sp.end-gramLen+d.stride) - d.stride // what goes on behind it may begin in it
		}
	}
	return spans
}

// sample gives the next place from p on, in steps of stride, where something of
// a value may be, or len(b). Two steps at once spare the bounds checks.
func (d *dictionary) sample(b []byte, p int) int {
	filter, mask := d.filter, d.mask
	p = max(p, 0)
	if d.stride == longStride {
		for ; p+longStride+4 <= len(b); p += 2 * longStride {
			w := (*[longStride + 4]byte)(b[p : p+longStride+4])
			if n := slot(load4(w[:4]), mask); filter[n/64]&(1<<(n%64)) != 0 {
				return p
			}
			if n := slot(load4(w[longStride:]), mask); filter[n/64]&(1<<(n%64)) != 0 {
				return p + longStride
			}
		}
	}
	for ; p+4 <= len(b); p += d.stride {
		if n := slot(load4(b[p:p+4]), mask); filter[n/64]&(1<<(n%64)) != 0 {
			return p
		}
	}
	return len(b)
}

// around looks for a known value that covers the four bytes at p. What ends
// before done was found already.
func (d *dictionary) around(b []byte, p, done int) (span, bool) {
	for q := max(0, p-d.stride+1); q <= p && q+gramLen <= len(b); q++ {
		if q+gramLen <= done || !d.has(b[q:]) || !d.has(b[q+4:]) {
			continue
		}
		g, hit := d.at(b[q:])
		if !hit {
			continue
		}
		if sp, ok := d.extend(b, q, g, done); ok {
			return sp, true
		}
	}
	for _, id := range d.short {
		v := d.values[id].value
		for q := max(0, p-len(v)+4); q <= p && q+len(v) <= len(b); q++ {
			if bytes.HasPrefix(b[q:], v) && q >= done && (q == 0 || !isAlnum(b[q-1])) && (q+len(v) == len(b) || !isAlnum(b[q+len(v)])) {
				return span{start: q, end: q + len(v), kind: d.values[id].kind, val: v}, true
			}
		}
	}
	return span{}, false
}

// at finds the gram at b's front.
func (d *dictionary) at(b []byte) (gram, bool) {
	g, hit := d.grams[load8(b)]
	if !hit && isHex(b[:gramLen]) {
		g, hit = d.grams[load8(b)|fold4<<32|fold4]
		hit = hit && !g.common && d.values[g.id].forms[g.form].hex
	}
	return g, hit && !g.common
}

// extend finds how far the value goes on to both sides.
func (d *dictionary) extend(b []byte, q int, g gram, done int) (span, bool) {
	v := &d.values[g.id]
	f := v.forms[g.form]
	start, end := f.around(b, q, int(g.off), done)
	if end-start < len(f.b) { // another spelling may go on further
		for _, o := range v.forms {
			if off := bytes.Index(o.sought(), b[q:q+gramLen]); off >= 0 && !o.hex {
				if from, to := o.around(b, q, off, done); to-from > end-start {
					f, start, end = o, from, to
				}
			}
		}
	}
	if f.hex && end-start < hexMin && end-start < len(f.b) {
		return span{}, false
	}
	sp := span{start: start, end: end, kind: v.kind, val: v.value}
	if end-start == len(f.b) {
		return d.outermost(v, f, b, sp, done), true
	}
	if !v.partAt(f, b, start, end) {
		return d.inner(v, b[start:end], start)
	}
	whose := int(g.id)
	if last, hit := d.at(b[end-gramLen:]); g.shared && (!hit || last.shared || last.id != g.id) {
		whose = -1
	}
	d.part(&sp, whose)
	return sp, true
}

// around is how far b agrees with the spelling, whose place off is at q.
func (f spelling) around(b []byte, q, off, done int) (start, end int) {
	same := func(x, y byte) bool { return x == y || f.hex && x|0x20 == y }
	start, end = q, q+gramLen
	for at := off - 1; at >= 0 && start > done && same(b[start-1], f.b[at]); at-- {
		start--
	}
	for at := off + gramLen; at < len(f.b) && end < len(b) && same(b[end], f.b[at]); at++ {
		end++
	}
	return start, end
}

// part makes sp's token one of a part of value id, or of nobody's.
func (d *dictionary) part(sp *span, id int) {
	if id <= 0 {
		sp.text = tokenNames[sp.kind] + "#" + cutMark
		return
	}
	sp.val, sp.kind, sp.text = d.values[id].value, d.values[id].kind, cutMark
}

// beginning finds the one known value that v, cut by a line's end, begins.
func (d *dictionary) beginning(v []byte) (id int) {
	if len(v) < gramLen || d.index[string(v)] != 0 && !d.values[d.index[string(v)]].cut {
		return 0
	}
	g, hit := d.at(v)
	if !hit || g.off != 0 || g.shared || d.values[g.id].forms[g.form].hex {
		return 0
	}
	w := d.values[g.id].value
	if !d.values[g.id].cuttable() || !tells(v) {
		return 0
	}
	if len(w) > len(v) && bytes.HasPrefix(w, v) {
		return int(g.id)
	}
	return 0
}

// What a mask may tell. Whoever sees which words are masked could read a secret
// off them, or ask for one by writing guesses into a log. So a word or a phrase is
// never learnt, a value is looked for whole, and a part of one is masked only where
// a line may have been cut, and only if a machine made the value.

// A value that is looked for in parts too is at least so long.
const cutMin = 16

// cuttable reports whether parts of the value are looked for: those of what a
// machine made. A password that a person made has words in it, and the line that
// cuts it is masked by its key.
func (k *known) cuttable() bool {
	if len(k.value) < cutMin || !random(k.value) {
		return false
	}
	return k.kind != Password || 5*changes(k.value) >= 2*len(k.value) && mixed(k.value)
}

// partAt reports whether b[start:end], which f has, may be what a cut left of the
// value: it goes to an edge of the text on each side on which the value goes on.
// Of what a person made only the end of a value is taken for one, at a line's
// beginning: no name can stand before it.
func (k *known) partAt(f spelling, b []byte, start, end int) bool {
	part := b[start:end]
	first, last := f.hex || bytes.HasPrefix(f.b, part), bytes.HasSuffix(f.b, part)
	switch {
	case !tells(part):
		return false
	case k.kind == Password && len(bytes.Trim(part, "0123456789.:,/- []")) == 0: // a time, an address
		return false
	case !k.cuttable():
		return last && start == 0
	case f.hex:
		return end-start >= hexMin && (edgeBefore(b[:start]) || edgeBehind(b[end:]))
	}
	return (first || edgeBefore(b[:start])) && (last || edgeBehind(b[end:]))
}

// edgeBefore reports whether text may have been cut behind b: a line's beginning,
// an ellipsis, the border of a column.
func edgeBefore(b []byte) bool {
	t := bytes.TrimRight(b, " \t")
	return len(t) == 0 || t[len(t)-1] == '\n' || t[len(t)-1] == '>' || t[len(t)-1] == '|' || bytes.HasSuffix(t, []byte("...")) || bytes.HasSuffix(t, []byte("…")) || bytes.HasSuffix(t, []byte("│"))
}

// edgeBehind reports the same of what stands before b.
func edgeBehind(b []byte) bool {
	t := bytes.TrimLeft(b, " \t\r\\=\"'")
	return len(t) == 0 || t[0] == '\n' || t[0] == '|' || bytes.HasPrefix(t, []byte("...")) || bytes.HasPrefix(t, []byte("…")) || bytes.HasPrefix(t, []byte("│"))
}
