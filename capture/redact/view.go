package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"syncscope/capture/redact/script"
)

// view is text as a reader of its escapes sees it, and where each of its bytes
// stands in the text below; at has one more for the end.
type view struct {
	b  []byte
	at []int
}

// levels is how deep escapes are followed: percent-encoding again and again, or
// JSON within JSON within a query. Each level decodes all that can be; the bound
// keeps the time linear on a line that is nothing but escapes.
const levels = 16

// look finds the secrets of b as it stands and as its escapes say.
func (f *finder) look(b []byte) {
	f.views = f.views[:0]
	f.scan(b)
	from, waits, list, dashes := f.from, f.waits, f.list, f.dashes
	cur, escapes := view{b: b}, f.escapes
	for n := 0; escapes && n < levels; n++ {
		next, changed := unescape(cur)
		if !changed {
			break
		}
		g := finder{depth: f.depth, pending: f.pending, words: f.words}
		g.scan(next.b)
		for _, sp := range g.spans {
			if sp.start >= 0 {
				if sp.start, sp.end = next.at[sp.start], next.at[sp.end]; inToken(b, sp) {
					continue
				}
			}
			f.spans = append(f.spans, sp)
		}
		for _, sp := range g.people {
			sp.start, sp.end = next.at[sp.start], next.at[sp.end]
			f.people = append(f.people, sp)
		}
		if g.from >= 0 && (from < 0 || next.at[g.from] < from) {
			from, waits, list = next.at[g.from], g.waits, g.list
		}
		escapes, dashes = g.escapes, dashes || g.dashes
		f.views = append(f.views, next)
		cur = next
	}
	f.from, f.waits, f.list, f.dashes = from, waits, list, dashes
	if f.numeric {
		f.numbers(b)
	}
}

// escapeAt reports whether what is at i can hide a key or a value.
func escapeAt(b []byte, i int) bool {
	rest := b[i:]
	switch c := b[i]; c {
	case '%':
		return len(rest) > 2 && isHex(rest[1:3])
	case '#':
		return octal(rest)
	case '&':
		_, n := entity(rest)
		return n > 0
	case '\n', '\r':
		return false
	default:
		return true
	}
}

// unescape decodes one level of v's escapes: percent, backslash, rsyslog's #011
// and HTML's &quot;. Colour codes, controls and runes that draw nothing are
// left out. Line ends stay: they end values.
func unescape(v view) (view, bool) {
	out := view{make([]byte, 0, len(v.b)), make([]int, 0, len(v.b)+1)}
	changed := false
	for i := 0; i < len(v.b); {
		n, with := escaped(v.b, i)
		if n == 0 {
			n, with = 1, v.b[i:i+1]
		} else {
			changed = true
		}
		at := i
		if v.at != nil {
			at = v.at[i]
		}
		if v.b[i] == '\b' && len(out.b) > 0 && out.b[len(out.b)-1] >= ' ' { // a typed mistake
			out.b, out.at = out.b[:len(out.b)-1], out.at[:len(out.at)-1]
		}
		for range with {
			out.at = append(out.at, at)
		}
		out.b = append(out.b, with...)
		i += n
	}
	end := len(v.b)
	if v.at != nil {
		end = v.at[end]
	}
	out.at = append(out.at, end)
	return out, changed
}

// singles are the bytes, so that one can be given without making it.
var singles = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	return t
}()

func one(c byte) []byte { return singles[c : int(c)+1] }

// escaped gives what the escape at i says, and its length: 0 if none is there.
func escaped(b []byte, i int) (int, []byte) {
	rest := b[i:]
	switch c := b[i]; {
	case c == '%' && len(rest) > 2 && isHex(rest[1:3]):
		return 3, one(unhex(rest[1])<<4 | unhex(rest[2]))
	case c == '\\' && len(rest) > 1:
		return backslash(rest)
	case c == '#' && octal(rest):
		return 4, one((rest[1]-'0')<<6 | (rest[2]-'0')<<3 | (rest[3] - '0'))
	case c == '&':
		if with, n := entity(rest); n > 0 {
			return n, with
		}
	case c == 0x1b:
		return 1 + colour(rest[1:]), nil
	case c < 0x20 && c != '\t' && c != '\n' && c != '\r', c == 0x7F:
		return 1, nil
	case c >= 0x80:
		r, n := utf8.DecodeRune(rest)
		if r == 0x9B {
			return n + colour(append([]byte{'['}, rest[n:min(len(rest), n+16)]...)) - 1, nil
		}
		if r == utf8.RuneError && n == 1 {
			return 1, nil
		}
		if hidden(r) {
			return n, nil
		}
		return script.Latin(rest, r, n)
	}
	return 0, nil
}

// colour is the length of a control sequence's rest.
func colour(b []byte) int {
	if len(b) == 0 || b[0] != '[' {
		return 0
	}
	n := 1
	for n < len(b) && n < 16 && b[n] >= 0x20 && b[n] < 0x40 {
		n++
	}
	return min(n+1, len(b))
}

// hidden reports whether r draws nothing of its own.
func hidden(r rune) bool {
	switch {
	case r == 0xAD, r == 0x61C, r == 0xFEFF, r == 0x180E:
		return true
	}
	return script.Unseen(r) || r >= 0x80 && r < 0xA0 || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F
}

func backslash(b []byte) (int, []byte) {
	switch c := b[1]; c {
	case '"', '\'', '\\', '/':
		return 2, one(c)
	case 'n':
		return 2, one('\n')
	case 'r':
		return 2, one('\r')
	case 't':
		return 2, one('\t')
	case 'e':
		return 2, one(0x1b)
	case 'x':
		if len(b) > 3 && isHex(b[2:4]) {
			return 4, one(unhex(b[2])<<4 | unhex(b[3]))
		}
	case 'u':
		if len(b) > 5 && isHex(b[2:6]) {
			r := rune(unhex(b[2]))<<12 | rune(unhex(b[3]))<<8 | rune(unhex(b[4]))<<4 | rune(unhex(b[5]))
			return 6, utf8.AppendRune(nil, r)
		}
	case '0', '1', '2', '3':
		if octal(b) {
			return 4, one((b[1]-'0')<<6 | (b[2]-'0')<<3 | (b[3] - '0'))
		}
	}
	return 0, nil
}

// octal: a mark and three digits below 0200, as rsyslog writes controls.
func octal(b []byte) bool {
	return len(b) > 3 && (b[1] == '0' || b[1] == '1') && b[2] >= '0' && b[2] <= '7' && b[3] >= '0' && b[3] <= '7'
}

// entity is the character that HTML's &name; stands for.
func entity(b []byte) ([]byte, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 3 || b[1] != '#' && !isLetter(b[1]) {
		return nil, 0
	}
	text := string(b[:end+1])
	c := html.UnescapeString(text)
	if r, n := utf8.DecodeRuneInString(c); n != len(c) || c == text || r == utf8.RuneError {
		return nil, 0
	}
	return []byte(c), end + 1
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// spelling is one way in which a value may stand in a text.
type spelling struct {
	b   []byte
	hex bool // in whatever case, and twice as long
}

// sought is as much of the spelling as is looked for: a long one is found by its
// beginning, and then compared to its end.
func (f spelling) sought() []byte { return f.b[:min(len(f.b), maxValue)] }

// longValue is the length from which a value is looked for raw and
// percent-encoded only: keys and web tokens would fill the dictionary.
const longValue = 256

// spellings are a value's: raw, percent-encoded up to three times in both
// cases, form, JSON, hex, and base64 at its three alignments in both alphabets.
func spellings(v []byte) []spelling {
	raw := string(v)
	quoted, _ := json.Marshal(raw) // a string always marshals
	all := []string{raw, strings.ReplaceAll(raw, " ", "+"), string(quoted[1 : len(quoted)-1]), ruby(raw)}
	if len(v) > longValue {
		all = all[:1]
	}
	for _, enc := range []func(string) string{url.QueryEscape, url.PathEscape, strict} {
		for e, n := enc(raw), 0; n < 3; e, n = enc(e), n+1 {
			all = append(all, e, lowerEscapes(e))
		}
	}
	for off := range 3 {
		if len(v) > longValue {
			break
		}
		e := base64.RawStdEncoding.EncodeToString(append(make([]byte, off), v...))
		e = e[[]int{0, 2, 3}[off] : len(e)-min(1, (off+len(v))%3)] // without the characters that others share
		all = append(all, e, strings.NewReplacer("+", "-", "/", "_").Replace(e))
	}
	var out []spelling
	seen := map[string]bool{}
	for _, f := range all {
		if !seen[f] {
			seen[f] = true
			out = append(out, spelling{b: []byte(f)})
		}
	}
	if len(v) > longValue {
		return out
	}
	return append(out, spelling{b: []byte(hex.EncodeToString(v)), hex: true})
}

// ruby escapes the quotes alone.
func ruby(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

// strict percent-encodes all but letters, digits, - . _ ~ (RFC 3986, 2.3), as
// Java's URI builders do: a blank is %20.
func strict(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func lowerEscapes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// vocabulary are words of these logs that may be part of a secret, and tell
// nothing of it: they are never taken for a part of one.
const vocabulary = "grant_type=password&client_id=client_secret=username=authorization_code refresh_token access_token client_credentials password passphrase " +
	"administrator localhost licensing smartlicensing satellite ssm-onprem SSM-On-Prem vmanage-server catalyst-sdwan https://http://www. backend/oauth/token " +
	"application/json certificate Certificate 00000000 12345678 ABCDEFGH abcdefgh ******** -------- ======== ........ default production undefined"

// Values that hold others whole: what a line's end cut, and what it may have been with
// the line behind it; a value, and the setting that ends with it. They share their
// grams, of which each has one owner: the owner tells of the others.

// maxNested is how many values one tells of.
const maxNested = 16

// nest notes whether one of two values that share grams holds the other.
func (d *dictionary) nest(old, id uint16) {
	if d.compared[old] {
		return
	}
	d.compared[old] = true
	long, short := old, id
	if len(d.values[short].value) > len(d.values[long].value) {
		long, short = short, long
	}
	l, s := &d.values[long], &d.values[short]
	if !bytes.Contains(l.value, s.value) {
		return
	}
	for _, in := range append([]uint16{short}, s.holds...) {
		if i := &d.values[in]; len(l.holds) < maxNested && len(i.within) < maxNested && !slices.Contains(l.holds, in) {
			l.holds, i.within = append(l.holds, in), append(i.within, long)
		}
	}
}

// inner finds the longest value that v holds in part, which is a part of v that is
// masked nowhere; it begins at start.
func (d *dictionary) inner(v *known, part []byte, start int) (sp span, ok bool) {
	longest := 0
	for _, id := range v.holds {
		for _, f := range d.values[id].forms {
			at := bytes.Index(part, f.b)
			if f.hex && at < 0 {
				at = bytes.Index(bytes.ToLower(part), f.b)
			}
			if at >= 0 && len(f.b) > longest {
				longest = len(f.b)
				sp, ok = span{start: start + at, end: start + at + len(f.b), kind: d.values[id].kind, val: d.values[id].value}, true
			}
		}
	}
	return sp, ok
}

// outermost gives the longest value that stands where v was found in the spelling f.
func (d *dictionary) outermost(v *known, f spelling, b []byte, sp span, done int) span {
	found := sp.start
	for _, id := range v.within {
		for _, o := range d.values[id].forms {
			at := found - bytes.Index(o.b, f.b)
			if at > found || at < done || at+len(o.b) > len(b) || len(o.b) <= sp.end-sp.start {
				continue
			}
			if in := b[at : at+len(o.b)]; bytes.Equal(in, o.b) || o.hex && bytes.EqualFold(in, o.b) {
				sp = span{start: at, end: at + len(o.b), kind: d.values[id].kind, val: d.values[id].value}
			}
		}
	}
	return sp
}
