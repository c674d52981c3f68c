package redact

import "bytes"

// Values of a statement's placeholders, which a log writes apart from the statement: the
// number of a placeholder, or its place, leads to the column that it stands for.

func (t *tables) bind(place int, kind Kind) {
	if t.binds == nil {
		t.binds = map[int]Kind{}
	}
	t.age = 0
	if place > 0 && len(t.binds) < maxColumns {
		t.binds[place] = kind
	}
}

// parameters takes what password = $1 says of a placeholder, and masks what
// $1 = '…' says of it later.
func (t *tables) parameters(f *finder, b []byte) {
	for i := 0; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '$')
		if n < 0 {
			return
		}
		i += n
		end := i + 1
		for end < len(b) && b[end] >= '0' && b[end] <= '9' && end < i+3 {
			end++
		}
		place, ok := placeholder(b[i:end])
		if !ok {
			continue
		}
		left := bytes.TrimRight(b[:i], " ")
		if len(left) > 0 && left[len(left)-1] == '=' {
			if k, _, found := nameBefore(left, len(left)-1); found != nil && k.kind < user {
				t.bind(place, k.kind)
			}
		}
		if rest := b[end:]; t.binds[place] != Plain && bytes.HasPrefix(rest, []byte(" = '")) {
			start := end + len(" = '")
			f.value(b, span{start: start, end: start + endQuoted(b[start:], '\'', 0)}, t.binds[place], quoted)
		}
	}
}

// placeholder is the number of $1.
func placeholder(v []byte) (n int, ok bool) {
	if len(v) < 2 || len(v) > 3 || v[0] != '$' {
		return 0, len(v) == 1 && v[0] == '?'
	}
	for _, c := range v[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// numbered takes what password = ? says of a placeholder by its place among them.
func (t *tables) numbered(b []byte) {
	for i, n := 0, 1; ; n++ {
		at := bytes.IndexByte(b[i:], '?')
		if at < 0 {
			return
		}
		i += at + 1
		left := bytes.TrimRight(b[:i-1], " ")
		if len(left) == 0 || left[len(left)-1] != '=' {
			continue
		}
		if k, _, found := nameBefore(left, len(left)-1); found != nil && k.kind < user {
			t.bind(n, k.kind)
		}
	}
}

// bound masks what a log says of placeholders by their place: binding parameter [2] …, a
// list of parameters.
func (t *tables) bound(f *finder, b []byte) {
	if at := bytes.Index(b, []byte("inding parameter ")); at >= 0 {
		rest := b[at+len("inding parameter "):]
		digits := bytes.TrimLeft(rest, "([")
		n := 0
		for len(digits) > 0 && digits[0]-'0' <= 9 && n < maxColumns {
			n, digits = 10*n+int(digits[0]-'0'), digits[1:]
		}
		end := at + bytes.LastIndex(b[at:], []byte("]"))
		if stop := bytes.Index(b[at:], []byte("] --")); stop > 0 {
			end = at + stop
		}
		if start := bytes.LastIndexByte(b[:max(end, 0)], '[') + 1; start > at && t.binds[n] != Plain {
			f.value(b, span{start: start, end: end}, t.binds[n], bare)
		}
		return
	}
	at := bytes.Index(b, []byte("arameters"))
	if at < 0 {
		return
	}
	at += len("arameters")
	for at < len(b) && (b[at] == ':' || b[at] == ' ' || b[at] == '[') {
		at++
	}
	for n, c := range cellsOf(b[at:], ',') {
		if kind := t.binds[n+1]; kind != Plain {
			v := b[at+c[0] : at+c[1]]
			if open := bytes.LastIndexByte(v, '('); open > 0 && v[len(v)-1] == ')' { // its type
				v = v[:open]
			}
			f.value(b, span{start: at + c[0], end: at + c[0] + len(v)}, kind, bare)
		}
	}
}
