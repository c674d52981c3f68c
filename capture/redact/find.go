package redact

import (
	"bytes"
)

// span is a secret's place in a line.
type span struct {
	start, end int
	kind       Kind
	cutOf      string // the token to show, where the value itself is cut
}

// block is what goes on from one line to the next.
type block struct{ pem bool }

// keys are names whose value is a secret, without case and without - and _.
var keys = map[string]Kind{
	"clientid": ClientID, "clientsecret": ClientSecret, "secret": ClientSecret, "apikey": ClientSecret, "sharedsecret": ClientSecret,
	"password": Password, "passwd": Password, "pwd": Password, "passphrase": Password, "jpassword": Password, "passcode": Password,
	"accesstoken": AccessToken, "refreshtoken": AccessToken, "idtoken": AccessToken, "xxsrftoken": AccessToken, "xsrftoken": AccessToken, "csrftoken": AccessToken, "xauthtoken": AccessToken, "authtoken": AccessToken,
	"jsessionid": Cookie, "sessionid": Cookie, "licenginesession": Cookie, "cookie": Cookie, "setcookie": Cookie,
	"masterkey": TLSSecret, "psk": TLSSecret, "resumptionpsk": TLSSecret, "sessionidctx": TLSSecret,
	"code":          AccessToken,
	"authorization": Authorization, "proxyauthorization": Authorization,
}

// hints are parts of which each line with a secret has at least one, in lower
// case; lines without any are clean at the cost of a scan.
var hints = [][]byte{
	[]byte("client"), []byte("secret"), []byte("passw"), []byte("pwd"), []byte("passphrase"), []byte("passcode"), []byte("token"),
	[]byte("session"), []byte("cookie"), []byte("key"), []byte("psk"), []byte("auth"), []byte("eyj"), []byte("bearer"), []byte("basic"),
	[]byte("-----"), []byte("://"), []byte("random"), []byte("ticket"), []byte("curl"), []byte("code="),
}

// lowered is b in lower case, byte for byte: bytes.ToLower may change the
// length, and places found in one must be places in the other.
func lowered(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

// foldBits is how many bits of a letter tell it from others, without its case.
const foldBits = 5

// begins marks the first three letters of every hint, folded: a line is looked
// through once, and hardly any place needs a second look.
var begins = func() (bits [1 << (3 * foldBits) / 64]uint64) {
	for _, h := range hints {
		k := fold3(h[0], h[1], h[2])
		bits[k/64] |= 1 << (k % 64)
	}
	return bits
}()

func fold3(a, b, c byte) uint {
	const m = 1<<foldBits - 1
	return uint(a&m)<<(2*foldBits) | uint(b&m)<<foldBits | uint(c&m)
}

// mayHold reports whether one of the hints stands in b, in whatever case.
func mayHold(b []byte) bool {
	for i := 0; i+3 <= len(b); i++ {
		k := fold3(b[i], b[i+1], b[i+2])
		if begins[k/64]&(1<<(k%64)) != 0 && hintAt(b[i:]) {
			return true
		}
	}
	return false
}

func hintAt(b []byte) bool {
	for _, h := range hints {
		if len(b) >= len(h) && bytes.EqualFold(b[:len(h)], h) {
			return true
		}
	}
	return false
}

// find gives the places of a line's secrets, by their keys and their shapes,
// in order and without overlap.
func find(b []byte, bl *block) []span {
	if sp, inside := pem(b, bl); inside {
		return sp
	}
	if !mayHold(b) {
		return nil
	}
	lower := lowered(b)
	var spans []span
	for i := 0; i < len(b); i++ {
		n := delimiter(b, i)
		if n == 0 {
			continue
		}
		name := keyBefore(lower, i)
		kind, ok := keys[name]
		if !ok {
			continue
		}
		start, end := value(b, i+n, kind, n > 1)
		if name == "code" && end-start < codeMin { // a status, not an authorization code
			continue
		}
		if end > start && !isToken(b[start:]) && !sourceMasked(b[start:end]) {
			spans = append(spans, span{start: start, end: end, kind: kind})
			i = end - 1
		}
	}
	spans = append(spans, shapes(b, lower)...)
	return tidy(spans)
}

// delimiter is the length of what stands between key and value at i: = : > or
// an encoded =, 0 if there is none.
func delimiter(b []byte, i int) int {
	switch b[i] {
	case '=', ':', '>':
		return 1
	case '%':
		for _, enc := range []string{"%3D", "%3d", "%253D", "%253d", "%25253D", "%25253d"} {
			if bytes.HasPrefix(b[i:], []byte(enc)) {
				return len(enc)
			}
		}
	}
	return 0
}

// codeMin is the least length of an OAuth authorization code (RFC 6749, 4.1.2,
// leaves it open): what is shorter behind "code" is a number.
const codeMin = 16

// maxKey is the longest key with its quotes and blanks.
const maxKey = 40

// keyBefore is the name that ends before i, folded as in keys. Quotes, escapes,
// blanks, controls, colour codes and zero-width runes around or inside it are
// skipped: they would hide a key from a search.
func keyBefore(lower []byte, i int) string {
	var name [maxKey]byte
	at := maxKey
	begun := false
	for j := i - 1; j >= 0 && j >= i-2*maxKey && at > 0; j-- {
		c := lower[j]
		if j >= 2 && lower[j-2] == '%' && isHex(lower[j-1:j+1]) { // an encoded letter of the name
			c = bytes.ToLower(percentDecode(lower[j-2 : j+1]))[0]
			j -= 2
		}
		switch {
		case c >= 'a' && c <= 'z' || begun && c >= '0' && c <= '9':
			if c == 'm' && j >= 2 { // the end of a colour code
				if k := colourStart(lower, j); k >= 0 {
					j = k
					continue
				}
			}
			begun = true
			at--
			name[at] = c
		case c == '_' || c == '-' || c == '.' || c < 0x20 || c >= 0x80:
		case !begun && (c == '"' || c == '\'' || c == '\\' || c == ' ' || c == ':' || c == '=' || c == ']'):
		default:
			j = -1 // the name's beginning
		}
		if maxKey-at == 3 && !endsKey(name[at:]) {
			return ""
		}
	}
	if !endsKey(name[at:]) {
		return ""
	}
	return trimKey(string(name[at:]))
}

// colourStart is where the colour code that ends with the m at j begins, or -1.
func colourStart(b []byte, j int) int {
	for k := j - 1; k > 0 && j-k < 12; k-- {
		switch c := b[k]; {
		case c >= '0' && c <= '9' || c == ';':
		case c == '[' && b[k-1] == 0x1b:
			return k - 1
		default:
			return -1
		}
	}
	return -1
}

// trimKey finds a known key at the end of what stood before a value: names
// grow prefixes (user.password, ssm_client_secret).
func trimKey(name string) string {
	for i := 0; i < len(name)-2; i++ {
		if _, ok := keys[name[i:]]; ok {
			return name[i:]
		}
	}
	return name
}

// ends marks the last three letters of every key: most words before a value
// are none, and need not be looked up.
var ends = func() (bits [1 << (3 * foldBits) / 64]uint64) {
	for k := range keys {
		n := len(k)
		f := fold3(k[n-3], k[n-2], k[n-1])
		bits[f/64] |= 1 << (f % 64)
	}
	return bits
}()

func endsKey(name []byte) bool {
	n := len(name)
	if n < 3 {
		return false
	}
	f := fold3(name[n-3], name[n-2], name[n-1])
	return ends[f/64]&(1<<(f%64)) != 0
}

// value gives the bounds of the value at i.
func value(b []byte, i int, kind Kind, encoded bool) (start, end int) {
	for i < len(b) && (b[i] == ' ' || b[i] == '>' || b[i] == '=' || b[i] == '\\' || b[i] == '[') {
		i++
	}
	if encoded {
		return i, i + endEncoded(b[i:])
	}
	if i < len(b) && (b[i] == '"' || b[i] == '\'') {
		q := b[i]
		i++
		return i, i + endQuoted(b[i:], q)
	}
	if kind == Authorization || kind == Cookie && bytes.IndexByte(b[i:], ';') >= 0 {
		return header(b, i, kind)
	}
	return i, i + endBare(b[i:])
}

// header: the value of Authorization and Cookie goes on over blanks.
func header(b []byte, i int, kind Kind) (start, end int) {
	end = len(b)
	if q := bytes.IndexAny(b[i:], "\"'"); q >= 0 {
		end = i + q
	}
	return i, end
}

func endQuoted(b []byte, q byte) int {
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			if b[i+1] == q { // an escaped quote closes an escaped string
				return i
			}
			i++
			continue
		}
		if b[i] == q {
			return i
		}
	}
	return len(b)
}

func endEncoded(b []byte) int {
	end := endBare(b)
	for _, sep := range []string{"%26", "%2526", "%252526"} {
		if at := bytes.Index(b[:end], []byte(sep)); at >= 0 {
			end = at
		}
	}
	return end
}

func endBare(b []byte) int {
	for i, c := range b {
		switch c {
		case '&', ' ', '"', '\'', '}', '<', '\\', ';', ')', ']', '\t', '|':
			return i
		case ',':
			if i+1 == len(b) || b[i+1] == ' ' || b[i+1] == '"' {
				return i
			}
		}
	}
	return len(b)
}
