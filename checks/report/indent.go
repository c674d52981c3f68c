package report

import "io"

// indentBlock is how much is indented before it is written.
const indentBlock = 64 << 10

// indenter writes compact documents as json.Indent would with two blanks. That
// one checks every byte again, which for thousands of connections takes longer
// than to read the capture; here the encoder has just made it.
type indenter struct {
	w     io.Writer
	err   error // of the first write that failed
	out   []byte
	depth int
}

// indent takes a piece of a document that ends within no text.
func (in *indenter) indent(doc []byte) {
	for i := 0; i < len(doc); {
		if i = in.next(doc, i); len(in.out) >= indentBlock {
			in.write()
		}
	}
}

func (in *indenter) write() {
	if in.err == nil {
		_, in.err = in.w.Write(in.out)
	}
	in.out = in.out[:0]
}

// flush writes what is left, and tells whether all could be written.
func (in *indenter) flush() error {
	in.write()
	return in.err
}

// next takes what is at i, a text as a whole, and gives the place behind it.
func (in *indenter) next(doc []byte, i int) int {
	c := doc[i]
	switch c {
	case '"':
		end := text(doc, i)
		in.out = append(in.out, doc[i:end]...)
		return end
	case '{', '[':
		in.out = append(in.out, c)
		if doc[i+1] == c+2 { // '}' and ']' stand two behind in ASCII: it is empty
			in.out = append(in.out, doc[i+1])
			return i + 2
		}
		in.depth++
		in.line()
	case '}', ']':
		in.depth--
		in.line()
		in.out = append(in.out, c)
	case ',':
		in.out = append(in.out, c)
		in.line()
	case ':':
		in.out = append(in.out, c, ' ')
	default:
		in.out = append(in.out, c)
	}
	return i + 1
}

// text gives the place behind the text that begins at i (RFC 8259, section 7).
func text(doc []byte, i int) int {
	for i++; doc[i] != '"'; i++ {
		if doc[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// line begins a line.
func (in *indenter) line() {
	in.out = append(in.out, '\n')
	for range in.depth {
		in.out = append(in.out, ' ', ' ')
	}
}
