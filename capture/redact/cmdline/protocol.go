package cmdline

import (
	"bytes"
	_ "embed" // protocols.txt
	"strconv"
	"strings"
)

// command is a protocol's command, or a function, that signs somebody in.
type command struct {
	least, most int  // the words behind it; the last is the secret
	more        bool // others may follow
}

//go:embed protocols.txt
var protocolText string

// verbs are the commands of protocols, calls the functions.
var verbs, calls = func() (verbs, calls map[string]command) {
	verbs, calls = map[string]command{}, map[string]command{}
	for l := range strings.Lines(protocolText) {
		f := strings.Fields(l)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		first, last, both := strings.Cut(f[1], "-")
		c := command{more: len(f) > 2}
		c.least, _ = strconv.Atoi(first) // numbers all: the test reads each
		if c.most = c.least; both {
			c.most, _ = strconv.Atoi(last)
		}
		if name, ok := strings.CutSuffix(f[0], "()"); ok {
			calls[name] = c
		} else {
			verbs[f[0]] = c
		}
	}
	return verbs, calls
}()

// maxVerb is more than the longest of them has letters.
const maxVerb = 12

// Verbs are the commands of protocols that sign somebody in.
func Verbs() (names []string) {
	for name := range verbs {
		names = append(names, name)
	}
	return names
}

// Verb finds the secret of the protocol's command that i is in: LOGIN ann …. It is the
// last word, or the last before such as only a command has: words in capitals. What is in
// small letters is a program.
func Verb(b []byte, i int) []Secret {
	if b[i] >= 'a' {
		return named(b, i)
	}
	start, end := i, i
	for start > 0 && i-start < maxVerb && upper(b[start-1]) {
		start--
	}
	for end < len(b) && end-i < maxVerb && upper(b[end]) {
		end++
	}
	c, ok := verbs[string(b[start:end])]
	if !ok || start > 0 && !opens(b[start-1]) || end >= len(b) {
		return nil
	}
	at := behind(b, end)
	var last word
	for n := 1; n <= c.most; n++ {
		w := next(b, at)
		if w.end <= w.start || w.end-w.start > reach {
			break
		}
		if v := b[w.start:w.end]; n > c.least && capitals(v) {
			break
		}
		last, at = w, max(behind(b, w.end), at+1)
		if n < c.least {
			last = word{}
		}
	}
	if last.end <= last.start || !c.more && !finished(b, last.end) {
		return nil
	}
	if v := b[last.start:last.end]; v[0] == ':' { // of IRC
		last.start++
	}
	last.end -= len(b[last.start:last.end]) - len(bytes.TrimRight(b[last.start:last.end], `\`))
	if quoted := last.start > 0 && (b[last.start-1] == '"' || b[last.start-1] == '\''); !tells(b[last.start:last.end]) && !quoted {
		return nil
	}
	return []Secret{{Start: last.start, End: last.end}}
}

// finished reports whether nothing follows at i, or what no prose goes on with.
func finished(b []byte, i int) bool {
	rest := bytes.TrimLeft(b[i:min(len(b), i+reach)], "\"'\\)]}; \r")
	if len(rest) == 0 || rest[0] == '\n' || rest[0] == ',' || i < len(b) && (b[i] == '\\' || b[i] == '"' || b[i] == '\'') {
		return true
	}
	w := next(b, i)
	return w.end > w.start && (capitals(b[w.start:w.end]) || b[w.start] == '~')
}

// capitals reports whether a word is of capitals alone.
func capitals(v []byte) bool {
	for _, c := range v {
		if !upper(c) {
			return false
		}
	}
	return len(v) > 1
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }

// opens reports whether c may stand before a command.
func opens(c byte) bool { return c <= ' ' || bytes.IndexByte([]byte(`"':>([/`), c) >= 0 }

// Call finds the secret among the arguments of the function whose argument begins with
// the quote at i: login("ann", "…"), basicAuth("ann", "…").
func Call(b []byte, i int) []Secret {
	open := i - 1
	for open >= 0 && i-open < reach && b[open] != '(' && b[open] != ')' {
		open--
	}
	if open < 0 || b[open] != '(' {
		from := max(0, i-reach)
		at := bytes.LastIndex(b[from:i], []byte("sp_")) // a procedure of SQL has no brackets
		if at < 0 {
			return nil
		}
		for open = from + at; open < i && b[open] > ' '; {
			open++
		}
	}
	name := open
	for name > 0 && open-name < 2*maxVerb+20 && (b[name-1]|0x20 >= 'a' && b[name-1]|0x20 <= 'z' || b[name-1] == '_') {
		name--
	}
	c, ok := calls[strings.ReplaceAll(strings.ToLower(string(b[name:open])), "_", "")]
	if !ok {
		return nil
	}
	for at, n := open+1, 1; at < len(b) && at < open+reach; n++ {
		w := next(b, at)
		if w.end <= w.start {
			return nil
		}
		if w.start == at || !quotedAt(b, w.start) { // a name, an expression: to the next comma
			if comma := bytes.IndexByte(b[w.start:min(len(b), w.start+reach)], ','); comma >= 0 {
				at = w.start + comma + 1
				continue
			}
			return nil
		}
		if n >= c.least && n <= c.most && (n == c.most || !followed(b, w.end)) && tells(b[w.start:w.end]) {
			return []Secret{{Start: w.start, End: w.end}}
		}
		at = behind(b, w.end)
	}
	return nil
}

// quotedAt reports whether a quote opens before i.
func quotedAt(b []byte, i int) bool { return i > 0 && (b[i-1] == '"' || b[i-1] == '\'') }

// followed reports whether a string follows the one that ends at i.
func followed(b []byte, i int) bool {
	rest := bytes.TrimLeft(b[behind(b, i):], " ")
	if len(rest) == 0 || rest[0] != ',' {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " ")
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'')
}
