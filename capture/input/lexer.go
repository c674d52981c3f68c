package input

import (
	"bytes"
	"encoding/json"
)

// lexer finds the texts and numbers of objects in JSON that comes line by line,
// however it is laid out. What is no JSON only ends it.
type lexer struct {
	depth   int
	array   bool // an array of objects is around them
	taken   bool // some object of it held a line of a log
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
	for i := 0; i < len(l.b); i++ {
		c := l.b[i]
		if x.in {
			i += x.within(l.b[i:])
			continue
		}
		switch c {
		case '"':
			x.in, x.text = true, append(x.text[:0], '"')
		case ':':
			x.value = true
		case ',':
			x.value = x.array && x.depth > 1 && x.value && x.key == "" // an array's next value keeps its key
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
				x.set(string(l.b[i : i+n]))
				i += n - 1
			}
		}
	}
}

// within reads on in a text, and gives how many bytes more than one it took.
func (x *lexer) within(b []byte) int {
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
		x.ended()
	}
	return end
}

// keep adds to the text; what is longer than any record is dropped.
func (x *lexer) keep(b []byte) {
	if len(x.text)+len(b) <= maxLine || len(b) == 1 && len(x.text) <= maxLine+8 {
		x.text = append(x.text, b...)
	}
}

// ended takes a text that is whole: a key, or a value.
func (x *lexer) ended() {
	var s string
	if json.Unmarshal(x.text, &s) != nil {
		s = ""
	}
	if !x.value {
		x.key = s
		return
	}
	x.set(s)
}

func (x *lexer) set(v string) {
	if x.now.values == nil {
		x.now.values = map[string]string{}
	}
	if _, twice := x.now.values[x.key]; !twice && len(x.now.values) < 200 {
		x.now.values[x.key] = v
	}
	for _, k := range messageKeys {
		if k == x.key && x.found == 0 {
			x.found = x.depth
		}
	}
}

func (x *lexer) open(c byte, n int) {
	if x.depth++; x.depth == 1 && c == '[' {
		x.array = true
	}
	if x.depth == 1 || x.array && x.depth == 2 {
		x.now.n = n
	}
	if c == '{' {
		x.value = false
	}
}

// close ends an object: it is whole where the one that holds its line is, or the one
// around that.
func (x *lexer) close(give func(object)) {
	x.depth--
	outer := 0
	if x.array {
		outer = 1
	}
	if x.depth <= outer || x.found > 0 && x.depth < x.found-1 {
		if len(x.now.values) > 0 {
			give(x.now)
		}
		x.now, x.found = object{}, 0
	}
	x.value = false
}
