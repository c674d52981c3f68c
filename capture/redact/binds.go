package redact

import (
	"bytes"
	"slices"
)

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

// nextPlaceholder is where the next ? from i on stands that is a placeholder; -1: none
// does. That of a URL is none.
func nextPlaceholder(b []byte, i int) int {
	for ; ; i++ {
		n := bytes.IndexByte(b[i:], '?')
		if n < 0 {
			return -1
		}
		if i += n; (i == 0 || !isAlnum(b[i-1])) && (i+1 == len(b) || !isAlnum(b[i+1])) {
			return i
		}
	}
}

// placeholders is how many placeholders b has that are a ?.
func placeholders(b []byte) (n int) {
	for i := nextPlaceholder(b, 0); i >= 0; i = nextPlaceholder(b, i+1) {
		n++
	}
	return n
}

// numbered takes what password = ? says of a placeholder by its place among them.
func (t *tables) numbered(b []byte) {
	for i, n := nextPlaceholder(b, 0), 1; i >= 0; i, n = nextPlaceholder(b, i+1), n+1 {
		left := bytes.TrimRight(b[:i], " ")
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
	at := -1
	for _, word := range []string{"arameters", "args=", "args:", "binds", "-- ["} {
		if n := bytes.LastIndex(b, []byte(word)); n >= 0 {
			at = n + len(word)
			break
		}
	}
	if end := len(bytes.TrimRight(b, " \r")) - 1; at < 0 && end > 0 && (b[end] == ']' || b[end] == ')') { // a list that ends the line behind its statement
		if last := bytes.LastIndexByte(b, '?') + 1; last > 0 {
			if n := bytes.IndexAny(b[last:], "[("); n > 0 && b[last+n-1] == ' ' {
				at = last + n
			}
		}
	}
	if at < 0 {
		return
	}
	for at < len(b) && (b[at] == ':' || b[at] == ' ' || b[at] == '[' || b[at] == '(') {
		at++
	}
	for n, c := range cellsOf(b[at:], ',') {
		if kind := t.binds[n+1]; kind != Plain {
			v := bytes.TrimRight(b[at+c[0]:at+c[1]], "]'")
			if open := bytes.LastIndexByte(v, '('); open > 0 && v[len(v)-1] == ')' { // its type
				v = v[:open]
			}
			f.value(b, span{start: at + c[0], end: at + c[0] + len(v)}, kind, bare)
		}
	}
}

// columnsBefore are the keys of the columns whose list ends before i: INSERT INTO t (…)
// VALUES, SET (…) = (…). false: none ends there.
func columnsBefore(b []byte, i int) ([]key, bool) {
	b = bytes.TrimRight(b[:i], " \t")
	if len(b) == 0 || b[len(b)-1] != ')' {
		return nil, false
	}
	start := bytes.LastIndexByte(b, '(')
	if start < 0 {
		return nil, false
	}
	return columns(b[start+1 : len(b)-1]), true
}

// columnsBehind are those of a list that stands behind its rows: (VALUES (…)) AS s (…).
func columnsBehind(b []byte, i int) ([]key, bool) {
	for end, n := len(b), 0; end > i && n < maxWords; n++ {
		start := bytes.LastIndexByte(b[i:end], '(')
		if start < 0 {
			break
		}
		end = i + start
		n := bytes.IndexByte(b[end:], ')')
		if n < 0 || bytes.ContainsAny(b[end:end+n], "'\"") {
			continue
		}
		if rest, alias := lastWord(b[i:end]); len(alias) > 0 && len(rest) > 0 {
			if keys := columns(b[end+1 : end+n]); slices.ContainsFunc(keys, secret) {
				return keys, true
			}
		}
	}
	return nil, false
}

// columns are the keys that the names of a list are.
func columns(list []byte) []key {
	keys := []key{}
	for _, c := range cellsOf(list, ',') {
		name := bytes.Trim(list[c[0]:c[1]], "`\"[] ")
		k, _, found := nameBefore(name, len(name))
		if found == nil || k.kind >= user {
			k = key{}
		}
		keys = append(keys, k)
	}
	return keys
}

// secret reports whether a column holds secrets.
func secret(k key) bool { return k.kind != Plain }

// assigned masks the values that a statement assigns to a list of columns, whose = is at i,
// or tells of them: SET (name, password) = ('ann', '…'), Key (password)=(…).
func (f nameValue) assigned(b []byte, i int) int {
	if b[i-1] != ')' && (b[i-1] != ' ' || b[i-2] != ')') {
		return i
	}
	rest := bytes.TrimLeft(b[i+1:min(len(b), i+maxGap)], " ")
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("ROW")), []byte("row"))
	if len(rest) == 0 || rest[0] != '(' {
		return i
	}
	keys, ok := columnsBefore(b[max(0, i-reach):i], min(i, reach))
	if !ok || !slices.ContainsFunc(keys, secret) {
		return i
	}
	start := i + 1 + bytes.IndexByte(b[i+1:], '(') + 1
	end := start + bytes.LastIndexByte(b[start:min(len(b), start+reach)], ')')
	if end < start {
		return i
	}
	for n, c := range cellsOf(b[start:end], ',') {
		v := b[start:end][c[0]:c[1]]
		if n < len(keys) && secret(keys[n]) && len(v) >= max(1, keys[n].min) && (!keys[n].made || random(v)) {
			f.value(b, span{start: start + c[0], end: start + c[1]}, keys[n].kind, quoted)
		}
	}
	return i
}

// inStatement reports whether v stands for a value in a statement b: ?, @p0, :password.
func inStatement(b, v []byte) bool {
	switch {
	case len(v) == 1:
		return v[0] == '?'
	case v[0] != '@' && v[0] != ':' || len(v) > maxName || !wordOnly(v[1:]):
		return false
	}
	for _, verb := range []string{"UPDATE ", "update ", "INSERT ", "insert ", "WHERE ", "where "} {
		if bytes.Contains(b[:min(len(b), glance)], []byte(verb)) {
			return true
		}
	}
	return false
}

// maxName is the length of the longest name of a placeholder.
const maxName = 24

func wordOnly(v []byte) bool {
	for _, c := range v {
		if !isAlnum(c) && c != '_' {
			return false
		}
	}
	return true
}

// called takes what password = @p0 says of a placeholder that has a name, and masks what
// @p0 = '…' says of it.
func (t *tables) called(f *finder, b []byte) {
	for i := 1; i < len(b); i++ {
		if b[i] != '@' && b[i] != ':' || b[i-1] != ' ' && b[i-1] != '=' && b[i-1] != '[' && b[i-1] != ',' {
			continue
		}
		end := i + 1
		for end < len(b) && end-i < maxName && (isAlnum(b[end]) || b[end] == '_') {
			end++
		}
		name := string(b[i:end])
		if left := bytes.TrimRight(b[:i], " "); len(name) > 1 && len(left) > 0 && left[len(left)-1] == '=' {
			if k, _, found := nameBefore(left, len(left)-1); found != nil && k.kind < user && len(t.namedBinds) < maxColumns {
				t.bind(0, k.kind)
				if t.namedBinds == nil {
					t.namedBinds = map[string]Kind{}
				}
				t.namedBinds[name] = k.kind
			}
			continue
		}
		kind := t.namedBinds[name]
		rest := bytes.TrimLeft(b[end:], " ")
		if kind == Plain || len(rest) == 0 || rest[0] != '=' {
			continue
		}
		rest = bytes.TrimPrefix(bytes.TrimLeft(rest[1:], " "), []byte("N"))
		if len(rest) > 0 && (rest[0] == '\'' || rest[0] == '"') {
			start := len(b) - len(rest) + 1
			f.value(b, span{start: start, end: start + endQuoted(b[start:], rest[0], 0)}, kind, quoted)
		}
	}
}

// asCommand is the place of the word behind a name, if the key between name and end is one
// of several words that are a command's, or a = follows: set_password ann …, PASSWORD
// elastic = ….
func asCommand(b []byte, name, end int) (start, stop int) {
	if end+2 >= len(b) || b[end] != ' ' {
		return 0, 0
	}
	rest := b[end+1 : min(len(b), end+maxGap)]
	n := bytes.IndexByte(rest, ' ')
	if n < 2 || !isName(rest[:n]) || has(verbs, rest[:n]) || has(states, rest[:n]) || bytes.IndexByte(rest[:n], ':') >= 0 {
		return 0, 0
	}
	start = end + n + 2
	if bytes.HasPrefix(rest[n:], []byte(" = ")) {
		if start += 2; !mixed(b[start : start+endBare(b[start:], false)]) {
			return 0, 0
		}
	} else if !bytes.ContainsAny(b[name:end], "_-") {
		return 0, 0
	}
	if start < len(b) && (b[start] == '\'' || b[start] == '"') {
		return start + 1, start + 1 + endQuoted(b[start+1:], b[start], 0)
	}
	return start, start + endBare(b[start:], false)
}

// by are the words behind which a statement says what somebody is identified by.
var by = set("by as using")

// identified reports whether b ends with IDENTIFIED WITH and a method, or VIA.
func identified(b []byte) bool {
	rest, method := lastWord(b)
	rest, with := lastWord(rest)
	_, word := lastWord(rest)
	return len(method) > 0 && (bytes.EqualFold(with, []byte("with")) || bytes.EqualFold(with, []byte("via"))) && bytes.EqualFold(word, []byte("identified"))
}
