package redact

import (
	"bytes"
	"math/bits"
	"slices"
)

// key is a name whose value is a secret.
type key struct {
	kind   Kind
	min    int  // the least length of a value
	whole  bool // nothing may be grown on to the name's front without a separator
	random bool // the value must look like one that a machine made
}

// keys are the names, without case and without - _ and dots. A name may have
// grown a prefix: ssm_client_secret, user.password.
var keys = map[string]key{
	"clientid": {kind: ClientID}, "consumerkey": {kind: ClientID, whole: true},
	"secret": {kind: ClientSecret}, "apikey": {kind: ClientSecret, min: 8}, "secretkey": {kind: ClientSecret}, "accesskey": {kind: ClientSecret, min: 8},
	"clientassertion": {kind: ClientSecret, min: 16}, "secretkeybase": {kind: ClientSecret, min: 8},
	"password": {kind: Password}, "passwd": {kind: Password}, "pwd": {kind: Password}, "passphrase": {kind: Password}, "passcode": {kind: Password},
	"pass": {kind: Password, whole: true}, "pw": {kind: Password, whole: true}, "passwort": {kind: Password}, "requirepass": {kind: Password}, "masterauth": {kind: Password, min: 6},
	"token": {kind: AccessToken, min: 8, random: true}, "bearer": {kind: AccessToken, min: 12, whole: true, random: true},
	"accesstoken": {kind: AccessToken}, "refreshtoken": {kind: AccessToken}, "idtoken": {kind: AccessToken}, "xsrftoken": {kind: AccessToken}, "csrftoken": {kind: AccessToken},
	"authtoken": {kind: AccessToken}, "authenticitytoken": {kind: AccessToken}, "codeverifier": {kind: AccessToken, min: 16},
	"csrf": {kind: AccessToken, min: 12, random: true}, "assertion": {kind: AccessToken, min: 16}, "samlresponse": {kind: AccessToken, min: 16},
	"code":       {kind: AccessToken, min: 16, whole: true, random: true}, // RFC 6749, 4.1.2, leaves its length open: what is shorter is a status
	"jsessionid": {kind: Cookie}, "sessionid": {kind: Cookie, min: 8}, "session": {kind: Cookie, min: 12, random: true}, "sessid": {kind: Cookie}, "sid": {kind: Cookie, min: 12, whole: true, random: true},
	"sess": {kind: Cookie, min: 12, whole: true, random: true}, "cookie": {kind: Cookie}, "setcookie": {kind: Cookie},
	"masterkey": {kind: TLSSecret}, "mastersecret": {kind: TLSSecret, min: 16}, "psk": {kind: TLSSecret}, "sessionidctx": {kind: TLSSecret}, "sessionticket": {kind: TLSSecret, min: 16},
	"privatekey":    {kind: PrivateKey, min: 16},
	"authorization": {kind: Authorization}, "xauth": {kind: Authorization, min: 8, random: true},
	"username": {kind: user, min: 2}, "user": {kind: user, min: 2, whole: true}, "login": {kind: user, min: 2, whole: true},
	"name": {kind: named}, "key": {kind: named, whole: true}, "value": {kind: named, whole: true},
	"auth": {kind: tuple, whole: true}, "host": {kind: hostKey, whole: true}, "clienturl": {kind: hostKey}, "server": {kind: hostKey, whole: true},
}

// Kinds of keys that are no secrets, but matter.
const (
	user    Kind = 100 + iota // names a person: hidden with privacy only
	named                     // {"name": "client_secret", "value": …}: HAR, Postman, Java properties
	tuple                     // auth=('name', 'password') of Python's requests
	hostKey                   // names a host
)

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
	return t
}()

// ends3 marks the last three letters of every key, folded: a small table that
// most words fail.
var ends3 = func() (bits [1 << (3 * foldBits) / 64]uint64) {
	for name := range keys {
		n := len(name)
		for first := range uint(1 << foldBits) { // of a key of two letters any may come first
			if n > 2 && first != uint(name[n-3])&(1<<foldBits-1) {
				continue
			}
			at := first<<(2*foldBits) | fold3(0, name[n-2], name[n-1])
			bits[at/64] |= 1 << (at % 64)
		}
	}
	return bits
}()

// noKey reports whether no key ends with the letters that end at j.
func noKey(b []byte, j int) bool {
	if j < 2 || !isLetter(b[j]) || !isLetter(b[j-1]) || !isLetter(b[j-2]) {
		return false
	}
	at := fold3(b[j-2], b[j-1], b[j])
	return ends3[at/64]&(1<<(at%64)) == 0
}

// lookup finds the longest key that name ends with. bounds has a bit for each
// character before which a separator stood.
func lookup(name []byte, bounds uint64) (key, []byte) {
	n := len(name)
	if n < 2 {
		return key{}, nil
	}
	var best ending
	for _, e := range endings[fold3(0, name[n-2], name[n-1])] {
		if k := len(e.name); k > len(best.name) && k <= n && e.name[0] == name[n-k] && bytes.HasSuffix(name, e.name) && (!e.key.whole || bounds&(1<<(n-k)) != 0) {
			best = e
		}
	}
	return best.key, best.name
}

// keyOf is the key that a value such as "client_secret" is, if it is one.
func keyOf(v []byte) key {
	k, _, _ := nameBefore(v, len(v))
	return k
}

// maxKey is the longest key, and maxQuotes the most quotes, escapes and blanks
// behind it.
const (
	maxKey    = 40
	maxQuotes = 10
)

// behindKey are the quotes, escapes and blanks that may stand behind a key.
var behindKey = [256]bool{'"': true, '\'': true, '\\': true, ' ': true, '\t': true, ']': true, '`': true}

// nameBefore finds the key that ends before i, and where its name begins.
// Quotes, escapes and blanks between the two are skipped.
func nameBefore(b []byte, i int) (k key, start int, found []byte) {
	j := i - 1
	if noKey(b, j) {
		return key{}, 0, nil
	}
	for j >= 0 && i-j <= maxQuotes && (behindKey[b[j]] || b[j] == '[' && j+1 < i && b[j+1] == ']' || b[j] == ':' && j+1 == i) { // secret[]= and secret := too
		j--
	}
	for j >= 0 && i-j <= maxQuotes && b[j] >= '0' && b[j] <= '9' { // password2
		j--
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
	if k, found = lookup(name[maxKey-n:], bits.Reverse64(bounds)>>(64-n)); found == nil && n < 8 && j > 2 && b[j] == ' ' && isLetter(b[j-1]) {
		return twoWords(b, j, name[maxKey-n:])
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
	for ; j >= 0 && at > 0 && isLetter(b[j]); j-- {
		at--
		name[at] = b[j] | 0x20
	}
	k, found = lookup(name[at:], 1)
	if len(found) <= len(last) {
		found = nil
	}
	return k, j + 1, found
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || isLetter(c) }
