package input

import "bytes"

// twins are the parts of a mail that say the same (RFC 2046, section 5.1.4): of a text
// and a page, the text is read.
type twins struct {
	open     bool   // such parts are under way
	boundary []byte // what parts them; empty: its header was not read yet
	head     bool   // the lines are a part's headers
	plain    bool   // this one is text
	text     bool   // one is, and it is not empty
	dropped  bool   // the part under way is the other twin
}

// alternative reports whether a header says that the parts below say the same.
func alternative(b []byte) bool {
	const name = "content-type:"
	return len(b) > len(name) && b[0]|0x20 == 'c' && bytes.EqualFold(b[:len(name)], []byte(name)) && bytes.Contains(bytes.ToLower(b), []byte("multipart/alternative"))
}

// twin reports whether a line is of a part that is left out.
func (t *twins) twin(b []byte) bool {
	switch {
	case alternative(b):
		*t = twins{open: true}
		t.bounded(b)
	case !t.open:
		return false
	case len(t.boundary) == 0:
		t.bounded(b)
	case bytes.HasPrefix(b, t.boundary):
		if t.head, t.plain, t.dropped = true, false, false; bytes.HasPrefix(b[len(t.boundary):], []byte("--")) {
			*t = twins{}
		}
	case t.head && len(b) == 0:
		t.head = false
	case t.head:
		kind := bytes.ToLower(b)
		t.dropped = t.dropped || t.text && bytes.HasPrefix(kind, []byte("content-type: text/html"))
		t.plain = t.plain || bytes.HasPrefix(kind, []byte("content-type: text/plain"))
	default:
		t.text = t.text || t.plain && len(bytes.TrimSpace(b)) > 0
	}
	return t.dropped
}

// bounded takes the boundary out of a header.
func (t *twins) bounded(b []byte) {
	_, value, ok := bytes.Cut(b, []byte("boundary="))
	if !ok {
		return
	}
	if value = bytes.TrimLeft(value, `"`); bytes.ContainsAny(value, `";`) {
		value = value[:bytes.IndexAny(value, `";`)]
	}
	t.boundary = append([]byte("--"), bytes.TrimSpace(value)...)
}
