package input

import "bytes"

// unescaped is a line without the backslashes that an editor of Markdown, Jira or a chat
// put before signs that it would take for its own. A text with such a sign as it is was
// written by a program.
func (g *glyphs) unescaped(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 || !escapedOnly(b, '[') && !escapedOnly(b, '|') {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && bytes.IndexByte(markdownSigns, b[i+1]) >= 0 {
			i++
		}
		out = append(out, b[i])
	}
	g.c.glyphs++
	return out
}

// markdownSigns are those that mean something in a line of Markdown. Quotes and the
// backslash itself are JSON's too.
var markdownSigns = []byte("[]|_*(){}<>#+-.!~`")

// escapedOnly reports whether a sign stands in a line, and always behind a backslash.
func escapedOnly(b []byte, sign byte) bool {
	some := false
	for i := 0; ; i++ {
		k := bytes.IndexByte(b[i:], sign)
		if k < 0 {
			return some
		}
		if i += k; i == 0 || b[i-1] != '\\' {
			return false
		}
		some = true
	}
}
