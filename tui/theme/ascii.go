package theme

import (
	"io"
	"strings"
	"unicode/utf8"
)

// toASCII replaces our own signs, each of one column by one.
var toASCII = strings.NewReplacer("→", ">", "←", "<", "…", "~", "─", "-", "│", "|", "·", ".", "›", ">", "–", "-", "✓", "+", "✗", "x", "●", "*", "•", "*", "▸", ">")

// ASCII writes to w what it is given, with ASCII in place of our own signs. What a
// host sent stays as it is.
func ASCII(w io.Writer) io.Writer { return &asciiWriter{w: w} }

type asciiWriter struct {
	w    io.Writer
	rest []byte // the first bytes of a sign, whose others come with the next call
}

// Write implements io.Writer.
func (a *asciiWriter) Write(p []byte) (int, error) {
	text := append(a.rest, p...)
	whole := len(text)
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) && !utf8.FullRune(tail) {
			whole -= n
		}
	}
	_, err := io.WriteString(a.w, toASCII.Replace(string(text[:whole])))
	a.rest = append([]byte(nil), text[whole:]...)
	return len(p), err
}
