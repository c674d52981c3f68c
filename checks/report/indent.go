package report

import "io"

// indentBlock is how much is indented before it is written.
const indentBlock = 64 << 10

// indent writes a compact document as json.Indent would with two blanks. That
// one checks every byte again, which for thousands of connections takes longer
// than to read the capture; here the encoder has just made it.
func indent(w io.Writer, doc []byte) error {
	in := indenter{out: make([]byte, 0, indentBlock+4096)}
	for i := 0; i < len(doc); {
		i = in.next(doc, i)
		if len(in.out) < indentBlock {
			continue
		}
		if _, err := w.Write(in.out); err != nil {
			return err
		}
		in.out = in.out[:0]
	}
	_, err := w.Write(in.out)
	return err
}

// indented indents the document that is written to it in one piece.
type indented struct{ w io.Writer }

// Write takes the document.
func (i indented) Write(doc []byte) (int, error) { return len(doc), indent(i.w, doc) }

type indenter struct {
	out   []byte
	depth int
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
