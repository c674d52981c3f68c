package redact

import (
	"bytes"
	"net/netip"
)

// What stands behind a key and is no secret: what a program says of a value, and
// what a diagnosis needs. It stays, whatever the key.

// random reports whether v looks as if a machine had made it: a word is none.
func random(v []byte) bool {
	digits, upper := 0, 0
	for _, c := range v {
		if c >= '0' && c <= '9' {
			digits++
		} else if c >= 'A' && c <= 'Z' {
			upper++
		}
	}
	return digits > 0 && digits < len(v) && bytes.IndexByte(v, ' ') < 0 || len(v) >= 20 && upper > 1
}

// evidence reports whether v, with rest behind it, is no value of the key found.
func evidence(k key, found, v, rest []byte) bool {
	if len(v) == 0 {
		return false
	}
	kinds := charsOf(v)
	switch {
	case kinds&beyondAddress == 0:
		if address(v) || (k.kind == Password || k.made) && amount(v) && counted(rest) || string(found) == "pass" && len(v) < shortMin && amount(v) {
			return true
		}
	case kinds&spaced != 0:
		head, _, _ := bytes.Cut(v, []byte(" "))
		if remark(v, rest) || amount(head) && counted(v[len(head):]) {
			return true
		}
	case kinds&beyondWords == 0:
		if k.made && identifier(v) {
			return true
		}
		if remark(v, rest) || state(v) || path(v) || k.made && grants[string(v)] {
			return true
		}
	case v[0] == '/' && string(found) == "pwd": // the shell's folder
		return true
	case v[0] == '$' || v[0] == '%' || v[0] == '?':
		return stands(v)
	case kinds&hasColon != 0 && plainURL(v):
		return true
	}
	return k.made && (errorCode(v) || product(v) || digest(v) || amount(v) || grants[string(v)])
}

// charsOf is what the characters of v rule out. Most values are neither words nor
// numbers from their first characters on: the rest is then looked at for two signs only.
func charsOf(v []byte) (kinds uint8) {
	for _, c := range v {
		if kinds |= evidenceChar[c]; kinds&beyondAddress != 0 && kinds&beyondWords != 0 {
			if bytes.IndexByte(v, ':') >= 0 {
				kinds |= hasColon
			}
			if bytes.IndexByte(v, ' ') >= 0 {
				kinds |= spaced
			}
			return kinds
		}
	}
	return kinds
}

// What a character of a value rules out.
const (
	beyondAddress = 1 << iota // it is of no address and no number
	beyondWords               // it is of no words
	hasColon
	spaced
)

var evidenceChar = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		if !isHex([]byte{b}) && bytes.IndexByte([]byte(".:[]"), b) < 0 {
			t[c] |= beyondAddress
		}
		if c >= 0x80 || !isLetter(b) && bytes.IndexByte([]byte(" '-.,;:!_"), b) < 0 {
			t[c] |= beyondWords
		}
		switch b {
		case ':':
			t[c] |= hasColon
		case ' ':
			t[c] |= spaced
		}
	}
	return t
}()

// has reports whether a set has a word, in whatever case.
func has(words map[string]bool, word []byte) bool {
	var low [16]byte
	if len(word) > len(low) {
		return false
	}
	for i, c := range word {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return words[string(low[:len(word)])]
}

// stands reports whether v stands for a value that is elsewhere: $1, ?, %s, ${NAME}.
func stands(v []byte) bool {
	_, ok := placeholder(v)
	return ok || string(v) == "%s" || v[0] == '$' && len(v) > 3 && v[1] == '{' && v[len(v)-1] == '}'
}

// remark reports whether v begins what a program says of a value, not the value:
// "Invalid password: too short".
func remark(v, rest []byte) bool {
	word, more, spaced := bytes.Cut(v, []byte(" "))
	if !spaced {
		if len(rest) < 2 || rest[0] != ' ' || !isLetter(rest[1]) {
			return false
		}
		more = rest[1:]
	}
	if has(verbs, word) {
		return plainWords(more)
	}
	return has(states, trimSigns(word)) && plainWords(more) || sentence(v)
}

// sentence reports whether v is three words and a full stop.
func sentence(v []byte) bool {
	return v[len(v)-1] == '.' && bytes.Count(v, []byte(" ")) > 1 && ordinary(v)
}

// plainWords reports whether the first word of b is one.
func plainWords(b []byte) bool {
	for i, c := range b {
		if c == ' ' || c == '.' || c == ',' || c == '"' || c == ':' {
			return i > 0
		}
		if !isLetter(c) && c != '\'' && c != '-' {
			return i > 0 && c < ' '
		}
	}
	return len(b) > 0
}

// state reports whether v says what has become of a value.
func state(v []byte) bool {
	t := trimSigns(v)
	return len(t) > 3 && has(states, t)
}

// trimSigns drops the signs behind a word.
func trimSigns(v []byte) []byte {
	for len(v) > 0 && !isAlnum(v[len(v)-1]) {
		v = v[:len(v)-1]
	}
	return v
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range bytes.Fields([]byte(words)) {
		out[string(w)] = true
	}
	return out
}

var (
	// verbs begin a remark of a value.
	verbs = set("too via is are was were must may might can cannot can't could should will would does doesn't did has have had not isn't wasn't of for in on at from by to no and or but the this that which if when unless with without contains needs requires")
	// states are what a program says has become of a value.
	states = set("invalid expired missing mismatch mismatched incorrect wrong unknown unset set present absent empty blank required optional unchanged changed updated rotated revoked rejected refused denied failed failure error accepted ok okay valid verified match matched unmatched disabled enabled deleted removed created found used unused unavailable available hidden masked omitted withheld given provided supplied unsupported malformed forbidden " +
		"chauthtok setcred account session auth") // the last: what PAM does (pam(3))
	// grants are the types of a sign-in (RFC 6749, RFC 8693, RFC 7523).
	grants = set("password client_credentials authorization_code refresh_token implicit bearer Bearer MAC basic Basic urn:ietf:params:oauth:grant-type:jwt-bearer urn:ietf:params:oauth:grant-type:token-exchange")
)

// plainURL reports whether v is an address of a page or a service without a password.
func plainURL(v []byte) bool {
	at := bytes.Index(v, []byte("://"))
	if at < 2 || at > 12 || bytes.IndexByte(v, '@') >= 0 || bytes.IndexByte(v, '=') >= 0 {
		return false
	}
	for _, c := range v[:at] {
		if !isAlnum(c) && c != '+' && c != '-' {
			return false
		}
	}
	return true
}

// address reports whether v is an IP address, with or without a port.
func address(v []byte) bool {
	if len(v) < 7 || len(v) > 47 || bytes.IndexByte(v, '.') < 0 && bytes.IndexByte(v, ':') < 0 {
		return false
	}
	if _, err := netip.ParseAddr(string(bytes.Trim(v, "[]"))); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(string(v))
	return err == nil
}

// errorCode reports whether v names an error: capitals and digits in at least
// three words (SSM_LICENSE_ERROR_4031), or small words (invalid_client).
func errorCode(v []byte) bool {
	words, letters, small := 1, 0, 0
	for i, c := range v {
		switch {
		case c == '_' || c == '-' || c == '.':
			if i == 0 || i == len(v)-1 || !isAlnum(v[i-1]) {
				return false
			}
			words++
		case c >= 'A' && c <= 'Z':
			letters++
		case c >= 'a' && c <= 'z':
			small++
		case c < '0' || c > '9':
			return false
		}
	}
	if small > 0 {
		return letters == 0 && words > 1 && !random(v)
	}
	return words > 2 && letters >= 3 || words > 1 && letters >= 3 && len(v) <= 12 && isLetter(v[0])
}

// product reports whether v is a protocol or a program with its version: HTTP/1.1.
func product(v []byte) bool {
	name, version, ok := bytes.Cut(v, []byte("/"))
	return ok && len(version) > 0 && len(bytes.Trim(version, "0123456789.")) == 0 && ordinary(name)
}

// path reports whether v names a class within others, or a setting: A::B, db.password.
func path(v []byte) bool {
	if at := bytes.Index(v, []byte("::")); at > 0 {
		return identifier(v)
	}
	return bytes.IndexByte(v, '.') > 0 && bytes.IndexByte(v, ' ') < 0 && keyOf(v).kind != Plain || bytes.IndexByte(v, '_') > 0 && len(bytes.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")) == 0 && keyOf(v).kind != Plain
}

// identifier reports whether v is a name in a program: a class, a file, a method.
func identifier(v []byte) bool {
	return (bytes.IndexByte(v, '.') > 0 || bytes.Contains(v, []byte("::")) || bytes.IndexByte(v, '_') > 0) && 3*changes(v) <= len(v)
}

// named reports whether v is a name of parts, as things are called, whose numbers end
// them: ssm-oauth2, PasswordEncoder2.encode.
func named(v []byte) bool {
	parts := false
	for i, c := range v {
		switch {
		case c == '-' || c == '_' || c == '.':
			parts = true
		case !isAlnum(c), isLetter(c) && i > 0 && v[i-1]-'0' <= 9:
			return false
		}
	}
	return parts
}

// faulty reports whether a name is that of a fault, and what stands behind it is its
// text: InvalidAuthenticityToken: …. The key found ends the name.
func faulty(name []byte, key int) bool {
	end := len(name) - key
	if end < 4 || key == 0 || !isCapital(name[end]) || !isLetter(name[end-1]) {
		return false
	}
	at := end
	for at > 0 && isLetter(name[at-1]) && (at == end || name[at] > 'Z') {
		at--
	}
	return end-at > 3 && isCapital(name[at]) && has(states, name[at:end])
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// digest reports whether v names the hash that it is.
func digest(v []byte) bool {
	name, _, ok := bytes.Cut(v, []byte(":"))
	if len(v) > 5 && len(v) < 24 && bytes.EqualFold(v[:3], []byte("sha")) && v[3]-'0' <= 9 { // the algorithm
		return true
	}
	return ok && (bytes.EqualFold(name, []byte("sha256")) || bytes.EqualFold(name, []byte("sha1")) || bytes.EqualFold(name, []byte("md5")) || bytes.EqualFold(name, []byte("sha512")))
}

// amount reports whether v is a number, with or without a unit: a time, a size.
func amount(v []byte) bool {
	t := bytes.TrimRight(v, "abcdefghijklmnopqrstuvwxyz%")
	return len(t) > 0 && len(v)-len(t) <= 3 && len(bytes.Trim(t, "0123456789.")) == 0
}

// counted reports whether what follows a number says what it counts.
func counted(rest []byte) bool {
	if len(rest) < 4 || rest[0] != ' ' {
		return false
	}
	word, _, _ := bytes.Cut(rest[1:], []byte(" "))
	return has(units, bytes.TrimRight(word, ".,;:)"))
}

var units = set("second seconds sec secs minute minutes min mins hour hours day days week weeks month months year years times characters chars bytes attempts tries fail failed fail: failed: skip")

// afterName is where the password begins in name/password or name:password.
func afterName(v []byte) int {
	at := bytes.IndexAny(v, "/:")
	if at < 1 || at+shortMin > len(v) || !isName(v[:at]) || random(v[:at]) {
		return 0
	}
	return at + 1
}

// joiners are the signs that stand within words and between them.
var joiners = func() (t [256]bool) {
	for _, c := range []byte(" \t-_.,:;'/()[]") {
		t[c] = true
	}
	return t
}()

// Classes of characters, to tell words from what a machine made.
const (
	small = iota
	capital
	digit
	sign
)

func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return small
	case c >= 'A' && c <= 'Z':
		return capital
	case c >= '0' && c <= '9':
		return digit
	}
	return sign
}

// changes counts how often v goes over from one class to another. That a word
// begins with a capital is no change.
func changes(v []byte) (n int) {
	for i := 1; i < len(v); i++ {
		a, b := classOf(v[i-1]), classOf(v[i])
		if a != b && !(a == capital && b == small && (i == 1 || classOf(v[i-2]) != small)) {
			n++
		}
	}
	return n
}

// ordinary reports whether v is a word or a phrase as logs are made of: letters
// and what joins them. It is masked where its key stands, and tells nothing
// elsewhere.
func ordinary(v []byte) bool {
	for _, c := range v {
		if c >= '0' && c <= '9' || c < 0x80 && !isLetter(c) && !joiners[c] {
			return false
		}
	}
	return 2*changes(v) < len(v)
}

// mixed reports whether v has letters of both cases and digits.
func mixed(v []byte) bool {
	var has [sign + 1]bool
	for _, c := range v {
		has[classOf(c)] = true
	}
	return has[small] && has[capital] && has[digit]
}

// tells reports whether a part has a digit or a sign: letters alone may be a word.
func tells(part []byte) bool {
	for _, c := range part {
		if !isLetter(c) && !joiners[c] {
			return true
		}
	}
	return false
}
