package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

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
