package redact

import (
	"bytes"
	"strings"

	"syncscope/capture/redact/cmdline"
)

// proseMin is the shortest value that is masked behind words alone.
const proseMin = 12

// proseChar are the characters of values that a machine made.
var proseChar = func() (t [256]bool) {
	for c := range 256 {
		t[c] = isAlnum(byte(c)) && c < 0x80 || bytes.IndexByte([]byte("-_.~+/!@#$%^&*"), byte(c)) >= 0
	}
	return t
}()

// prose finds what words give away.
type prose struct{ *finder }

// all masks a value that a machine made behind a key and words: "passwd S",
// "enable secret 0 S", "password for user admin is S".
func (f prose) all(b []byte) {
	last, masked := -1, 0
	found := f.spans
	if f.taken != nil { // by what was looked at before all was found
		f.taken = nil
	}
	for _, at := range f.words {
		if at < last {
			continue
		}
		if masked < len(found) {
			for masked < len(found) && found[masked].end <= at {
				last = max(last, found[masked].end)
				masked++
			}
			if masked < len(found) && found[masked].start >= 0 && found[masked].start <= at { // its key gave it away
				last = found[masked].end
				continue
			}
		}
		last = f.word(b, at, max(last, 0))
	}
	if f.taken != nil {
		f.taken = nil
	}
	f.last(b)
}

// last looks at the word at b's end, of which a page may have cut more than is left.
func (f prose) last(b []byte) {
	start := len(b)
	if start <= gramLen || met(load8(b[start-gramLen:]))&(inWord*each) != inWord*each { // at a glance
		return
	}
	for start > 0 && len(b)-start < proseMin && proseChar[b[start-1]] {
		start--
	}
	if v := b[start:]; len(v) >= gramLen && len(v) < proseMin && start > 2 && loose[b[start-1]] && !(b[start-1] == ' ' && noProseKey(b, start-2)) && mixed(v) {
		f.said(b, start, len(b))
	}
}

// word looks at the word that at is in, of which nothing before last is of use; it
// gives where to go on. What lies behind at need not be looked at where the word's
// beginning tells that it is no value: what goes on from there is none either.
func (f prose) word(b []byte, at, last int) int {
	start := at
	for start > last+1 && pairs[uint16(b[start-2])|uint16(b[start-1])<<8]&inWord != 0 {
		start -= 2
	}
	if start > last && proseChar[b[start-1]] {
		start--
	}
	before := byte(' ')
	if start > 0 {
		before = b[start-1]
	}
	switch {
	case before == '}' && hashed(b, start):
	case !loose[before], start == last && last > 0, start+proseMin > len(b), !proseChar[b[start+proseMin-1]]:
		return at
	case start > 4 && before != ':' && isLetter(b[start-2]) && b[start-2] != 's' && noProseKey(b, start-2) && (!isLetter(b[start]) || bytes.IndexByte(b[start:min(len(b), start+maxKey)], '/') < 0):
		return at // no key, nor an is, stands before it or begins it
	case before == '[' && start > 4 && b[start-2] == ' ' && b[start-3] == ']':
		return at // nor behind a bracket that closes
	}
	end, seen := start, uint8(0)
	for end+1 < len(b) {
		of := pairs[uint16(b[end])|uint16(b[end+1])<<8]
		if of&inWord == 0 {
			break
		}
		seen |= of
		end += 2
	}
	if end < len(b) && proseChar[b[end]] {
		seen |= pairs[uint16(b[end])|uint16(b[end])<<8]
		end++
	}
	if seen&lettered == 0 || seen&digited == 0 && end-start < 20 { // an address, a word
		return end
	}
	if end-start < proseMin || seen&digited == 0 && !capitals(b[start:end]) {
		return end
	}
	if before == '}' {
		return f.add(span{start: start, end: end, kind: Password, open: end == len(b)}, b, bare)
	}
	if slash := bytes.IndexByte(b[start:min(end, start+maxKey)], '/'); slash > 0 && end-start-slash > proseMin { // password/…
		if at := bytes.IndexByte(b[start+slash:end], '@') - 1; at >= gramLen && isName(b[start:start+slash]) && bytes.IndexByte(b[start+slash+1:end], '/') < 0 && mixed(b[start+slash+1:start+slash+1+at]) && !f.masks(start, end) { // ann/…@db
			f.add(span{start: start + slash + 1, end: start + slash + 1 + at, kind: Password}, b, bare)
			return end
		}
		if k, name, found := nameBefore(b[start:start+slash], slash); found != nil && name == 0 && k.kind < user {
			f.said(b, start+slash+1, end)
			return end
		}
		if f.signsIn(b, start+slash, end) {
			return end
		}
	}
	if before == ':' && start > 1 && isAlnum(b[start-2]) && f.signsIn(b, start-1, end) {
		return end
	}
	f.said(b, start, end)
	return end
}

// capitals reports whether v has two: all that makes a long word random that has no
// digit.
func capitals(v []byte) bool {
	n := 0
	for _, c := range v {
		if c-'A' <= 'Z'-'A' {
			if n++; n > 1 {
				return true
			}
		}
	}
	return false
}

// said masks b[start:end] if the words before it say that it is a secret.
func (f prose) said(b []byte, start, end int) {
	k, name, found := proseKey(b[:start])
	if found == nil && start > 2 {
		f.argument(b, start)
	}
	if found == nil || tokenAt(b[start:end]) > 0 || k.kind >= user || k.kind == Plain || k.whole && k.made || end-start < k.min || f.masks(start, end) || evidence(key{kind: k.kind, made: true}, found, b[start:end], b[end:]) {
		return
	}
	f.add(span{start: start, end: end, kind: k.kind, open: end == len(b)}, b, bare)
	if end == len(b) && (f.from < 0 || f.from > name) {
		f.from = name
	}
}

// is looks for a value behind the is of a sentence that a key begins: what has a digit
// or a sign in it, of whatever length.
func (f prose) is(b []byte, i int) int {
	if i+3 >= len(b) || b[i+2] != ' ' {
		return i
	}
	if word, _, _ := bytes.Cut(b[i+3:], []byte(" ")); !tells(word) {
		return i
	}
	start, end, fm, open := value(b, i+3, Password, place{name: i, delim: ' '})
	if fm == bare {
		end = start + len(bytes.TrimRight(b[start:end], ".!?:"))
	}
	v := b[start:end]
	if len(v) < isMin || !tells(v) || bytes.IndexByte(v, ' ') >= 0 {
		return i
	}
	k, name, found := inSentence(b[:i+2])
	if found == nil || k.kind >= user || len(v) < k.min || k.made && !random(v) || evidence(k, found, v, b[end:]) {
		return i
	}
	return f.add(span{start: start, end: end, kind: k.kind, open: open, behind: name + 1}, b, fm)
}

// isMin is the length of the shortest value that a sentence gives.
const isMin = 4

// proseKey finds the key that the words at b's end tell the value of.
func proseKey(b []byte) (key, int, []byte) {
	for len(b) > 0 && opens[b[len(b)-1]] {
		b = b[:len(b)-1]
	}
	if bytes.HasSuffix(b, []byte(" .")) { // Lisp's pairs
		b = b[:len(b)-2]
	}
	t := b
	for len(t) > 0 && weak[t[len(t)-1]] && len(b)-len(t) < maxQuotes {
		t = t[:len(t)-1]
	}
	if len(t) < len(b) && len(t) > 0 {
		if k, name, found := nameBefore(t, len(t)); found != nil && k.kind < user {
			return k, name, found
		}
		switch b[len(b)-1] {
		case ':', '=':
			return keyOfWhom(t)
		case '/':
			return keyOfLogin(t)
		}
	}
	return inSentence(b)
}

// keyOfWhom finds it where a colon or a = ends words that say whose it is: Password for
// ann:, SET PASSWORD FOR ann =, a password is generated for root@localhost:.
func keyOfWhom(t []byte) (key, int, []byte) {
	from := max(0, len(t)-maxKey)
	for _, of := range whoseWords {
		at := bytes.LastIndex(t[from:], of)
		if at < 0 {
			continue
		}
		for b, n := t[:from+at], 0; n < maxWords; n++ {
			if k, name, found := nameBefore(b, len(b)); found != nil && (k.kind == Password || k.kind == ClientSecret) {
				return k, name, found
			}
			var word []byte
			if b, word = lastWord(b); !has(changed, word) && !has(gives, word) {
				break
			}
		}
	}
	return key{}, 0, nil
}

// keyOfLogin finds it in login ann / ….
func keyOfLogin(t []byte) (key, int, []byte) {
	at := bytes.LastIndexByte(t, ' ')
	if at < 1 || !isName(t[at+1:]) {
		return key{}, 0, nil
	}
	if signIns(t[:at]) {
		return key{kind: Password}, at + 1, t[at+1:]
	}
	t = bytes.TrimRight(t[:at], ":= ")
	if k, name, found := nameBefore(t, len(t)); found != nil && (k.kind == user || k.kind == credentials) {
		return key{kind: Password}, name, found
	}
	return key{}, 0, nil
}

// whoseWords part a key from whom or what it is for.
var whoseWords = bytes.Split([]byte(" for | of | fur | pour | para | FOR | do | dla | od | za | til | for | voor | van | von | per | от | для | к | від | до "), []byte("|"))

// maxWords is how many words may stand between a key and its value.
const maxWords = 6

// inSentence finds it in what is no label: the last word, behind which may stand how the
// value is kept (enable secret 5 …, auth sha …), or some words before one that gives
// the value (password for ann is …, password set to …).
func inSentence(b []byte) (key, int, []byte) {
	gave, kept := false, true
	var inClear []byte
	for range maxWords {
		rest, word := lastWord(b)
		switch {
		case !gave && len(word) > 0 && !isAlnum(word[len(word)-1]):
			return key{}, 0, nil
		case len(word) == 0:
			if !bytes.HasSuffix(rest, []byte("->")) || gave {
				if len(inClear) > 0 && bytes.HasSuffix(rest, []byte("=")) { // login = cleartext …
					before, _ := lastWord(rest[:len(rest)-1])
					return key{kind: Password}, len(before), inClear
				}
				return key{}, 0, nil
			}
			b = rest[:len(rest)-2]
			continue
		case has(gives, word):
			gave, kept, b = true, false, rest
			continue
		case moves(rest, word):
			gave, kept, b = true, false, rest
			continue
		case kept && keeps(word) && string(word) != "PLAIN":
			if has(clearly, word) {
				inClear = word
			}
			b = rest
			continue
		case kept && has(by, word) && identified(rest):
			return key{kind: Password}, len(rest), word
		}
		if gave {
			word = bytes.TrimRight(word, ",:")
		}
		if len(word) == 0 || !isAlnum(word[len(word)-1]) {
			return key{}, 0, nil
		}
		end := len(rest) + bytes.Index(b[len(rest):], word) + len(word)
		if k, name, found := nameBefore(b, end); found != nil && k.kind < user {
			return k, name, found
		}
		if kept && has(statementKeys, word) && (statement(b) || end < len(b) && string(word) == "key") { // key 7 …
			return key{kind: ClientSecret}, end - len(word), word
		}
		if !gave {
			return key{}, 0, nil
		}
		b = rest
	}
	return key{}, 0, nil
}

// lastWord is the word at b's end, and what stands before it.
func lastWord(b []byte) (rest, word []byte) {
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t' || b[len(b)-1] == '"' || b[len(b)-1] == '\'') {
		b = b[:len(b)-1]
	}
	at := len(b)
	for at > 0 && len(b)-at < reach && !wordEnd[b[at-1]] {
		at--
	}
	return b[:at], b[at:]
}

var (
	// gives are words behind which a value stands, in the languages of the keys.
	gives = set("is was are be equals expected got lautet ist war est es jest e")
	// subcommands are words of command lines behind which one stands.
	subcommands = set(strings.Join(cmdline.Subcommands(), " "))
	// changed are what is done to a value.
	changed = set("change update changed set reset rotated updated generated created been has new")
	// kept are the ways in which a configuration keeps a value.
	kept = set("md5 sha sha1 sha256 hmac-sha2-256 aes des 3des ascii ascii-text hex local remote encrypted cleartext clear-text plain plain-text plaintext hidden cipher irreversible-cipher text level write read reg_sz reg_expand_sz")
	// statementKeys are keys in the statements of a router's configuration alone, and
	// statements are what such a statement begins with.
	// routers are those of them that are no words elsewhere.
	routers       = set("radius-server tacacs-server aaa-server server-private isakmp ikev1 ikev2 snmp-server standby vrrp glbp hsrp nhrp pre-shared-key message-digest-key server-key")
	statementKeys = set("key server-key informs traps auth priv authentication version community")
	statements    = set("radius radius-server tacacs tacacs-server aaa-server server-private crypto isakmp ikev1 ikev2 snmp-server snmp standby vrrp glbp hsrp isis ospf bgp ntp ip ipv6 neighbor ppp pre-shared-key area key address router wlan dot11")
)

// clearly are those of a value that is kept as it is.
var clearly = set("cleartext clear-text plaintext plain-text clear")

// keeps reports whether a word says how the value behind it is kept: the number of a
// key or a method, a method's name.
func keeps(word []byte) bool {
	if len(word) <= 3 && len(bytes.Trim(word, "0123456789")) == 0 || string(word) == "2c" {
		return true
	}
	return has(kept, word[bytes.LastIndexByte(word, '-')+1:]) || has(kept, word)
}

// statement reports whether b ends with the beginning of a statement of a router's
// configuration: behind its prompt, behind what a log puts before it, or alone.
func statement(b []byte) bool {
	b = b[max(0, len(b)-reach):]
	for _, before := range []string{"# ", "#", ": ", "| ", "> "} {
		if at := bytes.LastIndex(b, []byte(before)); at >= 0 {
			b = b[at+len(before):]
		}
	}
	word, _, _ := bytes.Cut(bytes.TrimLeft(b, " \t"), []byte(" "))
	if has(statements, word) {
		return true
	}
	for n := 0; n < 2*maxWords && len(b) > 0; n++ { // behind other words
		if b, word = lastWord(b); has(routers, word) {
			return true
		}
	}
	return false
}

// opens may stand before a value, weak between it and its key.
var (
	opens = [256]bool{' ': true, '\t': true, '"': true, '\'': true, '`': true, '(': true, '{': true, '[': true, '*': true, '>': true, '<': true}
	weak  = [256]bool{'~': true, ' ': true, '\t': true, '-': true, ',': true, ';': true, '|': true, '/': true, '>': true, '=': true, ':': true}
)

// loose are what may stand before a value.
var loose = func() (t [256]bool) {
	for c := range 256 {
		t[c] = behindKey[c] && !proseChar[c] || opens[c] || weak[c] && c != '='
	}
	return t
}()

// wordEnd marks what stands between words.
var wordEnd = func() (t [256]bool) {
	for _, c := range []byte(" \t\"'[(<>|=,;") {
		t[c] = true
	}
	return t
}()
