package redact

import (
	"bytes"
	"math/bits"

	"syncscope/capture/redact/cmdline"
	"syncscope/capture/redact/script"
)

// What a byte may begin or end. All else is skipped.
const (
	other   = iota
	delim   // = : >
	dash    // flags, PEM
	scheme  // Bearer, Basic
	jwt     // the J of eyJ
	label   // the _ of client_secret and of a TLS key log's labels
	opener  // a quote that may begin a pair: ["password", "…"]
	escape  // something that may hide a key from a search
	rsaLine // the R of RSA
	reader  // the w of chpasswd, of password, of pw
	sql     // the V of VALUES
	dollar  // a placeholder, a password's hash
	verb    // the i of is
	slash   // a flag of Windows
	pipe    // a pipe, a here-string
	login   // within the command of a protocol
	account // the u of net user
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		if c < 0x20 && c != '\t' || c >= 0x7F {
			t[c] = escape
		}
	}
	for c, is := range map[byte]uint8{'=': delim, ':': delim, '>': delim, '-': dash, 'B': scheme, 'b': scheme, 'J': jwt, '_': label, 'R': rsaLine, 'w': reader, 'W': reader, 'V': sql, 'v': sql, '$': dollar, 'i': verb, '/': slash, '|': pipe, '<': pipe, 'u': account, '"': opener, '\'': opener, '%': escape, '\\': escape, '&': escape, '#': escape} {
		t[c] = is
	}
	for _, at := range loginAt {
		t[at[1]] = login
	}
	return t
}()

// loginAt are, of each protocol's command, a letter that begins nothing else, with its
// neighbours.
var loginAt = func() (all [][]byte) {
	for _, name := range append(cmdline.Verbs(), cmdline.Names()...) {
		for _, c := range []byte(seldom) {
			if i := bytes.IndexByte([]byte(name[1:len(name)-1]), c) + 1; i > 0 {
				all = append(all, []byte(name[i-1:i+2]))
				break
			}
		}
	}
	return all
}()

// seldom are the letters that no other class has, the rarest in words first.
const seldom = "ZQXKYFGUPMWHCDLNIASTOEzqxjkyfgmphcdlnrsote"

// isLogin reports whether a and b are the n-th of those and the next in some name.
func isLogin(a, b byte, n int) bool {
	for _, at := range loginAt {
		if at[n] == a && at[n+1] == b {
			return true
		}
	}
	return false
}

// What is told of two bytes in a row.
const (
	first    = 1 << iota // the first may be of interest, whatever stands before it
	second               // the second may be
	inWord               // both are in a word
	control              // one of them is not printable ASCII, nor a tab
	numeric              // both may be of bytes that are written as numbers
	lettered             // both are in a word, one of them is a letter
	digited              // ... a digit
	valued               // both may be in a value that nothing wraps or ends
)

// pairs has it for each two, the first in the low bits.
var pairs [1 << 16]uint8

func init() { // in place: a function's result would be made on the stack, and copied
	var behind [account + 1][256]bool // of each class, what may stand before it
	for k := range behind {
		for c := range 256 {
			behind[k][c] = k != other && !idleBehind(byte(c), uint8(k))
		}
	}
	for b := range 256 {
		row := pairs[b<<8 : (b+1)<<8]
		if b > 0x7F { // of which the same is told as of DEL
			copy(row, pairs[0x7F<<8:])
			continue
		}
		k := class[b]
		var before [account + 1]bool // of each class, whether b may stand behind it
		for l := range before {
			before[l] = l != other && !idleBefore(byte(b), uint8(l))
		}
		for a := range row {
			row[a] = ofTwo(byte(a), byte(b))
			if k == login && isLogin(byte(a), byte(b), 0) || k != login && behind[k][a] {
				row[a] |= second
			}
			if l := class[a]; l == login && isLogin(byte(a), byte(b), 1) || l != login && before[l] {
				row[a] |= first
			}
		}
	}
}

// ofTwo is what is told of two bytes by what each of them is.
func ofTwo(a, b byte) uint8 {
	both, either := signs[a].both&signs[b].both, signs[a].either|signs[b].either
	if both&inWord == 0 {
		either &= control
	}
	if ofNumber[a]&ofNumber[b] != 0 {
		both |= numeric
	}
	return both | either
}

// signs are what a byte must be with another for what is told of both, and what one of
// them alone tells.
var signs = func() (t [256]struct{ both, either uint8 }) {
	for c := range 256 {
		s, b := &t[c], byte(c)
		if proseChar[c] {
			s.both = inWord
		}
		if valueChar[c] {
			s.both |= valued
		}
		if isLetter(b) {
			s.either = lettered
		}
		if b-'0' <= 9 {
			s.either |= digited
		}
		if !script.Printable(one(b)) {
			s.either |= control
		}
	}
	return t
}()

// scan finds the secrets of b by their keys and their shapes. It looks at eight
// bytes at a time, by twos: most are of no interest. What it finds is what visits
// to all places find (TestFastAndSlowFindTheSame).
func (f *finder) scan(b []byte) {
	f.escapes, f.from, f.waits, f.list, f.dashes, f.sql, f.numeric, f.long, f.held = false, -1, false, false, false, false, false, false, Plain
	f.words = f.words[:0]
	next := 0
	if len(b) > 0 && class[b[0]] != other { // nothing stands before it that could tell
		next = f.visit(b, 0, 0)
	}
	i, next, all := f.eights(b, next)
	for j := max(1, min(i, len(b)-1)); j < len(b); j++ { // nothing stands behind the last of them that could tell
		if class[b[j]] != other {
			next = f.visit(b, j, next)
		}
	}
	f.plain = all&(control*each) == 0 && script.Printable(b[i:])
	if (prose{f}).all(b); f.long {
		f.runs(b)
	}
}

// eights scans what of b is whole eights; it gives where they end, and what was met in
// them at all.
func (f *finder) eights(b []byte, next int) (i, after int, all uint32) {
	var ended, number, numbers uint32 // what runs through the four bytes before, the eight, sixteen in a row
	for ; i+8 <= len(b); i += 8 {
		here := met(load8(b[i : i+8]))
		if all |= here; here&places != 0 {
			next = f.visits(b, i, here&places, next)
		}
		here &= here >> 8
		tail := here >> 16
		if here&(tail|ended)&inWord != 0 {
			f.note(b, i)
		}
		here &= tail
		numbers |= here & number
		ended, number = tail, here
	}
	if ended&inWord != 0 {
		f.words = append(f.words, i-1)
	}
	f.numeric = numbers&numeric != 0
	return i, next, all
}

// met is what is told of the four twos in eight bytes.
func met(x uint64) uint32 {
	return uint32(pairs[uint16(x)]) | uint32(pairs[uint16(x>>16)])<<8 | uint32(pairs[uint16(x>>32)])<<16 | uint32(pairs[uint16(x>>48)])<<24
}

const (
	each   = 1 | 1<<8 | 1<<16 | 1<<24 // of the four twos in eight bytes
	places = (first | second) * each
)

// visits looks at the places met in the eight bytes at i, if both their neighbours
// tell that they may be of interest. The line's ends are not among them.
func (f *finder) visits(b []byte, i int, met uint32, next int) int {
	for ; met != 0; met &= met - 1 {
		n := bits.TrailingZeros32(met)
		j := i + n>>3*2 + n&1
		if j < next || j == 0 || j+1 >= len(b) {
			continue
		}
		before, at, behind := b[j-1], b[j], b[j+1]
		c := class[at]
		if c == delim {
			if folded[before] != 0 && at == '=' && noAssigned(b, j-1) || at == ':' && before-'0' <= 9 && behind-'0' <= 9 || idleDelim(b, j, before, behind) {
				continue
			}
		} else if n&1 == 0 && pairs[uint16(before)|uint16(at)<<8]&second == 0 || n&1 != 0 && pairs[uint16(at)|uint16(behind)<<8]&first == 0 { // the other has been looked at
			continue
		}
		next = max(j+1, f.at(b, j, c))
	}
	return next
}

// note takes down that the eight bytes at i are in a word, and whether a run of runMin
// may be there: three eights in a row are in one.
func (f *finder) note(b []byte, i int) {
	f.words = append(f.words, i)
	if n := len(f.words); n > 2 && f.words[n-3] == i-16 && base64Char[b[i-16]] && base64Char[b[i-8]] && base64Char[b[i]] && base64Char[b[i+7]] {
		f.long = true
	}
}

// visit looks at the place i, unless it lies before next; it gives where to go on.
func (f *finder) visit(b []byte, i, next int) int {
	c := class[b[i]]
	if i < next || c == other || idle(b, i, c) {
		return next
	}
	return max(i+1, f.at(b, i, c))
}

// idle reports of most places of interest that they are none, by their
// neighbours: the colons of a time, the dashes of a date, a b within a word.
func idle(b []byte, i int, c uint8) bool {
	if i == 0 || i+1 >= len(b) {
		return false
	}
	before, behind := b[i-1], b[i+1]
	if c == login {
		return pairs[uint16(before)|uint16(b[i])<<8]&second == 0 || pairs[uint16(b[i])|uint16(behind)<<8]&first == 0
	}
	if c != delim {
		return idleBehind(before, c) || idleBefore(behind, c)
	}
	return idleDelim(b, i, before, behind)
}

func idleDelim(b []byte, i int, before, behind byte) bool {
	switch {
	case b[i] == '>':
		return before == ' ' && behind == ' '
	case isLetter(before):
		if b[i] == '=' {
			return noAssigned(b, i-1)
		}
		return behind != '/' && noKey(b, i-1)
	}
	return before-'0' <= 9 && behind-'0' <= 9 && b[i] == ':'
}

// idleBehind reports whether before alone tells that what stands behind it is
// of no interest.
func idleBehind(before byte, c uint8) bool {
	switch c {
	case dash:
		return before > ' ' && before != '\'' && before != '"' && before != '-'
	case scheme:
		return isAlnum(before)
	case jwt:
		return before != 'y'
	case opener:
		return before != '(' && before != '['
	case sql:
		return before != ' ' && before != ')' && before != '('
	case reader:
		return before|0x20 != 's' && before|0x20 != 'p' && before|0x20 != 'n'
	case verb, account:
		return before != ' '
	case slash:
		return before != ' ' && before != '"' && before != '\''
	case pipe:
		return before > ' '
	}
	return false
}

// idleBefore reports the same of what stands before behind.
func idleBefore(behind byte, c uint8) bool {
	switch c {
	case scheme:
		return behind|0x20 != 'a' && behind|0x20 != 'e'
	case label:
		behind |= 0x20
		return behind != 'r' && behind != 's' && behind != 't' && behind != 'i'
	case rsaLine:
		return behind != 'S'
	case reader:
		return behind|0x20 != 'd' && behind|0x20 != 'o' && behind != ' ' && behind != '\''
	case sql:
		return behind|0x20 != 'a'
	case dollar:
		return behind-'1' > 8 && behind != 'a' && behind != 'y'
	case verb, account:
		return behind != 's'
	case slash:
		return !isLetter(behind)
	case pipe:
		return behind != ' ' && behind != '<'
	}
	return false
}
