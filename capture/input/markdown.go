package input

import (
	"bytes"
	"html"
)

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

// unnamed is a line without the names that a web page has for quotes and brackets, where
// it was copied out of one as it is: no quote of its own stands in it.
func (g *glyphs) unnamed(b []byte) []byte {
	for range 2 { // a page in a page
		if bytes.IndexByte(b, '&') < 0 || bytes.IndexByte(b, '"') >= 0 || !hasName(b) {
			return b
		}
		b = []byte(html.UnescapeString(string(b)))
		g.c.glyphs++
	}
	return b
}

func hasName(b []byte) bool {
	for _, name := range []string{"&quot;", "&#34;", "&#39;", "&#x27;", "&amp;quot;", "&amp;#"} {
		if bytes.Contains(b, []byte(name)) {
			return true
		}
	}
	return false
}
