package redact

// Bytes that are written as numbers: the arrays of journald's JSON, a hex run with
// signs between the pairs. What they say is one more view of the line.

const (
	numbersMin  = 12 // the fewest numbers that are looked at
	numbersStep = 32 // how often a line is sampled for them
)

// ofNumber are the characters of such a run, and of its prefixes and separators.
var ofNumber = func() (t [256]uint8) {
	for _, c := range []byte("0123456789abcdefABCDEFx ,:-\\\t") {
		t[c] = 1
	}
	return t
}()

// numbers looks into the runs of numbers in b.
func (f *finder) numbers(b []byte) {
	last := 0
	for i := numbersStep; i < len(b); i += numbersStep {
		if w := b[i-16 : i+1]; ofNumber[w[0]]&ofNumber[w[4]]&ofNumber[w[8]]&ofNumber[w[12]]&ofNumber[w[16]] == 0 {
			continue
		}
		start, end := i, i
		for start > last && ofNumber[b[start-1]] != 0 {
			start--
		}
		for end < len(b) && ofNumber[b[end]] != 0 {
			end++
		}
		last = end
		if end-start > 2*numbersMin {
			if v, ok := numbered(b, start, end); ok {
				f.inside(v)
			}
		}
		i = max(i, end-1)
	}
}

// inside looks for secrets in a view.
func (f *finder) inside(v view) {
	g := finder{depth: f.depth + 1}
	g.scan(v.b)
	for _, sp := range g.spans {
		if sp.start >= 0 {
			sp.start, sp.end = v.at[sp.start], v.at[sp.end]
		}
		f.spans = append(f.spans, sp)
	}
	f.views = append(f.views, v)
}

// numbered reads the numbers in b[start:end] as bytes: pairs of hex digits with one
// sign between, or decimals.
func numbered(b []byte, start, end int) (view, bool) {
	var v view
	decimal := true
	for i := start; i < end; {
		if !isHex(b[i : i+1]) {
			i++
			continue
		}
		if b[i] == '0' && i+2 < end && b[i+1] == 'x' {
			i, decimal = i+2, false
		}
		n := hexRun(b[i:min(end, i+5)])
		if n == 0 || n > 3 {
			if len(v.b) >= numbersMin {
				break
			}
			v, i = view{}, i+max(n, 1)
			continue
		}
		for _, c := range b[i : i+n] {
			decimal = decimal && c <= '9'
		}
		v.at = append(v.at, i)
		v.b = append(v.b, byte(n))
		i += n
	}
	if len(v.b) < numbersMin {
		return v, false
	}
	stop := 0
	for k, at := range v.at {
		digits := b[at : at+int(v.b[k])]
		c := 0
		for _, d := range digits {
			if decimal {
				c = 10*c + int(d-'0')
			} else {
				c = c<<4 | int(unhex(d))
			}
		}
		if c > 0xFF || !decimal && len(digits) > 2 {
			return v, false
		}
		stop, v.b[k] = at+len(digits), byte(c)
	}
	v.at = append(v.at, stop)
	if !isText(v.b) && decimal { // two digits each, none of them a letter's
		for k, at := range v.at[:len(v.b)] {
			if v.at[k]+2 > len(b) || !isHex(b[at:at+2]) {
				return v, false
			}
			v.b[k] = unhex(b[at])<<4 | unhex(b[at+1])
		}
	}
	return v, isText(v.b)
}

// isText reports whether nearly all of b is text.
func isText(b []byte) bool {
	odd := 0
	for _, c := range b {
		if (c < 0x20 || c > 0x7E) && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
	}
	return 8*odd < len(b)
}
