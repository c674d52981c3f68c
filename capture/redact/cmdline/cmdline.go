// Package cmdline finds the secrets on a command line: what stands behind a flag
// that only its program gives a meaning, and what a pipe hands to a question for a
// password. Lines of sudo and of the audit daemon hold such. What comes in is a
// line's bytes and a place in them, what goes out is the ends of the value there; it
// keeps nothing and starts no goroutine.
package cmdline

import (
	"bytes"
	_ "embed" // commands.txt
	"strings"
)

// Secret is where one stands. What is glued to a name is behind the sign Pair.
type Secret struct {
	Start, End int
	Pair       byte
	Hex        bool // as the audit daemon writes an argument
}

// program is how one takes secrets.
type program struct {
	idle  string       // its flags that take nothing
	flags map[byte]how // those that take a secret
	place int          // the word behind the options that is one
	after string       // the word that must stand before the flag; "": none
}

type how struct {
	glued bool // only what is glued to the flag
	pair  byte
}

//go:embed commands.txt
var text string

var programs = func() map[string]program {
	out := map[string]program{}
	for l := range strings.Lines(text) {
		f := strings.Fields(l)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		p := program{idle: strings.TrimPrefix(f[1], "-"), flags: map[byte]how{}}
		for _, flag := range f[1:] {
			switch rest := flag[1:]; {
			case flag[0] == '-':
			case flag[0] == '@':
				p.after = rest
			case flag[0] >= '0' && flag[0] <= '9':
				p.place = int(flag[0] - '0')
			case strings.HasSuffix(rest, "pair"):
				p.flags[flag[0]] = how{pair: rest[0]}
			default:
				p.flags[flag[0]] = how{glued: rest == "~"}
			}
		}
		out[f[0]] = p
	}
	return out
}()

// reach is how far before a flag its program is looked for, and behind it a value.
const reach = 256

// Flag finds the secret of the flag at i, which is a dash behind a blank or a quote.
func Flag(b []byte, i int) (found []Secret) {
	if i+1 >= len(b) || b[i+1] <= '"' || b[i+1] == '\'' {
		return nil
	}
	if found = stdin(b, i); len(found) > 0 {
		return found
	}
	_, p, from, known := programAt(b, i)
	if !known {
		return nil
	}
	end := wordEnd(b, i)
	for at := i + 1; at < end; at++ {
		if h, ok := p.flags[b[at]]; ok {
			return value(b, at+1, end, h)
		}
		if strings.IndexByte(p.idle, b[at]) < 0 {
			break
		}
	}
	if p.place > 0 && i == firstFlag(b, from) {
		return placed(b, end, p.place)
	}
	return found
}

// value is what stands behind a flag that ends before at, whose word ends at end.
func value(b []byte, at, end int, h how) []Secret {
	w := word{start: at, end: end}
	if at < len(b) && (b[at] == '\'' || b[at] == '"') && !closes(b, at) {
		w = next(b, at)
	} else if at >= end {
		if h.glued {
			return nil
		}
		w = next(b, behind(b, end))
	}
	if w.end <= w.start || b[w.start] == '-' && h.pair == 0 && at >= end {
		return nil
	}
	if w.end-w.start > 0 && b[w.start] == '=' && at < end {
		w.start++
	}
	return []Secret{{Start: w.start, End: w.end, Pair: h.pair, Hex: w.hex}}
}

// closes reports whether the quote at i ends the flag's own word.
func closes(b []byte, i int) bool {
	return i+1 >= len(b) || b[i+1] == ' ' || b[i+1] == ',' || b[i+1] == ']'
}

// behind is where the word after the flag's may begin.
func behind(b []byte, end int) int {
	for end < len(b) && (b[end] == '"' || b[end] == '\'') {
		end++
	}
	return end
}

// placed is the n-th word behind the options.
func placed(b []byte, at, n int) []Secret {
	for limit := at + reach; at < len(b) && at < limit; {
		w := next(b, at)
		if w.end <= w.start {
			return nil
		}
		if at = behind(b, w.end); b[w.start] == '-' {
			continue
		}
		if n--; n == 0 {
			return []Secret{{Start: w.start, End: w.end}}
		}
	}
	return nil
}

// Stdin finds what a pipe, or a here-string, hands to the program whose name ends
// at i: echo ann:… | chpasswd.
func Stdin(b []byte, i int) []Secret {
	start := i
	for start > 0 && b[start-1] > ' ' && b[start-1] != '|' {
		start--
	}
	if name := base(b[start:i]); name != "chpasswd" {
		return nil
	}
	return handed(b, start, i, ':')
}

// stdin is the same for a flag that makes a program read its password so.
func stdin(b []byte, i int) []Secret {
	end := wordEnd(b, i)
	switch flag := string(b[i:end]); flag {
	case "-S":
		if name, _, _, _ := programAt(b, i); name != "sudo" {
			return nil
		}
	case "--stdin", "--password-stdin", "--passphrase-fd":
	default:
		return nil
	}
	return handed(b, i, end, 0)
}

// handed finds the words that echo or printf write into a pipe before start, or the
// here-string behind end.
func handed(b []byte, start, end int, pair byte) (found []Secret) {
	if at := bytes.Index(b[end:min(len(b), end+reach)], []byte("<<<")); at >= 0 {
		if w := next(b, end+at+3); w.end > w.start {
			found = append(found, Secret{Start: w.start, End: w.end, Pair: pair})
		}
	}
	pipe := bytes.LastIndexByte(b[max(0, start-reach):start], '|')
	if pipe < 0 {
		return found
	}
	pipe += max(0, start-reach)
	from := max(0, pipe-reach)
	at := -1
	for _, name := range []string{"echo ", "printf ", "print "} {
		if n := bytes.LastIndex(b[from:pipe], []byte(name)); n >= 0 {
			at = max(at, from+n+len(name))
		}
	}
	for at >= 0 && at < pipe {
		w := next(b, at)
		if w.end > pipe || w.end <= w.start {
			break
		}
		if at = behind(b, w.end); b[w.start] != '-' && !bytes.HasPrefix(b[w.start:], []byte("%s")) {
			found = append(found, Secret{Start: w.start, End: w.end, Pair: pair})
		}
	}
	return found
}

// programAt finds the program whose flag stands at i, and where its name ends.
func programAt(b []byte, i int) (name string, p program, end int, known bool) {
	from := max(0, i-reach)
	at := from
	for n := i - 1; n > from; n-- {
		if c := b[n]; c == '|' || c == ';' || c == '&' && b[n-1] == '&' || c == '`' || c == '\n' || c == '(' && b[n-1] == '$' {
			at = n + 1
			break
		}
	}
	for at < i {
		w := next(b, at)
		if w.start >= i || w.end <= w.start {
			break
		}
		at = max(behind(b, w.end), at+1)
		word := base(b[w.start:w.end])
		if known && p.after == word {
			p.after = ""
		}
		if q, ok := programs[word]; ok && b[w.start] != '-' {
			name, p, end, known = word, q, w.end, true
		} else if word == "sudo" {
			name, end = word, w.end
		}
	}
	return name, p, end, known && p.after == ""
}

// firstFlag is where the first flag behind at stands.
func firstFlag(b []byte, at int) int {
	for n := at; n+1 < len(b) && n < at+reach; n++ {
		if b[n] == ' ' && b[n+1] == '-' {
			return n + 1
		}
	}
	return -1
}

// base is a program's name without its folder, and without what stands before it on
// the lines of sudo and of the audit daemon.
func base(b []byte) string {
	if at := bytes.LastIndexAny(b, "/=\\:"); at >= 0 {
		b = b[at+1:]
	}
	return strings.TrimSuffix(string(bytes.Trim(b, `"'`)), ".exe")
}
