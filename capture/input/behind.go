package input

import (
	"bytes"
	"strings"
)

// maxStamped is how many stamped lines are looked at for a listing behind the stamps.
const maxStamped = 64

// behind finds the lines of a listing behind the stamps of a daemon or a runtime, which
// begin a record by themselves. It notes where the listing's own lines begin, those that
// go on with a packet too.
func (d *dress) behind(in []line, at []int) (some bool) {
	shapes, seen, looked := map[string]int{}, []string{}, 0
	for i, k := range at {
		if looked == maxStamped || d.known.Listed == nil {
			break
		}
		if k != 0 {
			continue
		}
		looked++
		if k = d.listed(in[i].b); k > 0 {
			s := shape(in[i].b[:k])
			if shapes[s]++; shapes[s] == 2 {
				seen = append(seen, s)
			}
		}
	}
	for i := range in {
		for _, s := range seen {
			if n := match(s, in[i].b); at[i] == 0 && n > 0 {
				at[i], some = n, true
			}
		}
	}
	return some
}

// listed is where in a line that begins a record a listing's begins: behind the stamp;
// 0: nowhere.
func (d *dress) listed(b []byte) int {
	if d.known.Listed(b) {
		return 0
	}
	for k := 1; k < min(len(b), maxFront); k++ {
		if b[k-1] == ' ' && d.known.Listed(b[k:]) {
			return k
		}
	}
	return 0
}

// takes is how much of a line a shape takes that it has in front.
func takes(s string, b []byte) int {
	if n := match(s, b); n >= 0 {
		return n
	}
	return gutter(s, b)
}

// gutter is how much of a line blanks and a shape's bar take: bat leaves the number out
// where a row goes on. 0: they are not there.
func gutter(s string, b []byte) int {
	i := strings.IndexByte(s, anyDigits)
	sign := strings.TrimLeft(s, string([]byte{anyDigits, anyBlanks, ' '}))
	if i < 0 || strings.IndexByte(s[i+1:], anyDigits) >= 0 || !strings.ContainsAny(sign, "|\u2502\u2503\u2551") || letters(sign) {
		return 0
	}
	rest := bytes.TrimLeft(b, " ")
	if len(rest) == len(b) || !bytes.HasPrefix(rest, []byte(sign)) {
		return 0
	}
	return len(b) - len(rest) + len(sign)
}
