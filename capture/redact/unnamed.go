package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"

	"syncscope/capture/redact/cmdline"
)

// shapes finds secrets that no name gives away but their shape: what stands behind an
// authentication scheme, in a URL, in a key log.
type shapes struct{ *finder }

// commands finds those of command lines.
type commands struct{ *finder }

// shapeReach is how far before a secret that has no key its shape may begin.
const shapeReach = 160

// schemes are the words before credentials in an Authorization header (RFC
// 7235), of which the next word is all.
var schemes = [][]byte{[]byte("bearer "), []byte("basic "), []byte("token "), []byte("negotiate "), []byte("ntlm ")}

func schemeAt(b []byte) int {
	for _, s := range schemes {
		if len(b) > len(s) && bytes.EqualFold(b[:len(s)], s) {
			return len(s)
		}
	}
	return 0
}

// credentials are the value of an Authorization header: its scheme stays.
func (f shapes) credentials(b []byte, start, end int, open bool) int {
	n := schemeAt(b[start:end])
	if n == 0 && open && schemeAt(append(bytes.Clone(b[start:end]), "  "...)) > 0 {
		f.waits = true // the credentials stand on the next line
		return start
	}
	if n == 0 {
		if evidence(key{kind: Authorization}, nil, b[start:end], b[end:]) {
			return start
		}
		return f.add(span{start: start, end: end, kind: Authorization, open: open}, b, bare)
	}
	at := start + n
	for at < end && b[at] == ' ' {
		at++
	}
	stop := at + endBare(b[at:end], false)
	return f.credential(b, at, stop, b[start]|0x20 == 'b' && b[start+1]|0x20 == 'a', stop == len(b))
}

// credential is what stands behind Basic or Bearer. Basic's holds a password,
// which is a secret wherever it stands.
func (f shapes) credential(b []byte, start, end int, basic, open bool) int {
	kind := AccessToken
	if basic {
		kind = Authorization
		if pair, ok := decode64(b[start:end]); ok {
			if c := bytes.IndexByte(pair, ':'); c >= 0 && c+1 < len(pair) {
				f.spans = append(f.spans, span{start: -1, end: -1, kind: Password, val: pair[c+1:], open: open})
			}
		}
	}
	return f.add(span{start: start, end: end, kind: kind, open: open}, b, bare)
}

func (f shapes) scheme(b []byte, i int) int {
	if i+12 > len(b) || i > 0 && isAlnum(b[i-1]) {
		return i
	}
	basic := b[i+1]|0x20 == 'a'
	if !basic && b[i+1]|0x20 != 'e' {
		return i
	}
	word := schemes[0]
	if basic {
		word = schemes[1]
	}
	if b[i+len(word)-1] != ' ' || !bytes.EqualFold(b[i:i+len(word)], word) {
		return i
	}
	start := i + len(word)
	end := start + endBare(b[start:], false)
	if eq := bytes.IndexByte(b[start:end], '='); eq > 0 && start+eq+1 < end && b[start+eq+1] != '=' && assigned(b[start:end]) { // the next name
		return i
	}
	if end-start < 8 || !random(b[start:end]) && !bytes.HasSuffix(b[start:end], []byte("=")) {
		return i
	}
	return f.credential(b, start, end, basic, end == len(b))
}

// cookieWords are the attributes of Set-Cookie (RFC 6265, 4.1.1).
var cookieWords = map[string]bool{"path": true, "domain": true, "expires": true, "maxage": true, "samesite": true, "version": true, "comment": true, "priority": true}

// cookies masks the value of each.
func (f shapes) cookies(b []byte, at, end int, open bool) int {
	for at < end {
		stop := end
		if n := bytes.IndexByte(b[at:end], ';'); n >= 0 {
			stop = at + n
		}
		if eq := bytes.IndexByte(b[at:stop], '='); eq >= 0 {
			name := bytes.ReplaceAll(bytes.ToLower(bytes.TrimSpace(b[at:at+eq])), []byte("-"), nil)
			if !cookieWords[string(name)] {
				f.add(span{start: at + eq + 1, end: stop, kind: Cookie, open: open && stop == end}, b, bare)
			}
		}
		at = stop + 1
	}
	return end
}

// webToken: eyJ… is base64 of {" (RFC 7519).
func (f shapes) webToken(b []byte, i int) int {
	if i < 2 || b[i-1] != 'y' || b[i-2] != 'e' {
		return i
	}
	start, end := i-2, i
	dots := 0
	for end < len(b) && (isAlnum(b[end]) || b[end] == '-' || b[end] == '_' || b[end] == '.' || b[end] == '=') {
		if b[end] == '.' {
			dots++
		}
		end++
	}
	if dots == 0 || end-start <= 20 {
		if end == len(b) && f.from < 0 {
			f.from = start
		}
		return end
	}
	return f.add(span{start: start, end: end, kind: AccessToken, open: end == len(b)}, b, bare)
}

// userinfo: scheme://user:password@host (RFC 3986, 3.2.1).
func (f shapes) userinfo(b []byte, start int) int {
	end := start
	for end < len(b) && b[end] > ' ' && bytes.IndexByte([]byte(`/"'<>?\,;)}`), b[end]) < 0 {
		end++
	}
	host := b[start:end]
	a := bytes.LastIndexByte(host, '@')
	c := bytes.IndexByte(host, ':')
	switch {
	case a > 0 && c >= 0 && c < a:
		if port := host[c+1 : a]; a > c+1 && (len(bytes.Trim(port, "0123456789")) > 0 || !address(host[:c])) { // an address and its port are no name and password
			f.add(span{start: start + c + 1, end: start + a, kind: Password}, b, bare)
		}
		return start + a
	case a >= 16 && random(host[:a]):
		return f.add(span{start: start, end: start + a, kind: AccessToken}, b, bare)
	case a < 0 && end == len(b) && c > 0 && host[0] != '[' && len(bytes.Trim(host[c+1:], "0123456789")) > 0:
		return f.add(span{start: start + c + 1, end: end, kind: Password, open: true}, b, bare) // cut before its @
	}
	return start
}

// flag looks at what begins with a dash: curl's -u and
// every --name whose name is a key.
func (f commands) flag(b []byte, i int) int {
	if i+1 < len(b) && b[i+1] == '-' && (i > 0 && b[i-1] == '-' || i+2 < len(b) && b[i+2] == '-') {
		f.dashes = true
		for i+1 < len(b) && b[i+1] == '-' {
			i++
		}
		return i + 1
	}
	if i > 0 && b[i-1] != ' ' && b[i-1] != '\'' && b[i-1] != '"' && b[i-1] != '\t' || i+2 >= len(b) || b[i+1] == ' ' {
		return i
	}
	if found := cmdline.Flag(b, i); len(found) > 0 {
		return f.command(b, i, found)
	}
	end := i + 1
	for end < len(b) && end-i < maxKey && (isAlnum(b[end]) || b[end] == '-' || b[end] == '_') {
		end++
	}
	if end < len(b) && i > 0 && b[end] == b[i-1] && b[i-1] != ' ' { // an argument among others, each in quotes
		if k, _, found := nameBefore(b, end); found != nil && k.kind < user {
			return f.argumentAt(b, end+1, k, i)
		}
	}
	if end >= len(b) || b[end] != ' ' && b[end] != '=' {
		if b[i+1] == 'u' && end < len(b) && b[end] == ':' { // -uname:password
			return f.userPair(b, i+2)
		}
		return i
	}
	switch name := string(b[i:end]); name {
	case "-u", "-U", "--user", "--proxy-user", "--auth", "-E", "--cert", "-auth":
		return f.userPair(b, end+1)
	case "--oauth2-bearer":
		return f.keyed(b, end+1, key{kind: AccessToken}, []byte("bearer"), place{name: i, delim: ' '})
	case "-b", "--cookie":
		start, stop, _, open := value(b, end+1, Cookie, place{name: i, delim: ' '})
		return shapes(f).cookies(b, start, stop, open)
	}
	if end < len(b) && b[end] == '=' {
		return i // as every key
	}
	k, _, found := nameBefore(b, end)
	if found == nil || k.kind >= user {
		return i
	}
	k.min, k.made = 0, false
	return f.keyed(b, end+1, k, found, place{name: i, delim: ' '})
}

// argumentAt masks the argument behind the one that ends before i: a2="…".
func (f commands) argumentAt(b []byte, i int, k key, name int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == ',' || b[i] == 'a' || b[i]-'0' <= 9 || b[i] == '=') {
		i++
	}
	if i >= len(b) || b[i] != b[name-1] || i+1 < len(b) && b[i+1] == '-' {
		return name
	}
	end := i + 1 + endQuoted(b[i+1:], b[i], 0)
	return f.value(b, span{start: i + 1, end: end, open: end == len(b)}, k.kind, quoted)
}

// slash looks at a flag of Windows: a word and no path.
func (f commands) slash(b []byte, i int) int {
	end := i + 1
	for end < len(b) && end-i < 16 && isLetter(b[end]) {
		end++
	}
	if end < len(b) && b[end] != ' ' && b[end] != ':' && b[end] != '"' {
		return i
	}
	return f.command(b, i, cmdline.Flag(b, i))
}

// command masks what a command line gives away.
func (f commands) command(b []byte, i int, found []cmdline.Secret) int {
	for _, s := range found {
		if s.Name != "" {
			if k, _, key := nameBefore([]byte(s.Name), len(s.Name)); key == nil || k.kind >= user {
				continue
			}
		}
		sp := span{start: s.Start, end: s.End, kind: Password, open: s.End == len(b)}
		if v := b[s.Start:s.End]; s.Hex {
			said := make([]byte, len(v)/2)
			_, _ = hex.Decode(said, v) // all are digits
			if at := bytes.IndexByte(said, s.Pair); at >= 0 {
				said = said[at+1:]
			}
			f.spans = append(f.spans, span{start: s.Start, end: s.End, kind: Password, val: said})
			continue
		} else if s.Pair != 0 {
			at := bytes.IndexByte(v, s.Pair)
			if at < 0 && s.Start > 0 && s.End+1 < len(b) && b[s.End] == b[s.Start-1] && b[s.End+1] == s.Pair { // "name":"password"
				return f.userPair(b, s.Start-1)
			}
			if at < 0 || sp.end-sp.start-at < 2 {
				continue
			}
			sp.start += at + 1
		}
		f.add(sp, b, bare)
	}
	return i
}

// reader looks for the program that reads passwords whose name ends at i: chpasswd,
// pwd's beside it is a key.
func (f commands) reader(b []byte, i int) int {
	if i > 0 && b[i-1] == 's' && i+1 < len(b) && b[i+1] == 'd' {
		f.command(b, i, cmdline.Stdin(b, i+2))
	}
	return prose(f).behind(b, i)
}

// userPair masks the password of name:password.
func (f commands) userPair(b []byte, i int) int {
	start, end, fm, open := value(b, i, Plain, place{delim: ' '})
	c := bytes.IndexByte(b[start:end], ':')
	if c < 0 && fm == quoted && end+2 < len(b) && b[end+1] == ':' { // "name":"password"
		start, end, fm, open = value(b, end+2, Plain, place{delim: ' '})
		return f.add(span{start: start, end: end, kind: Password, open: open}, b, fm)
	}
	if c <= 0 || bytes.HasPrefix(b[start+c+1:], []byte("//")) || len(bytes.Trim(b[start+c+1:end], "0123456789")) == 0 && end-start-c < 5 { // nor a URL
		return i
	}
	return f.add(span{start: start + c + 1, end: end, kind: Password, open: open}, b, fm)
}

// proof is the client's in the last message of SCRAM (RFC 5802, 7): c=…,r=…,p=…. i is
// the = behind its name.
func (f shapes) proof(b []byte, i int) int {
	if !bytes.Contains(b[max(0, i-reach):i], []byte(",r=")) {
		return i
	}
	end := i + 1 + endBare(b[i+1:], false)
	if end-i < 2*gramLen {
		return i
	}
	return f.add(span{start: i + 1, end: end, kind: Authorization, open: end == len(b)}, b, bare)
}

// rule is a password in the rules of a user of Redis: ACL SETUSER ann on >…. i is the
// sign before it.
func (f shapes) rule(b []byte, i int) int {
	if i == 0 || b[i-1] != ' ' && b[i-1] != '"' || i+1 == len(b) || !isAlnum(b[i+1]) {
		return i
	}
	before := b[max(0, i-reach):i]
	if !bytes.Contains(before, []byte("SETUSER")) && !(bytes.Contains(before, []byte(" on ")) && bytes.Contains(before, []byte("user "))) {
		return i
	}
	end := i + 1 + endBare(b[i+1:], false)
	return f.add(span{start: i + 1, end: end, kind: Password, open: end == len(b)}, b, bare)
}

// keyLog: LABEL random secret (the NSS key log format).
func (f shapes) keyLog(b []byte, i int) int {
	rest := b[i+1:]
	if !bytes.HasPrefix(rest, []byte("RANDOM ")) && !bytes.HasPrefix(rest, []byte("SECRET ")) && !bytes.HasPrefix(rest, []byte("SECRET_")) {
		return i
	}
	sp := bytes.IndexByte(rest[:min(len(rest), 12)], ' ')
	if sp < 0 {
		return i
	}
	first := i + 1 + sp + 1
	end := first + hexRun(b[first:])
	if end >= len(b)-1 { // cut before the secret
		for f.from = i; f.from > 0 && (isAlnum(b[f.from-1]) || b[f.from-1] == '_'); {
			f.from--
		}
		return i
	}
	if end-first < 32 || end >= len(b) || b[end] != ' ' {
		return i
	}
	stop := end + 1 + hexRun(b[end+1:])
	return f.add(span{start: end + 1, end: stop, kind: TLSSecret, open: stop == len(b)}, b, bare)
}

// rsaLine: "RSA premaster secret", the same format's oldest.
func (f shapes) rsaLine(b []byte, i int) int {
	if !bytes.HasPrefix(b[i:], []byte("RSA ")) {
		return i
	}
	first := i + 4
	end := first + hexRun(b[first:])
	if end-first != 16 || end >= len(b) || b[end] != ' ' {
		return i
	}
	stop := end + 1 + hexRun(b[end+1:])
	return f.add(span{start: end + 1, end: stop, kind: TLSSecret, open: stop == len(b)}, b, bare)
}

func hexRun(b []byte) int {
	n := 0
	for n < len(b) && hexDigit[b[n]] {
		n++
	}
	return n
}

// decode64 decodes base64 of either alphabet, padded or not.
func decode64(b []byte) ([]byte, bool) {
	b = bytes.TrimRight(b, "=")
	b = b[:len(b)-len(b)%4+map[int]int{0: 0, 1: 0, 2: 2, 3: 3}[len(b)%4]]
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(b, "-_") {
		enc = base64.RawURLEncoding
	}
	out := make([]byte, enc.DecodedLen(len(b)))
	n, err := enc.Decode(out, b)
	return out[:n], err == nil && n > 0
}
