package redact

import (
	"bytes"
	_ "embed" // keys.txt
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// key is a name whose value is a secret.
type key struct {
	kind  Kind
	min   int  // the least length of a value
	whole bool // nothing may be grown on to the name's front without a separator
	made  bool // the value must look as if a machine had made it
	inner bool // it is looked for in quotes alone
	colon bool // ... or before a colon
}

// keys are the names of keys.txt.
var keys = func() map[string]key {
	out := map[string]key{}
	for _, f := range dataLines(keysText) {
		k := key{kind: kindCalled[f[1]]}
		for _, word := range f[2:] {
			switch n, err := strconv.Atoi(word); {
			case word == "whole":
				k.whole = true
			case word == "made":
				k.made = true
			case word == "quoted":
				k.inner = true
			case word == "colon":
				k.colon = true
			case err == nil:
				k.min = n
			}
		}
		out[f[0]] = k
	}
	return out
}()

//go:embed keys.txt
var keysText string

// dataLines are the words of each line of a data file.
func dataLines(text string) (out [][]string) {
	for l := range strings.Lines(text) {
		if f := strings.Fields(l); len(f) > 1 && f[0] != "#" {
			out = append(out, f)
		}
	}
	return out
}

// Kinds of keys that are no secrets, but matter.
const (
	user     Kind = 100 + iota // names a person: hidden with privacy only
	names                      // {"name": "client_secret", "value": …}: HAR, Postman, Java properties
	holds                      // "value" there
	mayHold                    // what is a value there, and mostly something else
	tuple                      // auth=('name', 'password') of Python's requests
	hostKey                    // names a host
	owner                      // names whom the key before it belongs to: senha do usuário
	harmless                   // what a name that is no key names
)

// credentials is a password, or name/password.
const credentials = user - 1

// kindCalled gives the kinds by the names that keys.txt uses.
var kindCalled = func() map[string]Kind {
	out := map[string]Kind{"user": user, "names": names, "holds": holds, "mayhold": mayHold, "tuple": tuple, "host": hostKey, "whose": owner, "credentials": credentials}
	for k := ClientID; k < User; k++ {
		out[k.String()] = k
	}
	return out
}()

// foldBits is how many bits of a letter tell it from others, without its case.
const foldBits = 5

func fold3(a, b, c byte) uint {
	const m = 1<<foldBits - 1
	return uint(a&m)<<(2*foldBits) | uint(b&m)<<foldBits | uint(c&m)
}

// ending is a key as it is looked up: by its last two letters.
type ending struct {
	name []byte
	key  key
}

// endings finds keys by their last two letters, folded: most words before a
// value end like none, and need no second look.
var endings = func() (t [1 << (2 * foldBits)][]ending) {
	for name, k := range keys {
		at := fold3(0, name[len(name)-2], name[len(name)-1])
		t[at] = append(t[at], ending{[]byte(name), k})
	}
	for _, of := range t {
		slices.SortFunc(of, func(a, b ending) int { return len(b.name) - len(a.name) })
	}
	return t
}()

// lookup finds the longest key that name ends with. bounds has a bit for each
// character before which a separator stood.
func lookup(name []byte, bounds uint64) (key, []byte) {
	n := len(name)
	if n < 2 {
		return key{}, nil
	}
	of := endings[fold3(0, name[n-2], name[n-1])]
	for i := range of {
		e := &of[i]
		if k := len(e.name); k <= n && e.name[0] == name[n-k] && bytes.HasSuffix(name, e.name) && (!e.key.whole || bounds&(1<<(n-k)) != 0) {
			return e.key, e.name
		}
	}
	return key{}, nil
}

// keyOf is the key that a value such as "client_secret" is, if it is one.
func keyOf(v []byte) key {
	k, _, _ := nameBefore(v, len(v))
	return k
}

// phrase is the key that text says and nothing else, in one word or a few: Client
// Secret, New password.
func phrase(text []byte) (key, bool) {
	if len(text) < 2 || len(text) > maxPhrase || noKey(text, len(text)-1) {
		return key{}, false
	}
	k, start, found := nameBefore(text, len(text))
	if found == nil || k.kind >= user {
		return key{}, false
	}
	for _, c := range text[:start] {
		if !isLetter(c) && c != ' ' && c != '_' && c != '-' {
			return key{}, false
		}
	}
	return k, true
}

// maxPhrase is the longest phrase that is a key.
const maxPhrase = 28

// maxKey is the longest key, and maxQuotes the most quotes, escapes and blanks
// behind it.
const (
	maxKey    = 40
	maxQuotes = 10
)

// behindKey are the quotes, escapes and blanks that may stand behind a key.
var behindKey = [256]bool{'"': true, '\'': true, '\\': true, ' ': true, '\t': true, ']': true, '`': true, '*': true, '_': true, '~': true, '.': true}

// aside are the ends of what may stand between a key and its delimiter.
var aside = [256]bool{')': true, ']': true, '>': true, '}': true, ' ': true}

// beforeAside is where what stands between a key and its delimiter begins, if b ends with
// such: Password (new):, User-Password(2):, Password [admin]:, <b>client_secret</b>:.
func beforeAside(b []byte) int {
	b = bytes.TrimRight(b, " ")
	end := len(b)
	if end < 4 {
		return -1
	}
	from := max(0, end-maxKey)
	var open int
	switch b[end-1] {
	case ')':
		open = bytes.LastIndexByte(b[from:], '(')
	case '}':
		if open = bytes.LastIndexByte(b[from:], '{'); open > 0 && has(marks, b[from+open+1:end-1]) {
			return from + open
		}
		return -1
	case ']':
		open = bytes.LastIndexByte(b[from:], '[')
	case '>':
		if open = bytes.LastIndexByte(b[from:], '<'); open >= 0 && from+open+1 < end && b[from+open+1] == '/' {
			return from + open
		}
		return -1
	}
	if open <= 0 {
		return -1
	}
	in := b[from+open+1 : end-1]
	if b[end-1] == ')' && (len(in) < 3 || ordinary(in)) && !bytes.ContainsAny(in, `"'=:<`) {
		return from + open
	}
	if len(in) == 0 || !isLetter(in[0]) || bytes.ContainsAny(in, `"'=:< `) {
		return -1
	}
	return from + open
}

// nameBefore finds the key that ends before i, and where its name begins.
// Quotes, escapes and blanks between the two are skipped.
func nameBefore(b []byte, i int) (k key, start int, found []byte) {
	if k, start, found = nameAt(b, i); k.kind == owner {
		return ofWhom(b, start)
	} else if found != nil && k.kind != mayHold || i < 4 {
		return k, start, found
	}
	switch {
	case aside[b[i-1]]:
		if at := beforeAside(b[:i]); at > 0 {
			if k, start, found = nameAt(b, at); !k.made || bytes.IndexByte(b[at:i], ' ') < 0 || bytes.HasSuffix(b[:i], []byte(" ")) {
				return k, start, found
			}
			return key{}, 0, nil
		}
		if at := bytes.LastIndexByte(b[max(0, i-maxQuotes):i], '['); at > 0 && i < len(b) && b[i] == '=' && amount(b[max(0, i-maxQuotes)+at+1:i-1]) { // password[0]=
			return nameAt(b, max(0, i-maxQuotes)+at)
		}
	case b[i-1] == 's' && bytes.HasSuffix(b[:i], []byte(" is")): // password is: …
		return nameAt(b, i-3)
	case b[i-1] == ' ':
		if rest, word := lastWord(b[max(0, i-maxKey):i]); len(rest) > 2 && (has(gives, word) || has(wraps, word)) { // password is = …, var password string = …
			if of, at, name := nameAt(b, max(0, i-maxKey)+len(rest)-1); name != nil || found == nil {
				return of, at, name
			}
		}
	}
	return k, start, found
}

// ofWhom finds the key before a noun that begins at i and says whose it is, with or
// without the words between the two: senha do usuario, password dell'utente.
func ofWhom(b []byte, i int) (k key, start int, found []byte) {
	rest := b[max(0, i-maxKey):i]
	if at := bytes.LastIndexByte(rest, '\''); at > 0 && at == len(rest)-1 { // dell'utente
		rest = rest[:at]
	}
	for n := 0; n < 3 && len(rest) > 2; n++ {
		rest = bytes.TrimRight(rest, " ")
		if k, start, found = nameAt(rest, len(rest)); found != nil {
			if k.kind >= user {
				break
			}
			return k, max(0, i-maxKey) + start, found
		}
		before, word := lastWord(rest)
		if len(word) == 0 || len(word) > 5 {
			break
		}
		rest = before
	}
	return key{}, 0, nil
}

// apartNumber are the signs that part a name from its number.
var apartNumber = [256]bool{'_': true, '.': true, '-': true, ' ': true, '#': true, ':': true}

// nameAt is nameBefore, where nothing stands beside the name.
func nameAt(b []byte, i int) (k key, start int, found []byte) {
	j := i - 1
	if noKey(b, j) {
		return key{}, 0, nil
	}
	for j > 1 && i-j < maxKey && b[j] == ' ' && b[j-1] == ' ' { // settings in columns
		j--
	}
	i = j + 1
	for j >= 0 && i-j <= maxQuotes && (behindKey[b[j]] || b[j] == '[' && j+1 < i && b[j+1] == ']' || b[j] == ':' && j+1 == i) { // secret[]= and secret := too
		j--
	}
	for j >= 0 && i-j <= maxQuotes && b[j] >= '0' && b[j] <= '9' { // password2
		j--
	}
	if j > 1 && j+1 < i && apartNumber[b[j]] && b[j+1]-'0' <= 9 { // password_2, password.0, Key 2, Password #2, Tunnel-Password:0
		if j--; b[j+1] == '#' && b[j] == ' ' {
			j--
		}
	}
	if j < 1 || !isLetter(b[j]) || endings[fold3(0, b[j-1], b[j])] == nil && isLetter(b[j-1]) || b[j-1]-'0' <= 9 { // no key has a digit
		return key{}, 0, nil
	}
	var name [maxKey]byte
	var bounds uint64 // counted from the end, turned below
	n := 0
	for ; j >= 0 && n < maxKey && i-j < 2*maxKey; j-- {
		c := b[j]
		switch {
		case c-'a' <= 'z'-'a': // nearly all are
			name[maxKey-1-n] = c
			n++
			continue
		case isLetter(c):
			// A capital behind a small letter begins a word: clientSecret.
			if c <= 'Z' && (j == 0 || b[j-1] < 'A' || b[j-1] > 'Z') {
				bounds |= 1 << n
			}
			name[maxKey-1-n] = c | 0x20
			n++
			continue
		case c >= '0' && c <= '9':
			name[maxKey-1-n] = c
			n++
			continue
		case n > 0 && (c == '_' || c == '-' || c == '.' || c == '$'):
			bounds |= 1 << (n - 1)
			continue
		}
		break
	}
	if n == 0 {
		return key{}, 0, nil
	}
	bounds |= 1 << (n - 1)
	if k, found = lookup(name[maxKey-n:], bits.Reverse64(bounds)>>(64-n)); (found == nil || k.made || k.inner || k.kind >= user) && n < 8 && j > 2 && b[j] == ' ' && isLetter(b[j-1]) {
		if two, at, longer := twoWords(b, j, name[maxKey-n:]); longer != nil {
			return two, at, longer
		}
	}
	return k, j + 1, found
}

// twoWords: "Client ID" and "API key" are keys as well.
func twoWords(b []byte, i int, last []byte) (k key, start int, found []byte) {
	if n := len(last); n > 1 && !slices.ContainsFunc(endings[fold3(0, last[n-2], last[n-1])], func(e ending) bool {
		return len(e.name) > n && bytes.HasSuffix(e.name, last)
	}) {
		return key{}, 0, nil
	}
	var name [maxKey]byte
	at := maxKey - copy(name[maxKey-len(last):], last)
	j := i - 1
	for ; j >= 0 && at > 0 && (isLetter(b[j]) || b[j] == '-'); j-- {
		if b[j] != '-' { // one-time code
			at--
			name[at] = b[j] | 0x20
		}
	}
	k, found = lookup(name[at:], 1)
	if len(found) <= len(last) {
		found = nil
	}
	return k, j + 1, found
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || isLetter(c) }

// AsksSecret reports whether a question asks for a secret by its words, in any of the
// languages of the keys: Verification code, 비밀번호.
func AsksSecret(question Text) bool {
	for v, more := (view{b: []byte(question.s)}), true; more; v, more = unescape(v) {
		for i := 1; i <= len(v.b); i++ {
			if !isLetter(v.b[i-1]) || i < len(v.b) && (isAlnum(v.b[i]) || v.b[i] == '#') { // nor a token
				continue
			}
			if k, _, found := nameAt(v.b, i); found != nil && (k.kind < user || string(found) == "code") {
				return true
			}
		}
	}
	return false
}

// Own makes words of our own safe that repeat what somebody typed, such as an error
// of the command line: each word passes by itself, so that none is taken for the value
// of the one before. What was typed with blanks in it passes whole.
func Own(text string, typed ...string) string {
	gate := New()
	for _, t := range typed {
		if strings.ContainsAny(t, " \t") {
			text = strings.ReplaceAll(text, t, gate.Foreign(t).String())
		}
	}
	words := strings.Fields(text)
	for i, w := range words {
		end := len(strings.TrimRight(w, ":;,.)"))
		words[i] = gate.Foreign(w[:end]).String() + gate.Foreign(w[end:]).String()
	}
	return strings.Join(words, " ")
}
