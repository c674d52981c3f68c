package input

import (
	"bytes"
	"encoding/json"
)

// pairs takes the lines of a log out of lines of key=value (logfmt), where a key that
// holds a log's line has one in quotes.
func (r *records) pairs(in []line) []line {
	return apart(in, r.paired, &r.c.pairs)
}

// maxKey is the longest key that a line of pairs is told by.
const maxKey = 32

// paired is the log's lines that a line of pairs holds; nil: it holds none.
func (r *records) paired(b []byte) [][]byte {
	end := bytes.IndexByte(b[:min(len(b), maxKey)], '=')
	if end < 1 || bytes.ContainsFunc(b[:end], func(c rune) bool { return c >= 0x80 || !word(byte(c)) && c != '_' && c != '@' && c != '.' }) {
		return nil
	}
	for _, k := range messageKeys {
		at := bytes.Index(b, []byte(k+`="`))
		if at < 0 || at > 0 && b[at-1] != ' ' {
			continue
		}
		var s string
		if json.NewDecoder(bytes.NewReader(b[at+len(k)+1:])).Decode(&s) != nil {
			continue
		}
		if text := textLines(s); r.known.Recorded(text[0]) {
			return text
		}
	}
	return nil
}
