package redact

import (
	"bytes"

	"syncscope/capture/redact/cmdline"
)

// Values that words and signs part from their key, and not a delimiter alone: what a
// statement, a listing, a call or a sentence puts between the two. Such a value may be
// shorter than what a sentence gives away, for its key is looked for first.

// gap is what may stand between a key and its value.
type gap struct {
	at    int  // where the value begins
	quote byte // ... in this quote; 0: in none
	bound bool // a word or a number says how the value is kept, or a binder follows
	words int  // how many stood there
	done  bool // ... one of what was done to the value: it is what a binder gives
}

const (
	maxGap   = 64 // the longest gap
	maxSigns = 8  // the most signs in a row in it, but for a leader of dots
)

// behind looks for the value behind the key in whose name i is, and for one that a
// sentence gives before it.
func (f prose) behind(b []byte, i int) int {
	end := i + 1
	for end < len(b) && end-i < maxKey && isLetter(b[end]) {
		end++
	}
	if end < len(b) && b[end] == '=' || end+1 < len(b) && b[end] == ':' && b[end+1] != ':' { // a delimiter is looked at by itself
		return i
	}
	k, name, found := nameAt(b, end)
	if found == nil || k.kind >= user || k.whole && k.made || end == len(b) && name == 0 || isValue(b, name) || end < len(b) && b[end] == '#' && tokenAt(b[end-len(found):]) > 0 {
		return i
	}
	if end+1 < len(b) && (b[end] == '-' || b[end] == '.' || b[end] == '/') && isAlnum(b[end+1]) && !(b[end] == '.' && bytes.IndexByte(b[end:min(len(b), end+maxKey)], '(') > 0) { // a longer name
		return i
	}
	f.before(b, name, end, k)
	start, stop, g := f.bounds(b, end)
	if !f.worth(b[start:stop], b[stop:], k, found, g) {
		if start, stop = asCommand(b, name, end); k.kind != Password || !f.worth(b[start:stop], b[stop:], k, found, gap{}) {
			return i
		}
	}
	return f.add(span{start: start, end: stop, kind: k.kind, open: stop == len(b), behind: name + 1}, b, bare)
}

// bounds are those of the value behind a key that ends at i, and what parts the two; none:
// something else stands there.
func (f prose) bounds(b []byte, i int) (start, stop int, g gap) {
	g, ok := f.gap(b, i)
	if !ok {
		return 0, 0, g
	}
	start = g.at
	stop = start + endBare(b[start:min(len(b), start+glance)], false)
	if stop == start+glance && g.quote == 0 && random(b[start:stop]) {
		stop = start + endBare(b[start:], false)
	}
	if g.quote != 0 {
		start++
		stop = start + endQuoted(b[start:], g.quote, 0)
	}
	return start, start + len(bytes.TrimRight(b[start:stop], ".!?,;:)]}>")), g
}

// isValue reports whether what begins at i is a value itself: grant_type=password&….
func isValue(b []byte, i int) bool {
	at := i
	for at > 0 && (b[at-1] == '"' || b[at-1] == '\'' || b[at-1] == '\\') {
		at--
	}
	if at < i && at > 1 && b[at-1] == ' ' {
		at--
	}
	return at > 0 && (b[at-1] == '=' || b[at-1] == ':')
}

// worth reports whether v is a value by its looks alone: what a machine or a careful
// person made, no name, no date, no address.
func (f prose) worth(v, rest []byte, k key, found []byte, g gap) bool {
	if len(v) < max(gramLen, k.min) || !random(v) || bytes.IndexByte(v, ' ') >= 0 || tokenAt(v) > 0 || recordStart(append(v[:len(v):len(v)], "        "...)) {
		return false
	}
	if bytes.HasPrefix(v, []byte("0x")) || bytes.ContainsAny(v, "/\\(){}<>\"'") && !mixed(v) || bytes.ContainsAny(v, "(){}<>\"'`") && g.quote == 0 {
		return false
	}
	if eq := bytes.IndexByte(v, '='); eq > 0 && len(bytes.Trim(v[eq:], "=")) > 0 && assigned(v) { // the next name
		return false
	}
	if g.quote == 0 && !g.bound && named(v) {
		return false
	}
	return !evidence(key{kind: k.kind, made: true}, found, v, rest)
}

// gap goes over what stands behind the key that ends at i.
func (f prose) gap(b []byte, i int) (g gap, ok bool) {
	signs, far := 0, min(len(b), i+maxGap)
	for at := i; at < far; {
		switch c := b[at]; {
		case c == ' ' || c == '\t' || c == '.' && at+1 < far && (b[at+1] == '.' || b[at-1] == '.'):
			at++
		case c == '"' || c == '\'' || c == '`':
			if f.opensValue(b, at) {
				g.at, g.quote = at, c
				return g, g.apart(b, i)
			}
			at, signs = at+1, signs+1
		case c == '(' || c == '[':
			n := bracketed(b[at:far])
			if n < 0 {
				return g, false
			}
			if n > 0 {
				g.bound = true
			}
			at, signs = at+max(n, 1), signs+1
		case isAlnum(c):
			n := g.word(b[at:far])
			if n == 0 {
				g.at = at
				return g, g.apart(b, i)
			}
			at, signs = at+n, 0
		case gapSign[c] && signs < maxSigns && (c != '%' || at+1 < far && b[at+1] == ' '): // nor an escape
			at, signs = at+1, signs+1
		default:
			return g, false
		}
	}
	return g, false
}

// gapSign are the signs that may stand in a gap.
var gapSign = func() (t [256]bool) {
	for _, c := range []byte(".,;|<>-~=:^{}*?!#+%") {
		t[c] = true
	}
	return t
}()

// apart reports whether something parts the value from its key that is no delimiter
// with quotes and blanks around it: that is looked at by itself.
func (g gap) apart(b []byte, i int) bool {
	between := bytes.Trim(b[i:g.at], " \t\"'")
	if g.done && !bytes.ContainsAny(between, ":=") {
		return false
	}
	return g.words > 0 || len(between) == 0 && g.at > i || len(between) > 0 && (between[0] != ':' && between[0] != '=' && between[0] != '>' || bytes.HasPrefix(between, []byte("::")))
}

// opensValue reports whether the quote at i opens a string that can be a value.
func (f prose) opensValue(b []byte, i int) bool {
	rest := b[i+1 : min(len(b), i+1+tailOpen/16)]
	n := endQuoted(rest, b[i], 0)
	return n >= gramLen && n < len(rest) && random(rest[:n]) && bytes.IndexByte(rest[:n], ' ') < 0
}

// bracketed is the length of a remark in brackets and of the binder behind it, Password
// (case sensitive): …, or of the number of an attribute, User-Password [2] 18 …; 0: the
// bracket wraps the value, -1: it is the number of a process.
func bracketed(b []byte) int {
	end := bytes.IndexAny(b[1:], ")]")
	if end < 0 {
		return 0
	}
	in := b[1 : end+1]
	rest := b[end+2:]
	switch n := len(rest) - len(bytes.TrimLeft(rest, " \t")); {
	case len(in) > 0 && len(bytes.Trim(in, "0123456789")) == 0:
		if len(rest) == 0 || rest[0] != ' ' {
			return -1
		}
		return end + 2
	case n < len(rest) && (rest[n] == ':' || rest[n] == '=') && !random(in):
		return end + 3 + n
	}
	return 0
}

// word is the length of what may stand at b's front between a key and its value: a word
// that says how the value is kept, one that gives it, or whose it is with a binder.
func (g *gap) word(b []byte) int {
	n := 0
	for n < len(b) && (isAlnum(b[n]) || b[n] == '-') {
		n++
	}
	if n == len(b) {
		return 0
	}
	g.words++
	word, rest := b[:n], b[n:]
	switch {
	case rest[0] == ' ' && keeps(word):
		g.bound = true
		return n
	case rest[0] == ' ' && has(changed, word):
		g.done = true
		return n
	case (rest[0] == ' ' || rest[0] == ':') && (g.done && string(word) == "to" || has(gives, word) || has(fills, word)), rest[0] == ':' && has(changed, word), rest[0] == '.' && has(fills, word):
		return n
	case rest[0] == ' ' && has(whose, word):
		if at := binder(rest); at > 0 {
			g.bound = true
			return n + at
		}
	case has(states, word) && (bytes.HasPrefix(rest, []byte(": '")) || bytes.HasPrefix(rest, []byte(": \""))): // did not match: "…"
		return n
	case rest[0] == '(' && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''): // password.equals("…")
		return n + 1
	}
	g.words--
	return 0
}

// binder is where the : or = behind some words ends, if nothing but words is before it.
func binder(b []byte) int {
	for i, c := range b[:min(len(b), maxKey)] {
		switch {
		case (c == ':' || c == '=') && i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == '\t'):
			return i + 1
		case !isAlnum(c) && bytes.IndexByte([]byte(" @.-_,'\":/"), c) < 0 && c < 0x80:
			return 0
		}
	}
	return 0
}

var (
	// fills may stand before or behind the word that gives a value.
	fills = set("did does not e now should will must shall default no nr still equals s")
	// whose are the words before what a value is for.
	whose = set("for of fur fuer pour para von de del di voor")
)

// before masks what a sentence gives before its key, whose name begins at name: … as the
// password, … is the password.
func (f prose) before(b []byte, name, end int, k key) {
	if end < len(b) && (isAlnum(b[end]) || b[end] == ' ' && end+1 < len(b) && isAlnum(b[end+1])) || name < gramLen+3 || b[name-1] != ' ' {
		return
	}
	rest, word := lastWord(b[max(0, name-maxGap):name])
	for n := 0; n < 2 && has(articles, word); n++ {
		rest, word = lastWord(rest)
	}
	if w := string(word); w != "as" && w != "is" {
		return
	}
	rest = bytes.TrimRight(rest, " \"'`")
	at := bytes.LastIndexAny(rest, " \"'`") + 1
	v := rest[at:]
	if start := max(0, name-maxGap) + at; len(v) >= gramLen && (at > 0 || name < maxGap) && f.worth(v, nil, k, nil, gap{}) && !f.masks(start, start+len(v)) {
		f.add(span{start: start, end: start + len(v), kind: k.kind}, b, bare)
	}
}

// articles stand before a key.
var articles = set("the a my our your its new client")

// maxStatement is the longest line that is looked through as a statement.
const maxStatement = 120

// statement masks the short values of a configuration's statement: a line of words and
// nothing that binds them.
func (f prose) statement(b []byte) {
	for at := 0; at < len(b); {
		for at < len(b) && wordEnd[b[at]] {
			at++
		}
		end := at
		for end < len(b) && !wordEnd[b[end]] {
			end++
		}
		if v := b[at:end]; at > 0 && len(v) >= gramLen && (len(v) < proseMin && random(v) || isHex(v) && len(v)%2 == 0 && typed(b[:at])) {
			f.stated(b, at, end)
		}
		at = max(end, at+1)
	}
}

// stated masks b[start:end] if the words before say that it is a secret: what stands
// behind the number of how it is kept may be of digits alone.
func (f prose) stated(b []byte, start, end int) {
	if !typed(b[:start]) || !isHex(b[start:end]) {
		f.said(b, start, end)
		return
	}
	if k, name, found := proseKey(b[:start]); found != nil && k.kind < user && k.kind != Plain && !f.masks(start, end) {
		f.add(span{start: start, end: end, kind: k.kind, open: end == len(b), behind: name + 1}, b, bare)
	}
}

// typed reports whether b ends with the number or the method of how a value is kept.
func typed(b []byte) bool {
	_, word := lastWord(b)
	return len(word) == 1 && word[0]-'0' <= 9 || len(word) > 1 && isLetter(word[0]) && keeps(word)
}

// Names and passwords that words, a program or a function say somebody signs in with.

// signsIn masks the password of ann/… and ann:…, whose sign is at i, if the words before
// say that somebody signs in with it, or a host stands behind it as in ann:…@db.
func (f prose) signsIn(b []byte, i, end int) bool {
	name := i
	for name > 0 && i-name < maxKey && (isAlnum(b[name-1]) || bytes.IndexByte([]byte("_-.\\@"), b[name-1]) >= 0) {
		name--
	}
	v := b[i+1 : end]
	if name == i || !isLetter(b[name]) || name > 0 && !wordEnd[b[name-1]] && !(b[name-1] == ':' && name > 1 && isLetter(b[name-2])) || bytes.HasPrefix(v, []byte("/")) {
		return false
	}
	stop := end
	if at := bytes.LastIndexByte(v, '@'); at >= gramLen && isName(bytes.Trim(v[at+1:], "/")) || at >= gramLen && bytes.HasPrefix(v[at+1:], []byte("//")) {
		stop = i + 1 + at
	}
	if bytes.IndexByte(b[i+1:stop], '/') >= 0 {
		return false
	}
	if v = b[i+1 : stop]; len(v) < gramLen || !mixed(v) || !(b[i] == ':' && (stop < end || bytes.IndexByte(b[name:i], '@') > 0)) && !signIns(b[:name]) || evidence(key{kind: Password, made: true}, nil, v, b[stop:]) || f.masks(i+1, stop) {
		return false
	}
	f.add(span{start: i + 1, end: stop, kind: Password, open: stop == len(b)}, b, bare)
	return true
}

// signIns reports whether b ends with words that say that somebody signs in: login
// with, connect as, auth failed for.
func signIns(b []byte) bool {
	for range maxWords {
		b = bytes.TrimRight(b, " :=(\"'")
		var word []byte
		if b, word = lastWord(b); has(signingIn, word) {
			return true
		} else if len(word) > 0 && word[0] == '-' {
			continue
		} else if !has(signingWords, word) {
			return false
		}
	}
	return false
}

// argument masks the value at start if it is one of a program, or of a function.
func (f prose) argument(b []byte, start int) {
	switch quote := b[start-1] == '"' || b[start-1] == '\''; {
	case quote && (b[start-2] == '(' || b[start-2] == ',' || b[start-3] == ','):
		commands(f).command(b, start, cmdline.Call(b, start-1))
	case b[start-1] == ' ' || quote && b[start-2] == ' ':
		if _, word := lastWord(b[:start]); len(word) > 1 && has(subcommands, word) {
			commands(f).command(b, start, cmdline.Placed(b, start))
		}
	}
}

var (
	// signingIn are words behind which a name and a password may stand, signingWords what
	// may stand between.
	signingIn    = set("login logon logins signin log logging logged sign signing signed connect connects connecting connected authenticate authenticating authenticated auth user username account credentials credential creds using bind binding userid exp imp expdp impdp sqlldr sqlplus rman")
	signingWords = set("in on as with to by for of failed succeeded denied rejected ok error the account user")
)
