package input

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// lexer finds the texts and numbers of objects in JSON that comes line by line,
// however it is laid out. What is no JSON only ends it.
type lexer struct {
	begins  func(line []byte) bool // whether a text begins a record: it is a log's, whatever its key
	depth   int
	lists   uint64 // which of the depths are arrays, one bit each
	logged  int    // the depth of arrays that hold a log's lines; 0: none does
	beside  string // the value before, in the same array
	n       int    // the file's line that is read
	bytes   []byte // of an array of numbers: a text that its program took for no text
	array   bool   // an array of objects is around them
	taken   bool   // some object of it held a line of a log
	text    []byte
	in      bool // within a text
	escaped bool
	key     string
	value   bool // behind a colon
	now     object
	found   int // the depth at which now has its line; 0: it has none
}

// line takes the next line, and gives each object that is whole.
func (x *lexer) line(l line, give func(object)) {
	x.n = l.n
	for i := 0; i < len(l.b); i++ {
		c := l.b[i]
		if x.in {
			i += x.within(l.b[i:], give)
			continue
		}
		switch c {
		case '"':
			x.in, x.text = true, append(x.text[:0], '"')
		case ':':
			x.value = true
		case ',':
			x.value = x.inList() && x.value // an array's next value keeps its key
		case '{', '[':
			x.open(c, l.n)
		case '}', ']':
			x.close(give)
			if x.depth <= 0 {
				x.depth = 0
				return
			}
		default:
			if x.value && (c == '-' || c-'0' <= 9) {
				n := 1
				for i+n < len(l.b) && (l.b[i+n]-'0' <= 9 || l.b[i+n] == '.') {
					n++
				}
				x.number(string(l.b[i : i+n]))
				i += n - 1
			}
		}
	}
}

// within reads on in a text, and gives how many bytes more than one it took.
func (x *lexer) within(b []byte, give func(object)) int {
	end := bytes.IndexAny(b, `"\`)
	switch {
	case x.escaped:
		x.keep(b[:1])
		x.escaped = false
		return 0
	case end < 0:
		x.keep(b)
		return len(b) - 1
	case b[end] == '\\':
		x.keep(b[:end+1])
		x.escaped = true
	default:
		x.keep(b[:end+1])
		x.in = false
		x.ended(give)
	}
	return end
}

// keep adds to the text, which may hold a whole log; of what is longer the end is dropped.
func (x *lexer) keep(b []byte) {
	if len(x.text)+len(b) <= maxHead || len(b) == 1 && len(x.text) <= maxHead+8 {
		x.text = append(x.text, b...)
	}
}

// ended takes a text that is whole: a key, or a value. A log's line that stands in an
// array is given at once; one that has a key waits for the time beside it.
func (x *lexer) ended(give func(object)) {
	var s string
	if json.Unmarshal(x.text, &s) != nil {
		s = ""
	}
	if !x.value && !x.inList() {
		x.key = s
		return
	}
	first, _, _ := strings.Cut(s, "\n")
	switch begins := x.begins([]byte(first)); {
	case x.inList() && (begins || x.logged == x.depth && timeOf(s).IsZero()):
		x.logged = x.depth
		give(object{n: x.n, values: map[string]string{"": s, "time": x.beside}, begun: true, more: !begins})
	case begins && !x.now.begun:
		x.set(s)
		x.now.begun, x.now.key, x.found = true, x.key, x.depth
	default:
		x.set(s)
	}
}

// inList reports whether an array is what a value stands in.
func (x *lexer) inList() bool { return x.depth > 0 && x.depth < 64 && x.lists>>x.depth&1 == 1 }

// number takes a number: a value, or a byte of a text.
func (x *lexer) number(text string) {
	if n, err := strconv.Atoi(text); x.inList() && err == nil && n >= 0 && n < 256 && len(x.bytes) < maxLine {
		x.bytes = append(x.bytes, byte(n))
	}
	x.set(text)
}

func (x *lexer) set(v string) {
	if x.now.values == nil {
		x.now.values = map[string]string{}
	}
	if _, twice := x.now.values[x.key]; !twice && len(x.now.values) < 200 {
		x.now.values[x.key] = v
	}
	if x.inList() {
		x.beside = v
	} else if x.found == 0 && (slices.Contains(messageKeys, x.key) || x.key == "status" && ownStatus(v)) {
		x.found = x.depth
	}
}

func (x *lexer) open(c byte, n int) {
	if x.depth++; x.depth == 1 && c == '[' {
		x.array = true
	}
	if x.depth == 1 || x.array && x.depth == 2 {
		x.now.n = n
	}
	if x.depth < 64 {
		x.lists &^= 1 << x.depth
		if c == '[' {
			x.lists |= 1 << x.depth
		}
	}
	x.bytes, x.beside = x.bytes[:0], ""
	x.value = c == '['
}

// close ends an object: it is whole where the one that holds its line is an array's,
// or where the one around that ends.
func (x *lexer) close(give func(object)) {
	if x.inList() && len(x.bytes) > 4 && slices.Contains(messageKeys, x.key) {
		x.now.values[x.key] = string(x.bytes)
	}
	x.bytes = x.bytes[:0]
	if x.depth--; x.logged > x.depth+1 { // lists of one list may hold a line each
		x.logged = 0
	}
	outer := 0
	if x.array {
		outer = 1
	}
	if x.depth <= outer || x.found > 0 && (x.depth < x.found-1 || x.depth < x.found && x.inList()) {
		if len(x.now.values) > 0 {
			give(x.now)
		}
		x.now, x.found = object{}, 0
	}
	x.value = false
}
