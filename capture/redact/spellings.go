package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
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
