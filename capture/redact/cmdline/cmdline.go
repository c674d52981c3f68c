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
	"sync"
	"unicode"
)

// Secret is where one stands. What is glued to a name is behind the sign Pair.
type Secret struct {
	Start, End int
	Pair       byte
	Hex        bool   // as the audit daemon writes an argument
	Name       string // what must be a key, if the value is to be a secret; "": nothing
}

// program is how one takes secrets.
type program struct {
	idle   string            // its flags that take nothing
	flags  map[byte]how      // those that take a secret
	words  map[string]string // the same for flags that are words; the flag that names the value, or none
	place  int               // the word behind the options that is one
	reads  bool              // it reads one from a pipe
	after  string            // the word that must stand before all that; "": none
	sought bool              // its name is looked for: it has its secret without a flag
}

type how struct {
	glued bool // only what is glued to the flag
	pair  byte
}

//go:embed commands.txt
var text string

// programs are those of a name: one for each of its commands that takes a secret.
var programs = sync.OnceValue(func() map[string][]program {
	out := map[string][]program{}
	for l := range strings.Lines(text) {
		f := strings.Fields(l)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		p := program{flags: map[byte]how{}, words: map[string]string{}}
		for _, flag := range f[1:] {
			switch rest := flag[1:]; flag[0] {
			case '-':
				p.idle = rest
			case '@':
				p.after = rest
			case '<':
				p.reads = true
			case '*':
				p.sought = true
			case '/':
				name, by, _ := strings.Cut(rest, "?")
				p.words[name] = by
			case '1', '2', '3', '4', '5':
				p.place = int(flag[0] - '0')
			default:
				if strings.HasSuffix(rest, "pair") {
					p.flags[flag[0]] = how{pair: rest[0]}
				} else {
					p.flags[flag[0]] = how{glued: rest == "~"}
				}
			}
		}
		out[f[0]] = append(out[f[0]], p)
	}
	return out
})

// reach is how far before a flag its program is looked for, and behind it a value.
const reach = 256

// Flag finds the secret of the flag at i, which is a dash, or the slash of Windows,
// behind a blank or a quote. What begins with two backslashes is no flag, but tells a
// command line as well.
func Flag(b []byte, i int) (found []Secret) {
	if i+1 >= len(b) || b[i+1] <= '"' || b[i+1] == '\'' {
		return nil
	}
	if found = stdin(b, i); len(found) > 0 {
		return found
	}
	name, p, from, known := programAt(b, i)
	if !known {
		return beside(b, i)
	}
	if p.place > 0 {
		if found = p.placed(b, from); len(found) > 0 {
			return found
		}
		p = programs()[name][0]
	}
	end := wordEnd(b, i)
	if found = p.word(b, i, from, end); len(found) > 0 {
		return found
	}
	for at := i + 1; at < end; at++ {
		if h, ok := p.flags[b[at]]; ok {
			return value(b, at+1, end, h)
		}
		if strings.IndexByte(p.idle, b[at]) < 0 {
			break
		}
	}
	return beside(b, i)
}

// beside finds the password of a program that is not known, whose flag for it at i
// stands behind the flag for a user: -u ann -p …, /u ann /p …. Nothing but flags and
// their values may stand between the two.
func beside(b []byte, i int) []Secret {
	if b[i+1]|0x20 != 'p' {
		return nil
	}
	end := wordEnd(b, i)
	if glued := end - i - 2; glued > 0 && (glued < leastGlued || b[i+1] != 'P') {
		return nil
	}
	user, flag := false, false
	for at := segment(b, i); at < i; {
		w := next(b, at)
		if w.start >= i || w.end <= w.start {
			break
		}
		at = max(behind(b, w.end), at+1)
		switch v := b[w.start:w.end]; {
		case v[0] == '-' || v[0] == '/' && option(v):
			flag = true
			if name := strings.ToLower(string(bytes.TrimLeft(v, "-/"))); name == "u" || name == "user" || name == "username" || name[:min(1, len(name))] == "u" && v[1] == 'U' {
				user = true
			}
		case !flag: // a word of another program: sudo -u ann cp -p …
			user = false
		default:
			flag = false
		}
	}
	if !user {
		return nil
	}
	found := value(b, i+2, end, how{})
	for _, s := range found {
		if v := b[s.Start:s.End]; !tells(v) || v[0] == '/' || v[0] == '.' || len(bytes.Trim(v, "0123456789:,-")) == 0 {
			return nil
		}
	}
	return found
}

// leastGlued is the length of the shortest password that is taken for one where it is
// glued to the flag of a program that is not known.
const leastGlued = 8

// segment is where the command that i is in begins: behind a pipe, a ;, a &&.
func segment(b []byte, i int) int {
	from := max(0, i-reach)
	for n := i - 1; n > from; n-- {
		if c := b[n]; c == '|' || c == ';' || c == '&' && b[n-1] == '&' || c == '`' || c == '\n' || c == '(' && b[n-1] == '$' {
			return n + 1
		}
	}
	return from
}

// word is what stands behind a flag that is a word: /rp …, /password:….
func (p program) word(b []byte, i, from, end int) []Secret {
	flag := bytes.TrimLeft(b[i:end], "-/")
	name := flag[:len(flag)-len(bytes.TrimLeft(flag, letters))]
	glued := len(name) < len(flag)
	if glued && flag[len(name)] != ':' && flag[len(name)] != '=' {
		return nil
	}
	by, ok := p.words[string(bytes.ToLower(name))]
	if !ok {
		return nil
	}
	at := end
	if glued {
		at = end - len(flag) + len(name) + 1
	}
	w := next(b, behindBlank(b, at, glued))
	if w.end <= w.start {
		return nil
	}
	s := Secret{Start: w.start, End: w.end, Hex: w.hex}
	if by != "" {
		if s.Name = p.named(b, from, i, by); s.Name == "" {
			return nil
		}
	}
	return []Secret{s}
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// named is the value of the flag by before i.
func (p program) named(b []byte, from, i int, by string) string {
	for at := from; at < i; {
		w := next(b, at)
		if w.end <= w.start {
			break
		}
		at = max(behind(b, w.end), at+1)
		if flag := bytes.TrimLeft(b[w.start:w.end], "-/"); w.start+1 < len(b) && len(flag) < w.end-w.start && string(bytes.ToLower(flag)) == by {
			v := next(b, at)
			return string(b[v.start:v.end])
		}
	}
	return ""
}

// behindBlank is behind for a value that nothing parts from its flag.
func behindBlank(b []byte, at int, glued bool) int {
	if glued {
		return at
	}
	return behind(b, at)
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
	if w.end-w.start > 0 && (b[w.start] == '=' || b[w.start] == ':') && at < end {
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
	for limit := min(len(b), end+reach); end < limit && (b[end] == '"' || b[end] == '\''); {
		end++
	}
	return end
}

// placed is the word behind at whose place is the program's secret's, without flags and
// shares, if something tells that this is a command line: one of those, or a value that no
// prose has.
func (p program) placed(b []byte, at int) (found []Secret) {
	marked := false
	n, takes := p.place, false
	var last []byte
	end := 0
	for limit := at + reach; at < len(b) && at < limit; {
		w := next(b, at)
		if w.end <= w.start {
			break
		}
		at = max(behind(b, w.end), at+1)
		if v := b[w.start:w.end]; option(v) {
			marked = true
			takes = p.sought && len(v) == 2 && v[0] == '-' && strings.IndexByte(p.idle, v[1]) < 0
		} else if takes { // it is the flag's
			takes = false
		} else if last, end = v, w.end; n > 1 {
			n--
		} else if n--; n == 0 {
			found = []Secret{{Start: w.start, End: w.end}}
			marked = marked || tells(v) && len(v) >= leastPlaced
		}
	}
	if n == 1 && tells(last) && len(last) >= leastPlaced { // a word before it may be left out: htpasswd -nb ann …
		return []Secret{{Start: end - len(last), End: end}}
	}
	if !marked {
		return nil
	}
	return found
}

// leastPlaced is the length of the shortest word that is a secret by its place alone.
const leastPlaced = 6

// option reports whether a word is a flag, a share or a drive.
func option(v []byte) bool {
	switch v[0] {
	case '-', '*':
		return true
	case '/':
		return bytes.IndexByte(v[1:], '/') < 0
	case '\\':
		return len(v) > 1 && v[1] == '\\'
	}
	return len(v) == 2 && v[1] == ':'
}

// tells reports whether a word has a digit or a sign.
func tells(v []byte) bool {
	return bytes.ContainsFunc(v, func(r rune) bool {
		return !unicode.IsLetter(r) && r != ' ' && r != '.' && r != ',' && r != '-' && r != '_'
	})
}

// Subcommands are the words behind which a secret may stand at once: vault login ….
func Subcommands() (words []string) {
	for _, of := range programs() {
		for _, p := range of {
			if p.place == 1 && p.after != "" {
				words = append(words, p.after)
			}
		}
	}
	return words
}

// Placed finds the secret of the program behind whose words i is.
func Placed(b []byte, i int) []Secret {
	if _, p, from, known := programAt(b, i); known && p.place > 0 {
		return p.placed(b, from)
	}
	return nil
}

// Account finds the password of net user ann …, whose user begins at i.
func Account(b []byte, i int) []Secret {
	name, p, from, known := programAt(b, wordEnd(b, i))
	if !known || name != "net" || p.place == 0 {
		return nil
	}
	return p.placed(b, from)
}

// programAt finds the program whose flag stands at i, and where its name ends.
func programAt(b []byte, i int) (name string, p program, end int, known bool) {
	at := segment(b, i)
	var of []program
	for at < i {
		w := next(b, at)
		if w.start >= i || w.end <= w.start {
			break
		}
		if w.end > i && w.start > at { // within quotes
			at = w.start
			continue
		}
		at = max(behind(b, w.end), at+1)
		word := base(b[w.start:w.end])
		for _, q := range of {
			if q.after == word && word != "" {
				p, end, known = q, w.end, true
			}
		}
		if q, ok := programs()[word]; ok && b[w.start] != '-' {
			name, of, end, known = word, q, w.end, false
			for _, one := range q {
				if one.after == "" {
					p, known = one, true
				}
			}
		} else if word == "sudo" {
			name, end = word, w.end
		}
	}
	return name, p, end, known
}

// base is a program's name without its folder, and without what stands before it on
// the lines of sudo and of the audit daemon.
func base(b []byte) string {
	if at := bytes.LastIndexAny(b, "/=\\:"); at >= 0 {
		b = b[at+1:]
	}
	return strings.TrimSuffix(strings.ToLower(string(bytes.Trim(b, "\"'()$"))), ".exe")
}
